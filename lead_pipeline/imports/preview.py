"""The dry run: reads, maps and normalises a file exactly as an import does, and writes nothing.

The result is plain data, ready for JSON; how it is shown is the command's or the page's business.
"""

import json
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, closing
from dataclasses import asdict
from hashlib import file_digest
from itertools import islice
from pathlib import Path
from typing import Any

import pyarrow as pa

from lead_pipeline.choices.mappings import Overrides
from lead_pipeline.choices.reading import Choices
from lead_pipeline.fields.model import Mapping, Profile
from lead_pipeline.imports.fill import map_batches
from lead_pipeline.imports.flagged import verdicts_of
from lead_pipeline.imports.plans import plan_for
from lead_pipeline.imports.rehearsal import NEW, Rehearsal, Told, Verdict
from lead_pipeline.imports.staging import stage
from lead_pipeline.imports.survey import Survey
from lead_pipeline.imports.trace import changes, sources_of
from lead_pipeline.intake.size import check_size
from lead_pipeline.ledger import NO_OUTCOMES
from lead_pipeline.ledger.doubts import counted_columns
from lead_pipeline.ledger.holding import doubts
from lead_pipeline.normalizing.filled import Filled
from lead_pipeline.normalizing.plan import Plan
from lead_pipeline.normalizing.rows import Normalized, normalize_rows
from lead_pipeline.reading import OpenedFile, RowBatch, open_lead_file
from lead_pipeline.settings import Settings

NOT_MATCHED = (
    "not matched against the database: contacts are new, or suppressed by flags, as far as this "
    "file tells"
)
MATCHED = "matched against the leads and the do-not-call lists as they are now"
# Columns that only matching reads; the preview shows what they are made of.
_FOR_MATCHING = ("emails", "email_keys", "phones", "external_id", "event_at", "raw_payload")


class DryRun:
    """What an import of a file would do: `head` at once, its rows one by one, `counts` after them.

    Args:
        choices: what was settled about reading the file.
        overrides: gives the corrections for a header.
        rehearsal: where to match the contacts; None does not match them.

    Raises:
        BadFile: an import would reject the file.
        OSError: the file cannot be read.
    """

    def __init__(
        self,
        path: Path,
        settings: Settings,
        choices: Choices | None = None,
        overrides: Callable[[Sequence[str]], Overrides] = lambda _: {},
        rehearsal: Rehearsal | None = None,
    ) -> None:
        size = path.stat().st_size
        check_size(size, settings)
        self._path = path
        self._choices = choices or Choices()
        self._overrides = overrides
        self._max_bytes = settings.max_unpacked_bytes
        self._date_order = settings.date_order
        self._region = self._choices.whole.region or settings.default_region
        survey = self._survey()
        profile = survey.mapping.profile
        region = (rehearsal.region if rehearsal else _chosen_region)(profile, self._choices)
        self._plan = plan_for(profile, survey.layout.kind, survey.columns(), settings, region)
        self._verdicts = rehearsal.decide(self._plan, self._contacts()) if rehearsal else None
        self.head: dict[str, Any] = {
            "file": _file_facts(path, size, survey),
            "profile": profile.name,
            "region": self._plan.region,
            "matching": MATCHED if rehearsal else NOT_MATCHED,
            "columns": survey.columns(),
        }
        self.counts = {
            "rows": {"contacts": 0, "rejected": survey.rows_rejected, "blank": survey.rows_blank},
            "contacts": dict(NO_OUTCOMES),
        }
        self._filled: defaultdict[str, Filled] = defaultdict(Filled)
        if self._verdicts is not None:
            self.counts["contacts"] |= self._verdicts.counts

    def rows(self, most: int | None) -> Iterator[dict[str, Any]]:
        """The first `most` records in detail (None: all); all are counted. To be used up, once."""
        shown = 0
        with self._opened() as file:
            for batch, mapping in self._batches(file):
                result = _normalize(batch, mapping, self._plan)
                self._count(batch, result)
                wanted = None if most is None else most - shown
                if wanted != 0:
                    told = self._told(result)
                    details = _details(batch, mapping, result, self._plan, told)
                    for record in islice(details, wanted):
                        shown += 1
                        yield record

    @property
    def doubts(self) -> list[dict[str, str]]:
        """Why a person had better look, as far as this file tells; to be asked after the rows."""
        counts, columns = self.counts["rows"], self.head["columns"]
        filled = counts["contacts"] + counts["rejected"]
        counted = {name: asdict(found) for name, found in self._filled.items()}
        found = doubts(
            columns,
            self.head["profile"],
            self.head["file"]["problems"],
            counted_columns(columns, counted),
            counts["rejected"] / filled if filled else 0.0,
        )
        return [asdict(one) for one in found]

    def _survey(self) -> Survey:
        """A first pass, because a column's date order is settled by the whole file."""
        with self._opened() as file:
            survey = Survey(file.layout, self._choices.conventions(self._date_order))
            for batch, mapping in self._batches(file):
                survey.add(batch, mapping)
        survey.require_rows()
        return survey

    def _opened(self) -> AbstractContextManager[OpenedFile]:
        options = self._choices.read_options(self._max_bytes)
        return closing(open_lead_file(self._path, self._path.name, options))

    def _batches(self, file: OpenedFile) -> Iterator[tuple[RowBatch, Mapping]]:
        overrides = self._overrides(file.layout.header)
        return map_batches(file, self._choices.profile, overrides, self._region)

    def _contacts(self) -> Iterator[pa.Table]:
        """A pass over the file for matching alone."""
        with self._opened() as file:
            for batch, mapping in self._batches(file):
                yield _normalize(batch, mapping, self._plan).contacts

    def _told(self, result: Normalized) -> Told:
        """What is not simply new: as the database decided, or as the file's own flags say."""
        return verdicts_of(result.contacts) if self._verdicts is None else self._verdicts.told

    def _count(self, batch: RowBatch, result: Normalized) -> None:
        rows, contacts = self.counts["rows"], self.counts["contacts"]
        rows["contacts"] += batch.cells.num_rows - result.rejected.num_rows
        rows["rejected"] += result.rejected.num_rows
        if self._verdicts is None:
            told = self._told(result).values()
            suppressed = sum(verdict.outcome == "suppressed" for verdict in told)
            contacts["suppressed"] += suppressed
            contacts["new"] += result.contacts.num_rows - suppressed
        contacts["invalid"] += result.invalid.num_rows
        for name, found in result.contact_columns.items():
            self._filled[name] += found


