"""How the time of an import grows with the leads that are there already.

    python benchmarks/growth.py [--rows 210500] [--leads 0 1000000 10000000] [--times 2] [--json]

The file is the narrow one of generate.py (48 MB), all of whose people are new. The master is filled
by SQL with other invented people, three keys each, in a database of its own for each size. Every
import runs `--times` times (undone and vacuumed in between); the fastest counts.
"""

import argparse
import json
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from deciding import bare_copy, empty_site, enter, import_steps
from generate import LEADS_ROWS, write_leads

from lead_pipeline.database import connect
from lead_pipeline.imports.site import Site
from lead_pipeline.imports.undo import undo_import

# Mails of a domain and ids of a source that no benchmark file has, numbers of area codes that do
# not exist (NANPA keeps N9X for the day when numbers grow).
_FILL = """
INSERT INTO source_names (display_name, source_type) VALUES ('Earlier', 'list');
INSERT INTO leads_master (lead_id, id, full_name, first_name, last_name, email, emails, email_keys,
    phone_e164, phone_number_normalized, phones, city, state, postal_code, campaign_name, tags,
    external_lead_id, source_id, supplier, import_id, row_number, contact_number, received_at,
    last_received_at, last_import_id)
SELECT n, n, 'Ann Lee', 'Ann', 'Lee', mail, ARRAY[mail], ARRAY[mail], phone, right(phone, 10),
       ARRAY[phone], 'Austin', 'TX', (73301 + n % 6000)::text, 'Campaign ' || n % 500, '{{mobile}}',
       'e-' || n, 1, 'Earlier', 0, n, 1, at, at, 0
FROM (SELECT n, 'ann.lee' || n || '@example.net' AS mail, '+1' || 2900000000 + n AS phone,
             timestamptz '2020-01-01' + n * interval '1 second' AS at
      FROM generate_series(1, {leads}) AS n) AS people;
ALTER TABLE lead_identities DROP CONSTRAINT lead_identities_pkey;
INSERT INTO lead_identities (key_hash, key_check, kind, value, lead_id)
SELECT hashtextextended(kind || ':' || value, 0), hashtextextended(kind || ':' || value, 1),
       kind::match_kind, value, lead_id
FROM leads_master CROSS JOIN LATERAL (VALUES ('external_id', '1:' || external_lead_id),
    ('email', email), ('phone', phone_e164)) AS k (kind, value);
ALTER TABLE lead_identities ADD PRIMARY KEY (key_hash, key_check);
SELECT setval('leads_master_lead_id_seq', {leads} + 1);
"""


def measure(rows: int, sizes: list[int], times: int) -> dict[str, Any]:
    results = {}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        file = folder / "leads.csv"
        write_leads(file, rows)
        with empty_site(folder) as site:
            copy = min(bare_copy(site, file) for _ in range(3))
            for leads in sizes:
                results[leads] = min(
                    _imports(_filled(site, leads), file, times), key=lambda one: one["import"]
                )
    smallest = results[min(sizes)]
    ratios = {
        leads: {step: round(spent / smallest[step], 2) for step, spent in one.items()}
        for leads, one in results.items()
    }
    return {"rows": rows, "bare_copy_seconds": round(copy, 2), "seconds": results, "ratios": ratios}


def _filled(site: Site, leads: int) -> Site:
    """A database of its own with so many leads."""
    name = f"with_{leads}"
    with connect(site.settings.owner_url, autocommit=True) as session:
        session.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                        " WHERE datname = 'leads' AND pid <> pg_backend_pid()")  # fmt: skip
    url = site.settings.database_url.replace("/leads?", f"/{name}?")
    owner_url = site.settings.owner_url.replace("/leads?", f"/{name}?")
    admin = site.settings.owner_url.replace("/leads?", "/postgres?")
    with connect(admin, autocommit=True) as session:
        session.execute(f"CREATE DATABASE {name} TEMPLATE leads")
    with connect(owner_url, autocommit=True) as session:
        if leads:
            session.execute(_FILL.format(leads=leads))
        session.execute("VACUUM ANALYZE")
        session.execute("CHECKPOINT")
    return replace(
        site, settings=replace(site.settings, database_url=url, database_owner_url=owner_url)
    )


def _imports(site: Site, file: Path, times: int) -> Iterator[dict[str, float]]:
    """The seconds of each step and of all together, once for each time."""
    for _ in range(times):
        import_ = enter(site, file, "leads.csv")
        steps = import_steps(site, import_)
        yield {step: round(spent, 2) for step, spent in steps.items()} | {
            "import": round(sum(steps.values()), 2)
        }
        undo_import(site, import_.import_id)
        with connect(site.settings.owner_url, autocommit=True) as session:
            session.execute("VACUUM ANALYZE")
            session.execute("CHECKPOINT")


def table(result: dict[str, Any]) -> Iterator[str]:
    yield f"{result['rows']:,} rows; bare COPY {result['bare_copy_seconds']} s"
    for leads, one in result["seconds"].items():
        ratio = result["ratios"][leads]
        told = ", ".join(f"{step} {spent} s (x {ratio[step]})" for step, spent in one.items())
        yield f"{leads:,} leads: {told}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rows", type=int, default=LEADS_ROWS)
    parser.add_argument("--leads", type=int, nargs="+", default=[0, 1_000_000, 10_000_000])
    parser.add_argument("--times", type=int, default=2)
    parser.add_argument("--json", action="store_true", help="one JSON document")
    options = parser.parse_args()
    result = measure(options.rows, options.leads, options.times)
    print(json.dumps(result) if options.json else "\n".join(table(result)))


if __name__ == "__main__":
    main()
