"""How long the one deciding transaction of an import takes, statement by statement.

    python benchmarks/deciding.py [--rows 210500] [--json]

The file is the narrow one of generate.py (48 MB). It is decided about when nobody is known yet,
when 3 % of its people are, and when all of them are, from another source; each of these imports is
then taken back. Beside it stands a bare COPY of the same file. The server is an embedded one with
its usual settings.
"""

import argparse
import json
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from operator import itemgetter
from pathlib import Path
from typing import Any, LiteralString

from generate import LEADS_ROWS, write_leads
from psycopg import sql

from lead_pipeline import database, ledger
from lead_pipeline.bucket import FolderBucket
from lead_pipeline.choices.reading import Choices, settle_reading
from lead_pipeline.database import Connection, connect
from lead_pipeline.database.schema import upgrade_schema
from lead_pipeline.imports import steps
from lead_pipeline.imports.site import Site
from lead_pipeline.imports.undo import undo_import
from lead_pipeline.ledger import Import, locks, reads, writes
from lead_pipeline.matching import contents, decide, replay, undo
from lead_pipeline.settings import Settings
from lead_pipeline.stack.postgres import EmbeddedPostgres
from lead_pipeline.suppression import check

_EVERY = 33  # one row of so many is 3 %
_SLOWEST = 6


@contextmanager
def empty_site(folder: Path) -> Iterator[Site]:
    """An embedded server with our tables, and a bucket."""
    server = EmbeddedPostgres(folder / "home")
    server.start()
    try:
        bucket = folder / "bucket"
        bucket.mkdir()
        settings = Settings(
            folder / "home", server.url, embedded=False, bucket_url=str(bucket),
            database_owner_url=as_superuser(server),
        )  # fmt: skip
        upgrade_schema(settings)
        yield Site(settings, FolderBucket(bucket, quiet_seconds=0))
    finally:
        server.stop()


def as_superuser(server: EmbeddedPostgres) -> str:
    """For what a benchmark does beside an import: CHECKPOINT, VACUUM, databases and tables."""
    return server.superuser_url.replace("/postgres?", "/leads?")


def enter(site: Site, path: Path, key: str, profile: str | None = None) -> Import:
    """The file in the bucket and in the ledger."""
    with connect(site.settings.database_url, autocommit=True) as session:
        if profile:
            settle_reading(session, "object", key, Choices(profile=profile))
        (import_,) = ledger.register(session, [site.bucket.put(path, key)])
    return import_


def import_steps(site: Site, import_: Import) -> dict[str, float]:
    """Run the four steps; the seconds that each took."""
    four: list[Callable[[Site, str], Import]] = [
        steps.load_raw_leads,
        steps.normalize_leads,
        steps.archive_leads,
        steps.truncate_staging,
    ]
    return {step.__name__: seconds(step, site, import_.partition_key or "")[0] for step in four}


def seconds(work: Callable[..., Any], *arguments: Any) -> tuple[float, Any]:
    start = time.perf_counter()
    result = work(*arguments)
    return time.perf_counter() - start, result


def bare_copy(site: Site, path: Path) -> float:
    """COPY of the file, with its commit, into a table of text columns that is there, no index."""
    header = path.read_text(encoding="utf-8").partition("\n")[0].split(",")
    columns = sql.SQL(", ").join(sql.SQL("{} text").format(sql.Identifier(c)) for c in header)
    content = path.read_bytes()
    with connect(site.settings.owner_url, autocommit=True) as session:
        session.execute(sql.SQL("CREATE TABLE bare ({})").format(columns))
        spent = timed_copy(session, "COPY bare FROM STDIN (FORMAT csv, HEADER)", content)
        session.execute("DROP TABLE bare")
        return spent


def timed_copy(session: Connection, statement: LiteralString, content: bytes) -> float:
    """The seconds of one COPY of the content, with its commit."""
    start = time.perf_counter()
    with session.cursor().copy(statement) as copy:
        copy.write(content)
    return time.perf_counter() - start