def _chosen_region(_: Profile, choices: Choices) -> str | None:
    return choices.whole.region


def _file_facts(path: Path, size: int, survey: Survey) -> dict[str, Any]:
    layout = asdict(survey.layout)
    with path.open("rb") as content:
        digest = file_digest(content, "sha256").hexdigest()
    return {
        "name": path.name,
        "bytes": size,
        "sha256": digest,
        **{name: layout[name] for name in _LAYOUT_FACTS},
        "rows": survey.rows_read,
        "problems": layout["problems"],
    }


_LAYOUT_FACTS = ["kind", "encoding", "delimiter", "quote", "header_row", "sheet", "container"]


def _normalize(batch: RowBatch, mapping: Mapping, plan: Plan) -> Normalized:
    staged = stage(batch, mapping)
    arrays = {name: staged[name].combine_chunks() for name in staged.column_names}
    return normalize_rows(arrays, arrays.pop("row_number"), plan)


def _details(
    batch: RowBatch,
    mapping: Mapping,
    result: Normalized,
    plan: Plan,
    told: Told,
) -> Iterator[dict[str, Any]]:
    """Every record of a batch in the order of the file: its cells, its outcome, its contacts."""
    contacts = defaultdict(list)
    staged = {row["row_number"]: row for row in stage(batch, mapping).to_pylist()}
    traces = {number: sources_of(number, plan) for number, _ in plan.groups}
    for contact in result.contacts.to_pylist():
        number = contact["original_lead_id"]
        traced = changes(contact, staged[number], traces[contact["contact_number"]])
        verdict = told.get((number, contact["contact_number"]), NEW)
        contacts[number].append(_contact(contact, verdict) | {"changes": traced})
    for contact in result.invalid.to_pylist():
        contacts[contact["original_lead_id"]].append(_invalid(contact))
    refused = {row["row_number"]: row for row in result.rejected.to_pylist()}
    records: dict[int, dict[str, Any]] = {}
    numbers = batch.numbers.to_pylist()
    for number, cells in zip(numbers, batch.cells.to_pylist(), strict=True):
        row = refused.get(number)
        found = sorted(contacts[number], key=lambda c: c["number"])
        records[number] = _record(
            number,
            "rejected" if row else "contacts",
            row["code"] if row else None,
            row["reason"] if row else None,
            list(cells.values()),
            found,
        )
    for rejected in batch.rejected:
        records[rejected.number] = _record(
            rejected.number, "rejected", rejected.code, rejected.reason, [rejected.raw], []
        )
    for number in batch.blank:
        records[number] = _record(number, "blank", None, None, [], [])
    yield from (records[number] for number in sorted(records))


def _record(
    number: int,
    outcome: str,
    code: str | None,
    reason: str | None,
    cells: list[str | None],
    contacts: list[dict[str, Any]],
) -> dict[str, Any]:
    return {
        "row": number,
        "outcome": outcome,
        "code": code,
        "reason": reason,
        "cells": cells,
        "contacts": contacts,
    }


# Columns of the normalized table that are said in other words.
_SAID = {
    "original_lead_id": None,
    "contact_number": None,
    "contact_role": None,
    "contact_name": "full_name",
    "contact_first_name": "first_name",
    "contact_last_name": "last_name",
    "contact_email": "email",
    "phone_e164": "phone_e164",
}


def _contact(contact: dict[str, Any], verdict: Verdict) -> dict[str, Any]:
    lead = {said: contact[column] for column, said in _SAID.items() if said}
    said = {*_SAID, *_FOR_MATCHING}
    lead |= {k: v for k, v in contact.items() if v is not None and k not in said}
    for name in ("extra", "problems", *(["flags"] if "flags" in lead else [])):
        lead[name] = json.loads(contact[name]) if contact[name] else None
    lead["tags"] = contact["tags"].strip("{}").split(",") if contact["tags"] else []
    return {
        "number": contact["contact_number"],
        "role": contact["contact_role"],
        "outcome": verdict.outcome,
        "reason": verdict.reason,
        "lead": lead,
    }


def _invalid(contact: dict[str, Any]) -> dict[str, Any]:
    return {
        "number": contact["contact_number"],
        "role": contact["contact_role"],
        "outcome": "invalid",
        "reason": contact["reason"],
        "lead": {
            "full_name": contact["contact_name"],
            "first_name": None,
            "last_name": None,
            "email": contact["email"],
            "phone_e164": None,
        },
    }
