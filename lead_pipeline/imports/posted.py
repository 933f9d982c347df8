"""Leads that were posted, read as the rows of a file with just these would be.

Only what tells who somebody is and what the file says about calling is looked at: the contacts are
those of the import, without the other columns.
"""

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from lead_pipeline.choices.mappings import For, corrections
from lead_pipeline.choices.reading import choices_for, region_for
from lead_pipeline.database import Connection
from lead_pipeline.errors import BadFile
from lead_pipeline.fields.model import Mapping as Columns
from lead_pipeline.imports.fill import map_batches
from lead_pipeline.imports.flagged import members
from lead_pipeline.imports.plans import plan_for
from lead_pipeline.imports.staging import normalize_batch
from lead_pipeline.imports.survey import Survey
from lead_pipeline.matching.decide import SHARED_BY
from lead_pipeline.normalizing.contacts import fields_of
from lead_pipeline.normalizing.plan import Plan
from lead_pipeline.normalizing.rows import Normalized
from lead_pipeline.reading import RowBatch, open_lead_file
from lead_pipeline.settings import Settings
from lead_pipeline.suppliers.sources import find_source

CAMPAIGNS = ("campaign", "campaign_name")
"""The fields that name a contact's campaign."""


@dataclass(frozen=True, slots=True)
class Contact:
    """A contact as it was posted: its row (the first is 1), its number in it, who it is.

    `weak_mails` are those of `mails` that tell nobody apart, `company_phones` such phones. `flags`
    are what its row says about its channels.
    """

    row: int
    number: int
    external_id: str | None
    event_at: datetime | None
    mails: tuple[str, ...]
    phones: tuple[str, ...]
    weak_mails: frozenset[str]
    company_phones: frozenset[str]
    name: str | None
    last_name: str | None
    campaigns: frozenset[str]
    flags: tuple[dict[str, Any], ...]


@dataclass(frozen=True, slots=True)
class Posted:
    """The contacts that can be called, by row why the others are rejected, and their source."""

    contacts: list[Contact]
    rejected: dict[int, str]
    source_id: int


def read_posted(
    session: Connection, lines: Sequence[str], supplier: str, settings: Settings
) -> Posted:
    """What a file of a supplier with these lines of JSON would hold.

    Raises:
        OperatorError: what is settled for the supplier cannot be read so.
    """
    with TemporaryDirectory(prefix="lead-pipeline-") as folder:
        path = Path(folder) / "posted.ndjson"
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")
        try:
            return _read(session, path, supplier, settings)
        except BadFile as error:
            return Posted([], dict.fromkeys(range(1, len(lines) + 1), error.reason), 0)


def _read(session: Connection, path: Path, supplier: str, settings: Settings) -> Posted:
    choices = choices_for(session, None, supplier)
    region = region_for(session, choices, supplier) or settings.default_region
    options = choices.read_options(settings.max_unpacked_bytes)
    with closing(open_lead_file(path, path.name, options)) as file:
        overrides = corrections(session, file.layout.header, For(supplier))
        batches = list(map_batches(file, choices.profile, overrides, region))
        survey = Survey(file.layout, choices.conventions(settings.date_order))
    for batch, mapping in batches:
        survey.add(batch, mapping)
    survey.require_rows()
    source = find_source(session, survey.mapping.profile, supplier)
    region = region_for(session, choices, source["source"]) or settings.default_region
    whole = plan_for(survey.mapping.profile, "ndjson", survey.columns(), settings, region)
    plan = _narrowed(whole)
    if quick := _nameless(plan):
        posted = _found(batches, quick, source["source_id"])
        if not _need_names(posted):
            return posted
    return _found(batches, plan, source["source_id"])


def _found(batches: Sequence[tuple[RowBatch, Columns]], plan: Plan, source_id: int) -> Posted:
    posted = Posted([], {}, source_id)
    for batch, mapping in batches:
        posted.rejected.update(dict.fromkeys(batch.blank, "nothing stands in it"))
        posted.rejected.update((one.number, one.reason) for one in batch.rejected)
        found = normalize_batch(batch, mapping, plan)
        posted.contacts.extend(_contacts(found))
        rows = found.rejected.select(["row_number", "reason"]).to_pylist()
        posted.rejected.update((row["row_number"], row["reason"]) for row in rows)
    return posted


def _narrowed(plan: Plan) -> Plan:
    """The plan for what is asked here alone: the columns of no contact and no list are left out."""
    unfolded = {name for _, group in plan.groups for name in fields_of(group)}
    wanted = {*unfolded, *CAMPAIGNS, plan.external_id, plan.event_time}
    return replace(plan, mapped=plan.mapped & wanted, rules=(), keeps_raw=False)


def _nameless(plan: Plan) -> Plan | None:
    """The plan without the names of people, which are most of the work; None where it would know
    other contacts."""
    names = {
        name
        for _, group in plan.groups
        for name in (group.full_name, group.first_name, group.middle_name, group.last_name)
    }
    quick = replace(plan, mapped=plan.mapped - names)
    same = [number for number, _ in quick.groups] == [number for number, _ in plan.groups]
    return quick if same else None


def _need_names(posted: Posted) -> bool:
    """Whether a name may decide: of a row that is rejected, beside a mail that tells nobody apart,
    or of several people with one phone."""
    phones = Counter(phone for one in posted.contacts for phone in one.phones)
    shared = max(phones.values(), default=0) >= SHARED_BY
    return bool(posted.rejected) or shared or any(one.weak_mails for one in posted.contacts)


def _contacts(found: Normalized) -> Iterator[Contact]:
    has = set(found.contacts.column_names)
    wanted = [name for name in (*_COLUMNS, "flags", *CAMPAIGNS) if name in has]
    return map(_contact, found.contacts.select(wanted).to_pylist())


_COLUMNS = ["original_lead_id", "contact_number", "external_id", "event_at", "email_keys", "phones",
            "no_keys", "contact_name", "contact_last_name"]  # fmt: skip


def _contact(row: dict[str, Any]) -> Contact:
    mails, phones = tuple(members(row["email_keys"])), tuple(members(row["phones"]))
    no_keys = frozenset(members(row["no_keys"]))
    return Contact(
        row=row["original_lead_id"],
        number=row["contact_number"],
        external_id=row["external_id"],
        event_at=row["event_at"],
        mails=mails,
        phones=phones,
        weak_mails=no_keys.intersection(mails),
        company_phones=no_keys.intersection(phones),
        name=row["contact_name"],
        last_name=row["contact_last_name"],
        campaigns=frozenset(row[name].lower() for name in CAMPAIGNS if row.get(name)),
        flags=tuple(json.loads(row["flags"])) if row.get("flags") else (),
    )
