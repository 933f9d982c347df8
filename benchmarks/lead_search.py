"""How long a search of leads takes beside millions of them: over HTTP, by what people type.

    python benchmarks/lead_search.py [--leads 1000000 10000000] [--times 7] [--json]

The master is filled by SQL with invented people: names as unevenly spread as in life (one in
eighteen has the most frequent last name, half of the last names have a few), three keys each,
50,000 to an import, 50 suppliers. Each question is asked `--times` times of the page as `up` serves
it; told are the median and the slowest in milliseconds, the first one included. The server is an
embedded one with its usual settings.
"""

import argparse
import json
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from deciding import empty_site

from lead_pipeline.database import connect
from lead_pipeline.imports.site import Site
from lead_pipeline.stack.process import dies_with_parent

MOST_AN_IMPORT = 50_000
# Syllables by the digits of a number; the smaller numbers are drawn far more often.
FILL = """
DROP INDEX leads_master_words;
INSERT INTO source_names (display_name, source_type)
SELECT 'Source ' || n, 'list' FROM generate_series(1, 20) AS n;
INSERT INTO suppliers (supplier) SELECT 'Supplier ' || n FROM generate_series(0, 49) AS n;
CREATE FUNCTION pg_temp.name(seed bigint, syllables integer) RETURNS text LANGUAGE sql
RETURN (SELECT initcap(string_agg((
            '{{an,bo,cy,da,el,fi,gu,ha,il,jo,ka,lu,mar,ni,ol,pe,ra,so,tu,wen}}'::text[]
        )[1 + div(seed, (20 ^ i)::bigint) % 20], '' ORDER BY i))
        FROM generate_series(0, syllables - 1) AS i);
CREATE TEMP TABLE first_names AS
SELECT n AS first, pg_temp.name(n * 7919 % 400, 2) AS name FROM generate_series(0, 399) AS n;
CREATE TEMP TABLE last_names AS
SELECT n AS last, pg_temp.name(n::bigint * 104729 % 160000, 4) AS name
FROM generate_series(0, 99999) AS n;
ANALYZE first_names, last_names;
SELECT setseed(0.5);
INSERT INTO leads_master (lead_id, id, full_name, first_name, last_name, email, emails, email_keys,
    phone_e164, phone_number_normalized, phones, city, state, postal_code, campaign_name, tags,
    external_lead_id, source_id, supplier, import_id, row_number, contact_number, received_at,
    last_received_at, last_import_id, status, assigned_to)
SELECT n, n, f.name || ' ' || l.name, f.name, l.name, mail, ARRAY[mail], ARRAY[mail], phone,
       right(phone, 10), ARRAY[phone], 'Austin', 'TX', (73301 + n % 6000)::text,
       'Campaign ' || n % 500,
       CASE n % 10 WHEN 0 THEN ARRAY['solar', 'mobile'] ELSE ARRAY['mobile'] END,
       'e-' || n, 1 + batch % 20, 'Supplier ' || batch % 50, batch, n, 1, at, at, batch,
       CASE n % 1000 WHEN 0 THEN 'Called' ELSE 'New' END, CASE n % 1000 WHEN 0 THEN 'ann' END
FROM (SELECT n, 1 + n / {batch} AS batch, 'p' || n || '@example.net' AS mail,
             '+1' || 201 + n / 8000000 || 2000000 + n % 8000000 AS phone,
             timestamptz '2024-01-01' + n * interval '5 seconds' AS at,
             floor(400 * power(random(), 2))::integer AS first,
             floor(100000 * power(random(), 4))::integer AS last
      FROM generate_series(1, {leads}) AS n) AS people
JOIN first_names AS f USING (first) JOIN last_names AS l USING (last);
CREATE INDEX leads_master_words ON leads_master USING gin (name_words(full_name));
ALTER TABLE lead_identities DROP CONSTRAINT lead_identities_pkey;
INSERT INTO lead_identities (key_hash, key_check, kind, value, lead_id)
SELECT hashtextextended(kind || ':' || value, 0), hashtextextended(kind || ':' || value, 1),
       kind::match_kind, value, lead_id
FROM leads_master CROSS JOIN LATERAL (VALUES
    ('external_id', source_id || ':' || external_lead_id), ('email', email), ('phone', phone_e164)
) AS k (kind, value);
ALTER TABLE lead_identities ADD PRIMARY KEY (key_hash, key_check);
SELECT setval('leads_master_lead_id_seq', {leads} + 1);
"""
_NAMES = """
SELECT last_name, count(*) / sum(count(*)) OVER () AS share
FROM leads_master WHERE lead_id <= 1000000 GROUP BY last_name ORDER BY share DESC
"""


