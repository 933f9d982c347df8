"""Keeping the database small where no file comes in: what nobody needs any more, and dead rows.

Every import makes some tables and drops most of them again, which leaves dead rows in the catalogs;
PostgreSQL sweeps those by itself in the end, and here once a day for certain.
"""

from dataclasses import dataclass
from datetime import datetime

from psycopg import sql

from lead_pipeline.database import Connection, run

# Where tables come and go: their columns, names, types, and what depends on what.
_CATALOGS = ("pg_attribute", "pg_class", "pg_type", "pg_depend", "pg_index", "pg_statistic")


@dataclass(frozen=True, slots=True)
class Upkeep:
    """How many imports that were taken back lost what was put aside of them, and what the tables
    take now, in bytes."""

    dropped: int
    catalogs: int
    archives: int
    leads: int


def keep_up(session: Connection, before: datetime) -> Upkeep:
    """Drop what was put aside of imports that were undone `before`, and sweep the catalogs.

    `session` is in autocommit. Catalogs that its role may not sweep are left to PostgreSQL. Safe to
    stop and to run again.
    """
    old = run(session, "imports/select_old_undone", {"before": before}).fetchall()
    for row in old:
        names: dict[str, sql.Composable] = {
            "archived": sql.Identifier("archive", row["archive_table"]),
            "import_id": sql.Literal(row["import_id"]),
        }
        with session.transaction():
            run(session, "imports/drop_undone", None, names)
    for catalog in _CATALOGS:
        table = {"table": sql.Identifier("pg_catalog", catalog)}
        run(session, "imports/vacuum_table", None, table)
    (sizes,) = run(session, "imports/measure_tables").fetchall()
    return Upkeep(len(old), **{name: int(size or 0) for name, size in sizes.items()})
