"""The dry run: reads, maps and normalises a file exactly as an import does, and writes nothing.

The result is plain data, ready for JSON; how it is shown is the command's or the page's business.
"""

import json
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, closing
from dataclasses import asdict, dataclass
from hashlib import file_digest
from pathlib import Path
from typing import Any

import pyarrow as pa

from lead_pipeline.choices import Choices, Overrides
from lead_pipeline.errors import BadFile
from lead_pipeline.fields.model import Mapping
from lead_pipeline.importing import map_batches
from lead_pipeline.normalizing.plan import Plan
from lead_pipeline.normalizing.rows import Normalized, normalize_rows
from lead_pipeline.normalizing.tags import load_rules
from lead_pipeline.reading import OpenedFile, RowBatch, open_lead_file
from lead_pipeline.settings import Settings
from lead_pipeline.staging import stage
from lead_pipeline.survey import Survey
from lead_pipeline.tracing import changes, sources_of

NOT_MATCHED = "not matched against the database: contacts are new as far as this file tells"


def preview_file(
    path: Path,
    settings: Settings,
    rows: int | None = 10,
    choices: Choices | None = None,
    overrides: Callable[[Sequence[str]], Overrides] = lambda _: {},
) -> dict[str, Any]:
    """What an import of `path` would do, with the first `rows` rows in detail (None: all of them).

    `choices` is what was settled about reading it; `overrides` gives the corrections for a header.

    Raises:
        BadFile: an import would reject the file.
        OSError: the file cannot be read.
    """
    size = path.stat().st_size
    if size > settings.max_file_bytes:
        raise BadFile(
            "too_large",
            f"the file has {size / 2**20:,.1f} MB and the limit is {settings.max_file_mb} MB: "
            "split it, or raise LEADS_MAX_FILE_MB",
        )
    with path.open("rb") as content:
        digest = file_digest(content, "sha256").hexdigest()
    opened = _Opened(path, choices or Choices(), overrides, 20 * settings.max_file_bytes)
    survey, plan = _survey(opened, settings)
    counts = {
        "rows": {"contacts": 0, "rejected": survey.rows_rejected, "blank": survey.rows_blank},
        "contacts": {"new": 0, "invalid": 0},
    }
    shown: list[dict[str, Any]] = []
    with opened.again() as file:
        for batch, mapping in opened.batches(file):
            result = _normalize(batch, mapping, plan)
            counts["rows"]["contacts"] += batch.cells.num_rows - result.rejected.num_rows
            counts["rows"]["rejected"] += result.rejected.num_rows
            counts["contacts"]["new"] += result.contacts.num_rows
            counts["contacts"]["invalid"] += result.invalid.num_rows
            if rows is None or len(shown) < rows:
                shown += _details(batch, mapping, result, plan)
    layout = asdict(survey.layout)
    return {
        "file": {
            "name": path.name,
            "bytes": size,
            "sha256": digest,
            **{name: layout[name] for name in _FILE_FACTS},
            "rows": survey.rows_read,
            "problems": layout["problems"],
        },
        "profile": survey.mapping.profile.name,
        "matching": NOT_MATCHED,
        "columns": survey.columns(),
        "counts": counts,
        "rows": shown if rows is None else shown[:rows],
    }


_FILE_FACTS = ["kind", "encoding", "delimiter", "quote", "header_row", "sheet", "container"]


@dataclass(frozen=True, slots=True)
class _Opened:
    """A file that is read twice in the same way."""

    path: Path
    choices: Choices
    overrides: Callable[[Sequence[str]], Overrides]
    max_bytes: int

    def again(self) -> AbstractContextManager[OpenedFile]:
        options = self.choices.read_options(self.max_bytes)
        return closing(open_lead_file(self.path, self.path.name, options))

    def batches(self, file: OpenedFile) -> Iterator[tuple[RowBatch, Mapping]]:
        return map_batches(file, self.choices.profile, self.overrides(file.layout.header))


def _survey(opened: _Opened, settings: Settings) -> tuple[Survey, Plan]:
    """A first pass, because a column's date order is settled by the whole file."""
    with opened.again() as file:
        survey = Survey(file.layout)
        for batch, mapping in opened.batches(file):
            survey.add(batch, mapping)
    survey.require_rows()
    mapping = survey.mapping
    plan = Plan(
        profile=mapping.profile,
        mapped=frozenset(c.field for c in mapping.columns if c.field),
        region=settings.default_region,
        zone=settings.time_zone,
        orders=survey.orders,
        rules=load_rules(settings.tag_rules),
    )
    return survey, plan


def _normalize(batch: RowBatch, mapping: Mapping, plan: Plan) -> Normalized:
    staged = stage(batch, mapping).combine_chunks()
    arrays = {
        name: pa.concat_arrays(staged[name].chunks) if staged.num_rows else
        pa.nulls(0, staged.schema.field(name).type)
        for name in staged.column_names
    }  # fmt: skip
    return normalize_rows(arrays, arrays.pop("row_number"), plan)


def _details(
    batch: RowBatch, mapping: Mapping, result: Normalized, plan: Plan
) -> Iterator[dict[str, Any]]:
    """Every record of a batch in the order of the file: its cells, its outcome, its contacts."""
    contacts = defaultdict(list)
    staged = {row["row_number"]: row for row in stage(batch, mapping).to_pylist()}
    traces = {number: sources_of(number, plan) for number, _ in plan.groups}
    for contact in result.contacts.to_pylist():
        number = contact["original_lead_id"]
        traced = changes(contact, staged[number], traces[contact["contact_number"]])
        contacts[number].append(_contact(contact) | {"changes": traced})
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


def _contact(contact: dict[str, Any]) -> dict[str, Any]:
    lead = {said: contact[column] for column, said in _SAID.items() if said}
    lead |= {k: v for k, v in contact.items() if v is not None and k not in _SAID}
    for name in ("extra", "problems"):
        lead[name] = json.loads(contact[name]) if contact[name] else None
    lead["tags"] = contact["tags"].strip("{}").split(",") if contact["tags"] else []
    return {
        "number": contact["contact_number"],
        "role": contact["contact_role"],
        "outcome": "new",
        "reason": None,
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
