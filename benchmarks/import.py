"""How long a whole import takes beside a bare COPY of its file, and what others need to load it.

    pip install -c constraints.txt -e '.[bench]'
    python benchmarks/import.py [--file narrow|wide] [--rows N] [--times 2] [--json]

The files are those of generate.py (48 MB each). The import is a run of a whole `lead-pipeline up`,
from run start to run success as Dagster noted them, and its four steps as plain functions; each
happens `--times` times (undone and vacuumed in between), and the fastest counts. Beside them stands
what the database alone takes for the tables that such an import fills, when their rows are copied
ready-made into empty ones: no import that fills them can be faster. The peers of peers.py load the
same file once, into a database of their own. All is on one embedded server.
"""

import argparse
import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

from deciding import bare_copy, empty_site, enter, import_steps, timed_copy
from generate import LEADS_ROWS, PROPERTY_ROWS, write_leads, write_property
from peers import PEERS, Peer
from psycopg import sql

from lead_pipeline import ledger
from lead_pipeline.bucket import open_bucket
from lead_pipeline.database import Connection, connect
from lead_pipeline.imports.site import Site
from lead_pipeline.imports.undo import undo_import
from lead_pipeline.intake.drop import Dropped, drop_file
from lead_pipeline.ledger import Import, Status
from lead_pipeline.settings import Settings
from lead_pipeline_tests.integration.stack import eventually, running_up

_LONGEST_SECONDS = 600
_INSTALL = "pip install -c constraints.txt -e '.[bench]'"
_RUN = "run"
_FILES = {
    "narrow": (write_leads, LEADS_ROWS),
    "wide": (write_property, PROPERTY_ROWS),
}
# The run has no step; an event's time is that of the process that worked.
_TOOK = f"""
    SELECT coalesce(step_key, '{_RUN}') AS what,
           extract(epoch FROM max(timestamp) - min(timestamp))::float8 AS seconds
    FROM dagster.event_logs
    WHERE run_id = %s AND dagster_event_type IN
          ('PIPELINE_START', 'STEP_START', 'STEP_SUCCESS', 'PIPELINE_SUCCESS')
    GROUP BY step_key HAVING count(*) = 2 ORDER BY min(timestamp)"""

Seconds = dict[str, float]


def measure(name: str, rows: int | None, times: int) -> dict[str, Any]:
    write, usual_rows = _FILES[name]
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        file = folder / f"{name}.csv"
        write(file, rows or usual_rows)
        with running_up(folder / "home") as stack:
            run = min(_runs(stack.settings, file, times), key=_whole)
        with empty_site(folder) as site:  # the same server again, without the stack on it
            copy = min(bare_copy(site, file) for _ in range(3))
            calls = min(_calls(site, file, times), key=_whole)
            tables = {"staging": copy, **_ready_made(site, file)}
            lines = [
                _line("bare COPY", copy, copy),
                _line("bare COPY of all that an import writes", sum(tables.values()), copy, tables),
                _line("ours, run start to run success", run.pop(_RUN), copy, run),
                _line("ours, the four functions", sum(calls.values()), copy, calls),
                *(_line(_named(peer), _load(site, peer, file), copy) for peer in PEERS),
            ]
        megabytes = round(file.stat().st_size / 1e6, 1)
    return {"file": name, "rows": rows or usual_rows, "megabytes": megabytes, "lines": lines}


def _runs(settings: Settings, file: Path, times: int) -> Iterator[Seconds]:
    """The seconds of a run and of each of its steps."""
    site = Site(settings, open_bucket(settings.bucket_url))
    for _ in range(times):
        with connect(settings.database_url, autocommit=True) as session:
            dropped = drop_file(file, site.bucket, settings, session=session)
            ended = partial(_ended, session, dropped)
            import_ = eventually(ended, "the import ends", _LONGEST_SECONDS)
            assert import_.status is Status.COMPLETED, import_.error
            noted = partial(_noted, session, import_.run_id)
            yield eventually(noted, "Dagster notes the success")
        _take_back(site, import_.import_id)


def _ended(session: Connection, dropped: Dropped) -> Import | None:
    import_ = ledger.of_version(session, dropped.object_key, dropped.version_tag)
    return import_ if import_ and import_.status.ended else None


def _noted(session: Connection, run_id: str | None) -> Seconds | None:
    """What Dagster's event log says, once it tells of the success of the run."""
    took = {row["what"]: row["seconds"] for row in session.execute(_TOOK, [run_id])}
    return took if _RUN in took else None


