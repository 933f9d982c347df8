"""The records of a dry run in detail: each with its cells, its outcome, and what it became."""

import json
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from lead_pipeline.fields.model import Mapping
from lead_pipeline.imports.rehearsal import NEW, Told, Verdict
from lead_pipeline.imports.staging import stage
from lead_pipeline.imports.trace import changes, sources_of
from lead_pipeline.normalizing.plan import Plan
from lead_pipeline.normalizing.rows import Normalized
from lead_pipeline.reading import RowBatch

# Columns that only matching reads; the preview shows what they are made of.
_FOR_MATCHING = ("emails", "email_keys", "phones", "external_id", "event_at", "raw_payload")


def details(
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
    refused = {
        row["row_number"]: (row["code"], row["reason"]) for row in result.rejected.to_pylist()
    }
    refused |= {
        number: (verdict.code, verdict.reason)
        for (number, _), verdict in told.items()
        if verdict.code
    }
    records: dict[int, dict[str, Any]] = {}
    numbers = batch.numbers.to_pylist()
    for number, cells in zip(numbers, batch.cells.to_pylist(), strict=True):
        code, reason = refused.get(number, (None, None))
        found = sorted(contacts[number], key=lambda c: c["number"])
        records[number] = _record(
            number,
            "rejected" if code else "contacts",
            code,
            reason,
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


def first_records(
    batch: RowBatch, result: Normalized, most: int | None
) -> tuple[RowBatch, Normalized]:
    """A batch, and what became of it, without the records after the first `most`: to tell of some
    the others need not be taken apart."""
    unread = (*(rejected.number for rejected in batch.rejected), *batch.blank)
    records = sorted([*batch.numbers.to_pylist(), *unread])
    if most is None or most >= len(records):
        return batch, result
    last = records[most - 1] if most else 0
    kept = pc.sum(pc.less_equal(batch.numbers, last)).as_py() or 0
    some = replace(
        batch,
        cells=batch.cells.slice(0, kept),
        numbers=batch.numbers.slice(0, kept),
        sent=None if batch.sent is None else batch.sent.slice(0, kept),
        rejected=tuple(one for one in batch.rejected if one.number <= last),
        blank=tuple(number for number in batch.blank if number <= last),
    )
    of_some = replace(
        result,
        contacts=_upto(result.contacts, "original_lead_id", last),
        invalid=_upto(result.invalid, "original_lead_id", last),
        rejected=_upto(result.rejected, "row_number", last),
    )
    return some, of_some


def _upto(table: pa.Table, column: str, last: int) -> pa.Table:
    return table.filter(pc.less_equal(table[column], last))


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
