"""The dry run: reads, maps and normalises a file exactly as an import does, and writes nothing.

The result is plain data, ready for JSON; how it is shown is the command's or the page's business.
"""

import json
from collections import defaultdict
from collections.abc import Iterator
from contextlib import closing
from dataclasses import asdict
from hashlib import file_digest
from pathlib import Path
from typing import Any

import pyarrow as pa

from lead_pipeline.errors import BadFile
from lead_pipeline.fields.model import Mapping
from lead_pipeline.importing import map_batches
from lead_pipeline.normalizing.plan import Plan
from lead_pipeline.normalizing.rows import Normalized, normalize_rows
from lead_pipeline.reading import ReadOptions, RowBatch, open_lead_file
from lead_pipeline.settings import Settings
from lead_pipeline.staging import stage
from lead_pipeline.survey import Survey

NOT_MATCHED = "not matched against the database: contacts are new as far as this file tells"


def preview_file(path: Path, settings: Settings, rows: int | None = 10) -> dict[str, Any]:
    """What an import of `path` would do, with the first `rows` rows in detail (None: all of them).

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
    options = ReadOptions(max_bytes=20 * settings.max_file_bytes)
    survey, plan = _survey(path, options, settings)
    counts = {
        "rows": {"contacts": 0, "rejected": survey.rows_rejected, "blank": survey.rows_blank},
        "contacts": {"new": 0, "invalid": 0},
    }
    shown: list[dict[str, Any]] = []
    with closing(open_lead_file(path, path.name, options)) as file:
        for batch, mapping in map_batches(file):
            result = _normalize(batch, mapping, plan)
            counts["rows"]["contacts"] += batch.cells.num_rows - result.rejected.num_rows
            counts["rows"]["rejected"] += result.rejected.num_rows
            counts["contacts"]["new"] += result.contacts.num_rows
            counts["contacts"]["invalid"] += result.invalid.num_rows
            if rows is None or len(shown) < rows:
                shown += _details(batch, result)
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


def _survey(path: Path, options: ReadOptions, settings: Settings) -> tuple[Survey, Plan]:
    """A first pass, because a column's date order is settled by the whole file."""
    with closing(open_lead_file(path, path.name, options)) as file:
        survey = Survey(file.layout)
        for batch, mapping in map_batches(file):
            survey.add(batch, mapping)
    survey.require_rows()
    mapping = survey.mapping
    plan = Plan(
        profile=mapping.profile,
        mapped=frozenset(c.field for c in mapping.columns if c.field),
        region=settings.default_region,
        zone=settings.time_zone,
        orders=survey.orders,
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


def _details(batch: RowBatch, result: Normalized) -> Iterator[dict[str, Any]]:
    """Every record of a batch in the order of the file: its cells, its outcome, its contacts."""
    contacts = defaultdict(list)
    for contact in result.contacts.to_pylist():
        contacts[contact["original_lead_id"]].append(_contact(contact))
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