def _calls(site: Site, file: Path, times: int) -> Iterator[Seconds]:
    """The seconds of the four functions, one after the other in this process."""
    for _ in range(times):
        import_ = enter(site, file, file.name)
        yield import_steps(site, import_)
        _take_back(site, import_.import_id)


def _ready_made(site: Site, file: Path) -> Seconds:
    """The seconds that each table an import leaves takes, copied in as it stands, keys in order."""
    import_ = enter(site, file, file.name)
    import_steps(site, import_)
    with connect(site.settings.owner_url, autocommit=True) as session:
        archive = ledger.get(session, import_.import_id).archive_table or ""
        took = {
            "archive": _copied(session, sql.Identifier("archive", archive)),
            "leads_master": _copied(session, sql.Identifier("leads_master"), "lead_id"),
            "lead_identities": _copied(session, sql.Identifier("lead_identities"), "key_hash"),
        }
    _take_back(site, import_.import_id)
    return took


def _copied(session: Connection, table: sql.Identifier, key: str | None = None) -> float:
    """The seconds of one COPY of all rows of a table, with its commit, into one like it."""
    order = sql.SQL("ORDER BY {}").format(sql.Identifier(key)) if key else sql.SQL("")
    query = sql.SQL("COPY (SELECT * FROM {} {}) TO STDOUT (FORMAT csv)").format(table, order)
    with session.cursor().copy(query) as copy:
        rows = b"".join(copy)
    session.execute(sql.SQL("CREATE TABLE ready (LIKE {} INCLUDING ALL)").format(table))
    session.execute("CHECKPOINT")
    spent = timed_copy(session, "COPY ready FROM STDIN (FORMAT csv)", rows)
    session.execute("DROP TABLE ready")
    return spent


def _take_back(site: Site, import_id: int) -> None:
    undo_import(site, import_id)
    with connect(site.settings.owner_url, autocommit=True) as session:
        session.execute("VACUUM ANALYZE")  # as autovacuum does within a minute
        session.execute("CHECKPOINT")


def _whole(took: Seconds) -> float:
    return took.get(_RUN) or sum(took.values())


def _load(site: Site, peer: Peer, file: Path) -> float | None:
    """What a peer took, None if it is not installed."""
    if peer.version is None:
        return None
    program = str(Path(__file__).with_name("peers.py"))
    with _own_database(site, f"of_{peer.name}") as url:
        command = [sys.executable, program, peer.name, url, str(file)]
        done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
    return float(done.stdout)


@contextmanager
def _own_database(site: Site, name: str) -> Iterator[str]:
    """The URL of an empty database on the same server."""
    url = site.settings.owner_url
    with connect(url, autocommit=True) as session:
        session.execute(f"CREATE DATABASE {name}")
        session.execute("CHECKPOINT")
        yield url.replace("/leads?", f"/{name}?")
        session.execute(f"DROP DATABASE {name} WITH (FORCE)")


def _named(peer: Peer) -> str:
    return f"{peer.package} {peer.version}: {peer.way}" if peer.version else peer.package


def _line(
    what: str, seconds: float | None, copy: float, steps: Seconds | None = None
) -> dict[str, Any]:
    """One line of the table; a peer that is not installed took None."""
    line: dict[str, Any] = {"what": what, "seconds": None, "times_copy": None}
    if seconds is not None:
        line |= {"seconds": round(seconds, 3), "times_copy": round(seconds / copy, 1)}
    if steps:
        line["steps"] = {step: round(spent, 3) for step, spent in steps.items()}
    return line


def _table(result: dict[str, Any]) -> Iterator[str]:
    yield f"{result['file']}: {result['rows']:,} rows, {result['megabytes']} MB"
    for line in result["lines"]:
        if line["seconds"] is None:
            yield f"  {line['what']} is not installed: {_INSTALL}"
            continue
        yield f"  {line['seconds']:7.2f} s {line['times_copy']:6.1f} x  {line['what']}"
        for step, spent in line.get("steps", {}).items():
            yield f"  {spent:7.2f} s             {step}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--file", choices=_FILES, nargs="+", default=list(_FILES))
    parser.add_argument("--rows", type=int, help="rows of each file (by default as many as 48 MB)")
    parser.add_argument("--times", type=int, default=2)
    parser.add_argument("--json", action="store_true", help="one JSON document")
    options = parser.parse_args()
    results = []
    for name in options.file:
        results.append(measure(name, options.rows, options.times))
        if not options.json:
            print("\n".join(_table(results[-1])), flush=True)
    if options.json:
        print(json.dumps(results))


if __name__ == "__main__":
    main()
