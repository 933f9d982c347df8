"""What Dagster's own record says of runs and checks that no import tells of.

It is asked instead of told by a sensor of Dagster's: so it is known as well while its daemon is
away, and nothing has to be kept in step.
"""

import json
from collections.abc import Iterable
from datetime import datetime
from typing import Any

import psycopg

from lead_pipeline.database import Connection, run


def failed_jobs(session: Connection, now: datetime) -> list[tuple[str, str]]:
    """Jobs whose last run failed, with the id of that run; `session` is in autocommit."""
    try:
        rows = run(session, "notices/list_failed_jobs", {"now": now}).fetchall()
    except _NEVER_RAN:
        return []
    return [(row["job"], row["run_id"]) for row in rows]


def failed_checks(session: Connection, assets: Iterable[str]) -> list[str]:
    """Checks of these assets that failed when they were made last, by name."""
    keys: dict[str, Any] = {"assets": [json.dumps([asset]) for asset in assets]}
    try:
        return [row["name"] for row in run(session, "notices/list_failed_checks", keys)]
    except _NEVER_RAN:
        return []


_NEVER_RAN = (psycopg.errors.UndefinedTable, psycopg.errors.InvalidSchemaName)
