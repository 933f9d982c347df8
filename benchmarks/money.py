"""What charges cost an import, and how long a statement of a million events takes.

    python benchmarks/money.py [--rows 210500] [--rounds 5] [--events 1000000] [--json]

The narrow file of generate.py is imported with and without a price (three rules on top), in turn,
each time into a database that knows nobody; told are the medians of the whole import and of the
deciding step, and their ratios. The statement is issued over events that SQL filled in, ten imports
of one supplier; in the end the bare COPY of these charges stands beside it.
"""

import argparse
import json
import statistics
import sys
import tempfile
import time
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from deciding import empty_site, enter, import_steps
from generate import LEADS_ROWS, write_leads
from psycopg import sql

from lead_pipeline.database import connect
from lead_pipeline.imports.site import Site
from lead_pipeline.imports.undo import undo_import
from lead_pipeline.money import statements
from lead_pipeline.suppliers.agreement import read_terms
from lead_pipeline.suppliers.suppliers import settle_terms

_TERMS = """
price = 10
[[rules]]
price = 15
fields = { state = ["NY", "NJ", "CA"] }
[[rules]]
price = 12
fields = { phone_type = "mobile" }
[[rules]]
price = 5
min_age_days = 90
"""
_IMPORTS = 10
_FILL = """
WITH one AS (
    INSERT INTO lead_sources (partition_key, object_key, version_tag, bytes, modified_at,
        original_filename, hash, status, supplier, archived_at, archive_table, is_charged)
    VALUES ('p{n}', 'Many/{n}.csv', '{n}', 1, %(at)s, 'f', 'h', 'completed', 'Many', %(at)s,
            'many_{n}', true) RETURNING import_id),
event AS (
    INSERT INTO charge_events (kind, happened_at, cause, import_id)
    SELECT 'charge', %(at)s, 'import ' || import_id, import_id FROM one RETURNING *)
INSERT INTO charge_batches (event_id, import_id, rule, amount, rows, contacts)
SELECT event_id, import_id, 0, 12.5, array_agg(n), array_agg(1)
FROM event CROSS JOIN generate_series(2, %(most)s) AS n
GROUP BY event_id, import_id, n / 10000
"""
_ARCHIVED = """
CREATE TABLE archive.many_{n} AS
SELECT n AS original_lead_id, 1::smallint AS contact_number, 'L-' || n AS external_id
FROM generate_series(2, {most}) AS n
"""


def _import(site: Site, path: Path, key: str) -> dict[str, float]:
    import_ = enter(site, path, key)
    took = import_steps(site, import_)
    undo_import(site, import_.import_id)
    with connect(site.settings.owner_url, autocommit=True) as session:
        session.execute("CHECKPOINT")
    return {"whole": sum(took.values()), "deciding": took["archive_leads"]}


def charging(site: Site, folder: Path, rows: int, rounds: int) -> dict[str, float]:
    """Seconds with and without a price, in turn, and the ratios of their medians."""
    path = folder / "leads.csv"
    write_leads(path, rows)
    with connect(site.settings.database_url) as session:
        settle_terms(session, "Priced", read_terms(_TERMS))
    found: dict[str, list[dict[str, float]]] = {"Priced": [], "Free": []}
    for at in range(rounds):
        for supplier in ("Priced", "Free") if at % 2 else ("Free", "Priced"):
            found[supplier].append(_import(site, path, f"{supplier}/{at}.csv"))
    told: dict[str, float] = {}
    for part in ("whole", "deciding"):
        with_, without = (
            statistics.median(one[part] for one in found[name]) for name in ("Priced", "Free")
        )
        told |= {f"{part}_s": without, f"{part}_charged_s": with_, f"{part}_ratio": with_ / without}
    return told


def issuing(site: Site, events: int) -> dict[str, float]:
    """Seconds of a statement of so many lines, and of the bare COPY of its charges."""
    most = events // _IMPORTS + 1
    last_month = datetime.now(UTC).replace(day=1) - timedelta(days=2)
    with connect(site.settings.owner_url, autocommit=True) as session:
        session.execute("INSERT INTO suppliers (supplier) VALUES ('Many')")
        for n in range(_IMPORTS):
            session.execute(sql.SQL(_ARCHIVED).format(n=sql.SQL(str(n)), most=sql.Literal(most)))
            session.execute(
                sql.SQL(_FILL).format(n=sql.SQL(str(n))), {"at": last_month, "most": most}
            )
        session.execute("GRANT SELECT ON ALL TABLES IN SCHEMA archive TO public")
        session.execute("VACUUM ANALYZE")
    with connect(site.settings.database_url, autocommit=True) as session:
        begun = time.perf_counter()
        issued = statements.issue(session, "Many", date(last_month.year, last_month.month, 1), "b")
        seconds = time.perf_counter() - begun
        begun = time.perf_counter()
        with session.cursor().copy("COPY (SELECT * FROM charges) TO STDOUT") as copy:
            for _ in copy:
                pass
        bare = time.perf_counter() - begun
    return {"statement_lines": issued["lines"], "statement_s": seconds, "bare_copy_s": bare}


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--rows", type=int, default=LEADS_ROWS)
    options.add_argument("--rounds", type=int, default=5)
    options.add_argument("--events", type=int, default=1_000_000)
    options.add_argument("--json", action="store_true")
    said = options.parse_args()
    with tempfile.TemporaryDirectory() as folder, empty_site(Path(folder)) as site:
        found = charging(site, Path(folder), said.rows, said.rounds) | issuing(site, said.events)
    if said.json:
        sys.stdout.write(json.dumps(found) + "\n")
        return
    for name, value in found.items():
        sys.stdout.write(f"{name:>20} {value:,.3f}\n")


if __name__ == "__main__":
    main()
