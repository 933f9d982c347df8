"""Unfolds rows into contacts: who stands in a row, how to reach them, and whether that suffices.

Works on one batch of raw text columns named by field. Where the rows come from and go to is not
known here.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from dataclasses import fields as dataclass_fields
from typing import TypeVar

import pyarrow as pa
import pyarrow.compute as pc

from lead_pipeline.fields.model import Contactable, ContactGroup, PhoneSlot
from lead_pipeline.normalizing.emails import Emails, contact_emails
from lead_pipeline.normalizing.flag_cells import normalize_flags
from lead_pipeline.normalizing.joining import join_present
from lead_pipeline.normalizing.names import Names, normalize_names
from lead_pipeline.normalizing.phone_homes import read_phones
from lead_pipeline.normalizing.phones import Phones, further_numbers
from lead_pipeline.reading.cell_text import drop_placeholders, tidy_text

Columns = Mapping[str, pa.Array]
Result = TypeVar("Result", Phones, Emails)


@dataclass(frozen=True, slots=True)
class Slot:
    """One phone of one contact as it was normalised, for all rows of a batch."""

    fields: PhoneSlot
    phones: Phones
    type: pa.StringArray
    do_not_call: pa.BooleanArray
    litigator: pa.BooleanArray

    @property
    def numbers(self) -> list[pa.StringArray]:
        """The first number of each cell, and column by column the further ones."""
        return [self.phones.e164, *further_numbers(self.phones)]


@dataclass(frozen=True, slots=True)
class Group:
    """One contact group of a batch: every array has one value per row of the batch.

    `further_phones` are the numbers that stand behind others in a cell, of each row the first one
    first. `found` tells whether somebody stands there at all, `reason` (null: can be called) and
    `code` why the contact cannot be called under the rule.
    """

    number: int
    group: ContactGroup
    names: Names
    slots: tuple[Slot, ...]
    further_phones: tuple[pa.StringArray, ...]
    emails: tuple[Emails, ...]
    found: pa.BooleanArray
    code: pa.StringArray
    reason: pa.StringArray
    raw_name: pa.StringArray
    raw_email: pa.StringArray
    raw_phone: pa.StringArray


def present_groups(
    contacts: Sequence[ContactGroup], mapped: set[str]
) -> list[tuple[int, ContactGroup]]:
    """The contact groups of which a file has at least one column (a phone or mail column, where
    the group needs one), cut to its columns, numbered."""
    cut = [_cut(group, mapped) for group in contacts]
    return list(enumerate([group for group in cut if _is_present(group)], start=1))


def _is_present(group: ContactGroup) -> bool:
    named = fields_of(group) and not group.needs_channel
    return bool(group.phones or group.emails or named or group.always)


def filled_in(columns: Columns, groups: Sequence[tuple[int, ContactGroup]]) -> Columns:
    """The columns, with the other number in those rows in which a phone says nothing."""
    filled = {
        slot.number: pc.if_else(
            pc.is_valid(_tidy(columns[slot.number])),
            columns[slot.number],
            columns[slot.where_empty],
        )
        for _, group in groups
        for slot in group.phones
        if slot.where_empty
    }
    return {**columns, **filled}


def unfold(
    columns: Columns,
    rows: int,
    groups: Sequence[tuple[int, ContactGroup]],
    rule: Contactable,
    region: str,
    codes: Mapping[str, str],
) -> list[Group]:
    """Normalise every contact group of a batch of `rows` rows.

    All phones (and all mails) of the batch go through their normaliser in one call, because most
    of its cost is per call and per distinct value. `region` and `codes`: see `read_phones`.
    """
    phones = _each(
        [s.number for _, g in groups for s in g.phones], rows,
        lambda names: read_phones(columns, names, region, codes),
    )  # fmt: skip
    emails = _each(
        [name for _, g in groups for name in g.emails], rows,
        lambda names: contact_emails(pa.concat_arrays([columns[name] for name in names])),
    )  # fmt: skip
    return [_group(columns, rows, number, g, phones, emails, rule) for number, g in groups]


def _group(
    columns: Columns,
    rows: int,
    number: int,
    group: ContactGroup,
    phones: Mapping[str, Phones],
    emails: Mapping[str, Emails],
    rule: Contactable,
) -> Group:
    raw_names = [_tidy(columns[n]) if n else None for n in _name_fields(group)]
    if not any(name is not None for name in raw_names):
        raw_names[0] = pa.nulls(rows, pa.string())
    names = normalize_names(*raw_names)
    slots = tuple(_slot(columns, slot, phones[slot.number], rows) for slot in group.phones)
    mails = tuple(emails[name] for name in group.emails)
    raw_name = join_present([name for name in raw_names if name is not None], " ")
    raw_phone = first_valid([_tidy(columns[slot.number]) for slot in group.phones], rows)
    raw_email = first_valid([_tidy(columns[name]) for name in group.emails], rows)
    code, reason = _judge(
        rule,
        name=_lack("name", raw_name, names.full_name),
        email=_lack("email", raw_email, first_valid([m.address for m in mails], rows)),
        phone=_lack("phone", raw_phone, first_valid([s.phones.e164 for s in slots], rows)),
    )
    found = pc.is_valid(first_valid([raw_name, raw_phone, raw_email], rows))
    if group.always:
        found = pa.repeat(pa.scalar(True), rows)
        code = reason = pa.nulls(rows, pa.string())
    return Group(
        number, group, names, slots, tuple(_further(slots)), mails,
        found, code, reason, raw_name, raw_email, raw_phone,
    )  # fmt: skip


def first_valid(arrays: Sequence[pa.Array], rows: int) -> pa.Array:
    """The first value of each row that is not null, over several arrays."""
    return pc.coalesce(*arrays) if arrays else pa.nulls(rows, pa.string())


def _slot(columns: Columns, slot: PhoneSlot, phones: Phones, rows: int) -> Slot:
    def column(name: str | None) -> pa.StringArray:
        return columns[name] if name else pa.nulls(rows, pa.string())

    return Slot(
        slot,
        phones,
        _tidy(column(slot.type)),
        normalize_flags(column(slot.do_not_call)),
        normalize_flags(column(slot.litigator)),
    )


def _further(slots: Sequence[Slot]) -> Iterator[pa.StringArray]:
    """What cells hold beside their first number: the first of each row, then the second, ..."""
    left = [column for slot in slots for column in slot.numbers[1:]]
    while left:
        yield pc.coalesce(*left)
        taken = pa.repeat(pa.scalar(False), len(left[0]))
        rest = []
        for column in left:
            rest.append(pc.if_else(taken, column, pa.scalar(None, pa.string())))
            taken = pc.or_(taken, column.is_valid())
        left = [column for column in rest if column.null_count < len(column)]


def _lack(what: str, raw: pa.Array, clean: pa.Array) -> pa.StringArray:
    """`no email`, `no valid email`, or null where there is one."""
    return pc.if_else(
        pc.is_valid(clean),
        pa.scalar(None, pa.string()),
        pc.if_else(pc.is_valid(raw), f"no valid {what}", f"no {what}"),
    )


def _judge(
    rule: Contactable, *, name: pa.Array, email: pa.Array, phone: pa.Array
) -> tuple[pa.StringArray, pa.StringArray]:
    """Code and reason of the contacts that cannot be called under `rule`, null for the others."""
    match rule:
        case Contactable.NAME_AND_EMAIL:
            lacks = [name, email]
        case Contactable.EMAIL:
            lacks = [email]
        case Contactable.PHONE:
            lacks = [phone]
        case Contactable.PHONE_OR_EMAIL:
            both = pc.and_(pc.is_valid(phone), pc.is_valid(email))
            nothing = pa.scalar(None, pa.string())
            lacks = [pc.if_else(both, phone, nothing), pc.if_else(both, email, nothing)]
    reason = join_present(lacks, " and ")
    return pc.replace_substring(pc.coalesce(*lacks), " ", "_"), reason


def _each(
    names: Sequence[str], rows: int, normalize: Callable[[Sequence[str]], Result]
) -> dict[str, Result]:
    """`normalize` over several columns, whose values it lays end to end, cut apart again."""
    if not names:
        return {}
    whole = normalize(names)
    return {name: _slice(whole, at * rows, rows) for at, name in enumerate(names)}


def _slice(result: Result, start: int, rows: int) -> Result:
    arrays = {f.name: getattr(result, f.name).slice(start, rows) for f in dataclass_fields(result)}
    return replace(result, **arrays)


def _tidy(values: pa.StringArray) -> pa.StringArray:
    return drop_placeholders(tidy_text(values))


def fields_of(group: ContactGroup) -> list[str]:
    """Every field that the group takes its values from."""
    phones = [n for s in group.phones for n in (s.number, s.type, s.do_not_call, s.litigator)]
    return [name for name in (*_name_fields(group), *phones, *group.emails) if name]


def _name_fields(group: ContactGroup) -> tuple[str | None, ...]:
    return group.full_name, group.first_name, group.middle_name, group.last_name


def _cut(group: ContactGroup, mapped: set[str]) -> ContactGroup:
    def known(name: str | None) -> str | None:
        return name if name in mapped else None

    return ContactGroup(
        role=group.role,
        full_name=known(group.full_name),
        first_name=known(group.first_name),
        middle_name=known(group.middle_name),
        last_name=known(group.last_name),
        phones=tuple(
            PhoneSlot(
                numbers[0],
                known(s.type),
                known(s.do_not_call),
                known(s.litigator),
                next(iter(numbers[1:]), None),
            )
            for s in group.phones
            if (numbers := [name for name in s.numbers if name in mapped])
        ),
        emails=tuple(name for name in group.emails if name in mapped),
        needs_channel=group.needs_channel,
        always=group.always,
    )
