"""How long a scrape of the metrics takes beside many imports.

    python benchmarks/metrics.py [--imports 100000] [--suppliers 300] [--json]

Imports are filled in by SQL, of so many suppliers; scrapes are timed by way of the function that
the page calls, with a new connection each.
"""

import argparse
import json
import statistics
import sys
import tempfile
import time
from pathlib import Path

from deciding import empty_site

from lead_pipeline.database import connect
from lead_pipeline.monitoring.metrics import exposition

_SCRAPES = 30
_FILL = """
INSERT INTO lead_sources (partition_key, object_key, version_tag, bytes, modified_at,
    original_filename, hash, status, supplier, seen_at, started_at, completed_at, rows_contacts,
    rows_rejected, rows_blank, contacts_new, contacts_same_source, contacts_cross_source,
    contacts_in_file, contacts_updated, contacts_suppressed, contacts_invalid)
SELECT 'p' || n, 'k' || n, n::text, 1, now(), 'f', 'h', 'completed', 'Supplier ' || n %% %(many)s,
       at, at + interval '1 second', at + interval '3 seconds', 100, 2, 1, 60, 5, 20, 2, 1, 10, 2
FROM generate_series(1, %(count)s) AS n, LATERAL (SELECT now() - n * interval '1 minute') AS t (at)
"""


def measure(imports: int, suppliers: int) -> dict[str, float]:
    with tempfile.TemporaryDirectory() as folder, empty_site(Path(folder)) as site:
        with connect(site.settings.owner_url, autocommit=True) as session:
            session.execute(_FILL, {"count": imports, "many": suppliers})
            session.execute("VACUUM ANALYZE lead_sources")
        seconds = []
        for _ in range(_SCRAPES):
            begun = time.perf_counter()
            exposition(site.settings)
            seconds.append(time.perf_counter() - begun)
    ms = sorted(1000 * one for one in seconds)
    return {"imports": imports, "p50_ms": statistics.median(ms), "worst_ms": ms[-1]}


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--imports", type=int, default=100_000)
    options.add_argument("--suppliers", type=int, default=300)
    options.add_argument("--json", action="store_true")
    said = options.parse_args()
    found = measure(said.imports, said.suppliers)
    if said.json:
        sys.stdout.write(json.dumps(found) + "\n")
        return
    told = f"p50 {found['p50_ms']:.1f} ms, worst {found['worst_ms']:.1f} ms"
    sys.stdout.write(f"{said.imports:,} imports: {told}\n")


if __name__ == "__main__":
    main()
