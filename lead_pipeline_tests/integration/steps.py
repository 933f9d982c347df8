"""Runs the steps of an import without Dagster, and tells what the database then holds."""

from collections.abc import Callable
from typing import Any

from psycopg import sql

from lead_pipeline.database import connect
from lead_pipeline.imports.site import Site
from lead_pipeline.imports.steps import (
    archive_leads,
    load_raw_leads,
    normalize_leads,
    truncate_staging,
)
from lead_pipeline.ledger import Import
from lead_pipeline_tests.integration.dagster_run import rows

Step = Callable[[Site, str], Import]
STEPS: list[Step] = [load_raw_leads, normalize_leads, archive_leads, truncate_staging]


def run_steps(site: Site, import_: Import, steps: list[Step] = STEPS) -> Import:
    """The import after these steps, one after the other."""
    assert import_.partition_key is not None
    for step in steps:
        import_ = step(site, import_.partition_key)
    return import_


def tables(site: Site, *schemas: str) -> list[str]:
    """`schema.table` of every table in these schemas."""
    found = rows(
        site,
        "SELECT schemaname || '.' || tablename AS name FROM pg_tables"
        " WHERE schemaname = ANY(%s) ORDER BY 1",
        list(schemas),
    )
    return [row["name"] for row in found]


def dump(site: Site) -> dict[str, list[str]]:
    """Every row of every table of ours, as text: two equal dumps are the same state."""
    with connect(site.settings.database_url) as session:
        found: dict[str, list[str]] = {}
        for name in tables(site, "public", "archive", "staging"):
            query = sql.SQL("SELECT t::text AS row FROM {} AS t ORDER BY 1").format(
                sql.Identifier(*name.split("."))
            )
            found[name] = [row["row"] for row in session.execute(query)]
        return found


def archived(site: Site, import_: Import, columns: str = "*") -> list[dict[str, Any]]:
    """The contacts in the import's archive table, in the order of the file, without nulls."""
    query = f"SELECT {columns} FROM archive.{import_.archive_table} ORDER BY 1, 2"
    return [{k: v for k, v in row.items() if v is not None} for row in rows(site, query)]
