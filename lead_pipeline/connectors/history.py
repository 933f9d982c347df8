"""What was pulled, when, and what is due: read from the tables of the inbox and the ledger."""

from dataclasses import dataclass
from typing import Any

from lead_pipeline.database import Connection, run

DAYS = 30
"""So far back rates and counts reach."""


@dataclass(frozen=True, slots=True)
class Due:
    """A pull that should not wait for the clock; the same `key` asks for the same pull."""

    key: str


def due(session: Connection, source: str, minutes: int) -> Due | None:
    """Whether a source should be pulled now: it never was, not for longer than its interval, or a
    webhook named a record since the last pull began."""
    asked = {"source": source, "minutes": minutes}
    row = run(session, "connectors/select_due", asked).fetchone()
    return Due(row["key"]) if row and row["key"] else None


def pulls(
    session: Connection, source: str | None = None, most: int = 20, before: int | None = None
) -> list[dict[str, Any]]:
    """The last pulls, or those before a number, the newest first, with what became of their records
    (see list_pulls.sql)."""
    asked = {"source": source, "pull_id": None, "before": before, "most": most}
    return run(session, "connectors/list_pulls", asked).fetchall()


def one_pull(session: Connection, pull_id: int) -> dict[str, Any] | None:
    """One of them, by its number."""
    asked = {"source": None, "pull_id": pull_id, "before": None, "most": 1}
    return run(session, "connectors/list_pulls", asked).fetchone()


def success_rates(session: Connection, days: int = DAYS) -> list[dict[str, Any]]:
    """For each source: how many pulls of these days there were, and how many ended well."""
    return run(session, "connectors/count_pulls", {"days": days}).fetchall()


def state(session: Connection, days: int = DAYS) -> list[dict[str, Any]]:
    """Where each part of each source stands, with its records of these days and the last one."""
    return run(session, "connectors/list_cursors", {"days": days}).fetchall()
