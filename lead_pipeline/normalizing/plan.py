"""What stays the same for all rows of an import: the plan, and the normalized table it leads to.

The columns of that table are defined here, once, for the database and for Dagster.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from functools import cached_property

from lead_pipeline.fields.catalogue import fields
from lead_pipeline.fields.flags import Flag
from lead_pipeline.fields.model import ContactGroup, Field, Kind, Profile
from lead_pipeline.normalizing.contacts import fields_of, present_groups
from lead_pipeline.normalizing.normalize import Convention
from lead_pipeline.normalizing.tags import Rule

# The SQL type of a normalized field; every other kind is text.
SQL_TYPES = {
    Kind.DATE: "date",
    Kind.TIMESTAMP: "timestamptz",
    Kind.MONEY: "numeric",
    Kind.NUMBER: "numeric",
    Kind.INTEGER: "bigint",
    Kind.BOOLEAN: "boolean",
}


@dataclass(frozen=True, slots=True)
class Column:
    """One column of the normalized table, and the fields that its values come from."""

    name: str
    sql_type: str
    description: str
    sources: tuple[str, ...] = ()


@dataclass(frozen=True)
class Plan:
    """All that stays the same for the rows of one import.

    `orders` tells how a column is to be read that can be read two ways, `region` and `zone`
    are the defaults for phones and for times without an offset, `rules` say who gets which tag.
    `keeps_raw` is for rows that come from an API: their record stays with the lead as it was sent.
    `flags` are the columns that say who must not be called or written to. `phone_codes` are the
    regions of phones whose header says their calling code, by field; `numbers_in_cell` how many
    numbers stand at most in a cell of a phone, where it is more than one. `company_phones` are the
    fields of phones that are a company's: they stand behind those of the person. What dates are
    plausible is told by `today`.
    """

    profile: Profile
    mapped: frozenset[str]
    region: str
    zone: str
    orders: Mapping[str, Convention] = field(default_factory=dict)
    rules: Sequence[Rule] = ()
    keeps_raw: bool = False
    flags: Sequence[Flag] = ()
    phone_codes: Mapping[str, str] = field(default_factory=dict)
    numbers_in_cell: Mapping[str, int] = field(default_factory=dict)
    company_phones: frozenset[str] = frozenset()
    today: date = field(default_factory=lambda: datetime.now(UTC).date())

    @cached_property
    def groups(self) -> list[tuple[int, ContactGroup]]:
        groups = present_groups(self.profile.contacts, set(self.mapped))
        return [(number, self._own_first(group)) for number, group in groups]

    def _own_first(self, group: ContactGroup) -> ContactGroup:
        phones = sorted(group.phones, key=lambda slot: slot.number in self.company_phones)
        return replace(group, phones=tuple(phones))

    @property
    def external_id(self) -> str | None:
        """The field that tells who a contact is in the system that the file is from, if mapped."""
        return self._mapped(self.profile.external_id)

    @property
    def event_time(self) -> str | None:
        """The field that tells when a lead came to be, if mapped."""
        return self._mapped(self.profile.event_time)

    def _mapped(self, name: str | None) -> str | None:
        return name if name in self.mapped else None

    @cached_property
    def row_fields(self) -> list[Field]:
        """The mapped fields that no contact group unfolds, and those of them that every lead of the
        row keeps all the same (the listing agent); in the order of the list of fields.
        """
        unfolded = {name for _, group in self.groups for name in fields_of(group)}
        return [
            field
            for field in fields().values()
            if field.name in self.mapped and (field.on_lead or field.name not in unfolded)
        ]


def normalized_columns(plan: Plan) -> list[Column]:
    """The columns of the normalized table of one import, in order.

    Who it is, when, and what it may be recognised by stand first: nearly every statement of a
    decision asks for them, and what stands behind fifty columns costs PostgreSQL six times as much.
    """
    groups = [group for _, group in plan.groups]
    names = _sources(n for g in groups for n in (g.full_name, g.first_name, g.last_name))
    phones = max((len(g.phones) for g in groups), default=0)
    with_further = max((len(g.phones) + _further(g, plan) for g in groups), default=0)
    emails = max((len(g.emails) for g in groups), default=0)
    all_phones = _sources(n for g in groups for s in g.phones for n in s.numbers)
    all_emails = _sources(name for g in groups for name in g.emails)
    columns = [
        Column("original_lead_id", "bigint", "Row number of the raw row in its file."),
        Column("contact_number", "smallint", "Which contact of the row, counted from 1."),
        Column("external_id", "text", "Who the contact is to the system that the file is from.",
               _sources([plan.external_id])),
        Column("event_at", "timestamptz", "When the lead came to be, if the file says so.",
               _sources([plan.event_time])),
        Column("email_keys", "text[]", "Match keys of its emails: addresses with aliases folded.",
               all_emails),
        Column("phones", "text[]", "Every valid phone number in E.164, once.", all_phones),
        Column("no_keys", "text[]", "Those of both by which nobody is recognised: mails of a "
               "function or read by a guess (as match keys), phones of a company.",
               all_emails + tuple(n for n in all_phones if n in plan.company_phones)),
        *[Column("flags", "jsonb", "Channels that the file says must not be used, in its words.")
          for _ in plan.flags[:1]],
        Column("contact_role", "text", "What the contact is to the row, such as listing_agent."),
        Column("contact_name", "text", "Full name.", names),
        Column("contact_first_name", "text", "First name.", names),
        Column("contact_last_name", "text", "Last name.", names),
        Column("contact_email", "text", "First valid email address.", all_emails),
        Column("phone_e164", "text", "First valid phone number in E.164.", all_phones),
        Column("phone_number_normalized", "text", "Its last ten digits.", all_phones),
        Column("emails", "text[]", "Every valid email address, each mailbox once.", all_emails),
    ]  # fmt: skip
    for at in range(1, phones + 1):
        slots = [g.phones[at - 1] for g in groups if len(g.phones) >= at]
        columns += [
            Column(f"contact_phone_{at}", "text", f"Phone {at} in E.164, if valid.",
                   _sources(n for s in slots for n in s.numbers)),
            Column(f"contact_phone_{at}_type", "text", f"Kind of phone {at} as the file says.",
                   _sources(s.type for s in slots)),
            Column(f"contact_phone_{at}_dnc", "boolean", f"Phone {at} is flagged do-not-call.",
                   _sources(s.do_not_call for s in slots)),
            Column(f"contact_phone_{at}_litigator", "boolean", f"Phone {at} is a litigator's.",
                   _sources(s.litigator for s in slots)),
        ]  # fmt: skip
    columns += [
        Column(f"contact_phone_{at}", "text", f"Phone {at} in E.164, behind another in its cell.",
               all_phones)
        for at in range(phones + 1, with_further + 1)
    ]  # fmt: skip
    for at in range(1, emails + 1):
        sources = _sources(g.emails[at - 1] for g in groups if len(g.emails) >= at)
        columns.append(Column(f"contact_email_{at}", "text", f"Email {at}, if valid.", sources))
    columns += [
        Column(f.name, SQL_TYPES.get(f.kind, "text"), f.description, (f.name,))
        for f in plan.row_fields
    ]
    if plan.keeps_raw:
        columns.append(Column("raw_payload", "jsonb", "The record as its API sent it."))
    return [
        *columns,
        Column("tags", "text[]", "What the rules of tags.toml say of the lead."),
        Column("extra", "jsonb", "Columns of the file that no field stands for, by header."),
        Column("problems", "jsonb", "Values that could not be read or were mended: raw and code."),
    ]


def _further(group: ContactGroup, plan: Plan) -> int:
    """How many numbers of a contact stand behind another one in a cell, at most."""
    return sum(plan.numbers_in_cell.get(slot.number, 1) - 1 for slot in group.phones)


def _sources(names: Iterable[str | None]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name for name in names if name))