def measure(sizes: list[int], times: int) -> dict[int, dict[str, dict[str, float]]]:
    """Number of leads -> question -> leads told, and the median and the slowest in milliseconds."""
    results = {}
    for leads in sizes:
        with tempfile.TemporaryDirectory() as name, empty_site(Path(name)) as site:
            with connect(site.settings.owner_url, autocommit=True) as session:
                session.execute(FILL.format(leads=leads, batch=MOST_AN_IMPORT))
                session.execute("VACUUM ANALYZE")
                session.execute("CHECKPOINT")
                names = {row["last_name"]: row["share"] for row in session.execute(_NAMES)}
                questions = _questions(leads, names)
            with served(site) as url:
                results[leads] = {
                    asked: _timed(f"{url}/api/leads?{query}", times)
                    for asked, query in questions.items()
                }
    return results


def _questions(leads: int, shares: dict[str, Any]) -> dict[str, str]:
    """What is asked -> the query; last names have the shares of people, the largest first."""
    common, *_, rare = shares
    often, middle = (
        next(name for name, share in shares.items() if share <= most) for most in (1e-3, 3e-4)
    )
    return {
        "phone": f"q=201{2_000_000 + leads // 3}",
        "mail": f"q=p{leads // 7}@example.net",
        "external id": f"q=e-{leads // 5}",
        "number": f"q={leads // 2}",
        "rare last name": f"q={rare}",
        "last name of 1 in 3,000": f"q={middle}",
        "last name of 1 in 1,000": f"q={often}",
        "most frequent last name": f"q={common}",
        "first and last name": f"q=anan%20{middle}",
        "beginning of a name": f"q={middle[:4]}",
        "nobody's name": "q=zzzz",
        "newest, no filter": "",
        "status": "status=Called",
        "assigned to": "assigned_to=ann",
        "tag": "tag=solar",
        "a tag that nobody has": "tag=none",
        "source and status": "source=Source%207&status=Called",
        "supplier": "supplier=Supplier%207",
        "an old day": "since=2024-01-05&until=2024-01-05",
        "supplier and last name": f"supplier=Supplier%207&q={middle}",
    }


@contextmanager
def served(site: Site) -> Iterator[str]:
    """The page of a site in a process of its own, as `up` runs it; its address."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = os.environ | {
        "LEADS_HOME": str(site.settings.home),
        "LEADS_DATABASE_URL": site.settings.database_url,
        "LEADS_BUCKET_URL": site.settings.bucket_url,
    }
    command = [sys.executable, "-m", "lead_pipeline.web.serve", "127.0.0.1", str(port)]
    process = subprocess.Popen(command, env=environment, preexec_fn=dies_with_parent)
    url = f"http://127.0.0.1:{port}"
    try:
        while process.poll() is None and not _answers(f"{url}/api/health"):
            time.sleep(0.05)
        yield url
    finally:
        process.terminate()
        process.wait(30)


def ask(url: str) -> tuple[float, bytes]:
    """The seconds that an answer took, and what it was."""
    start = time.perf_counter()
    with urllib.request.urlopen(url, timeout=60) as answer:
        body = answer.read()
    return time.perf_counter() - start, body


def _answers(url: str) -> bool:
    try:
        ask(url)
    except OSError:
        return False
    return True


def _timed(url: str, times: int) -> dict[str, float]:
    answers = [ask(url) for _ in range(times)]
    took = [seconds * 1000 for seconds, _ in answers]
    return {
        "leads": len(json.loads(answers[0][1])["items"]),
        "median": round(statistics.median(took), 1),
        "slowest": round(max(took), 1),
    }


def table(results: dict[int, dict[str, dict[str, Any]]]) -> Iterator[str]:
    for leads, one in results.items():
        yield f"{leads:>10,} leads {'told':>14}{'median ms':>12}{'slowest ms':>12}"
        for asked, told in one.items():
            yield f"  {asked:<26}{told['leads']:>4}{told['median']:>12}{told['slowest']:>12}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--leads", type=int, nargs="+", default=[1_000_000, 10_000_000])
    parser.add_argument("--times", type=int, default=7)
    parser.add_argument("--json", action="store_true", help="one JSON document")
    options = parser.parse_args()
    results = measure(options.leads, options.times)
    print(json.dumps(results) if options.json else "\n".join(table(results)))


if __name__ == "__main__":
    main()
