"""An import as plain data, as JSON, a page and a report tell it."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict
from typing import Any

from lead_pipeline.ledger.model import Import
from lead_pipeline.ledger.summaries import Review


def import_facts(import_: Import, review: Review | None = None) -> dict[str, Any]:
    """An import as plain data: the ledger's row, its outcomes by name, and how long it took."""
    facts = asdict(import_)
    facts["outcomes"] = {
        "rows": import_.row_outcomes,
        "contacts": import_.contact_outcomes,
    }
    facts |= asdict(review) if review else {"summary": None, "rows_retried": None}
    facts["seconds"] = seconds_taken(import_)
    return facts


def without_quotes(facts: Mapping[str, Any]) -> dict[str, Any]:
    """The facts of an import without what may quote cells of its file, for who sees nobody's data.

    Messages leave their codes; headers go as well, for where a header was guessed they are cells.
    """
    layout = facts["layout"] and {
        name: _codes(what) if name == "problems" else what
        for name, what in facts["layout"].items()
        if name != "header"
    }
    quoting = dict.fromkeys(("error", "columns", "contact_columns", "drift", "decisive_drift"))
    return {**facts, **quoting, "layout": layout, "held_for": _codes(facts["held_for"])}


def _codes(told: Iterable[Mapping[str, Any]] | None) -> list[dict[str, Any]] | None:
    return None if told is None else [{"code": one["code"]} for one in told]


def seconds_taken(import_: Import) -> float | None:
    """From the first sight of the file to the end of the import; None before that."""
    if import_.completed_at is None:
        return None
    return (import_.completed_at - import_.seen_at).total_seconds()