@contextmanager
def statements() -> Iterator[dict[str, float]]:
    """The seconds that each statement of sql/ takes while a decision runs."""
    took: dict[str, float] = defaultdict(float)
    modules = (steps, locks, reads, writes, decide, contents, replay, undo, check)
    run = database.run

    def timed(connection: Any, name: str, *arguments: Any) -> Any:
        spent, cursor = seconds(run, connection, name, *arguments)
        took[name] += spent
        return cursor

    for module in modules:
        module.run = timed  # type: ignore[attr-defined]
    try:
        yield took
    finally:
        for module in modules:
            module.run = run  # type: ignore[attr-defined]


def measure(rows: int) -> dict[str, Any]:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        file, same, few = (folder / f"{n}.csv" for n in ("file", "same", "few"))
        write_leads(file, rows)
        lines = file.read_text(encoding="utf-8").splitlines(keepends=True)
        # The same people under other ids, and some of them: a list of another source.
        same.write_text("".join([lines[0], *(f"x{line}" for line in lines[1:])]), encoding="utf-8")
        few.write_text("".join([lines[0], *(f"y{line}" for line in lines[1::_EVERY])]),
                       encoding="utf-8")  # fmt: skip
        results: dict[str, Any] = {}
        with empty_site(folder) as site:
            copy = min(bare_copy(site, file) for _ in range(3))
            first = _decide(site, enter(site, file, "first.csv"), results, "nobody known")
            second = enter(site, same, "Else/same.csv", "generic")
            _decide(site, second, results, "everybody known")
            _undo(site, second, results, "undo, everybody known before")
            _undo(site, first, results, "undo, nobody known before")
            with connect(site.settings.owner_url, autocommit=True) as session:
                session.execute("VACUUM ANALYZE")  # as autovacuum does within a minute
            few_known = enter(site, few, "Else/few.csv", "generic")
            import_steps(site, few_known)
            again = enter(site, file, "first.csv")
            _decide(site, again, results, "3 % known")
            _undo(site, again, results, "undo, 3 % known before")
    return {"rows": rows, "bare_copy_seconds": round(copy, 2), "decisions": results}


def _decide(site: Site, import_: Import, results: dict[str, Any], what: str) -> Import:
    key = import_.partition_key or ""
    steps.load_raw_leads(site, key)
    steps.normalize_leads(site, key)
    with statements() as took:
        spent, done = seconds(steps.archive_leads, site, key)
    outcomes = {name: count for name, count in done.contact_outcomes.items() if count}
    results[what] = {"seconds": spent, "outcomes": outcomes, "statements": dict(took)}
    steps.truncate_staging(site, key)
    return import_


def _undo(site: Site, import_: Import, results: dict[str, Any], what: str) -> None:
    with statements() as took:
        spent, (undone,) = seconds(undo_import, site, import_.import_id)
    outcomes = {"removed": undone.removed, "kept": len(undone.kept), "seen": undone.seen}
    results[what] = {"seconds": spent, "outcomes": outcomes, "statements": dict(took)}


def table(result: dict[str, Any]) -> Iterator[str]:
    copy = result["bare_copy_seconds"]
    yield f"{result['rows']:,} rows; bare COPY {copy} s"
    for what, one in result["decisions"].items():
        outcomes = ", ".join(f"{name} {count:,}" for name, count in one["outcomes"].items())
        yield f"\n{what}: {one['seconds']:.2f} s = {one['seconds'] / copy:.1f} x COPY ({outcomes})"
        slowest = sorted(one["statements"].items(), key=itemgetter(1), reverse=True)
        for name, spent in slowest[:_SLOWEST]:
            yield f"  {spent:6.2f} s  {name}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rows", type=int, default=LEADS_ROWS)
    parser.add_argument("--json", action="store_true", help="one JSON document")
    options = parser.parse_args()
    result = measure(options.rows)
    print(json.dumps(result) if options.json else "\n".join(table(result)))


if __name__ == "__main__":
    main()
