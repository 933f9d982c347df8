"""The records of a dry run in detail: each with its cells, its outcome, and what it became."""

import json
from collections import defaultdict
from collections.abc import Iterator
from typing import Any

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
