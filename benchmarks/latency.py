"""Seconds from the drop of a file to its completed import, beside stock Dagster.

    python benchmarks/latency.py [--drops 30] [--stock-drops 5] [--rows 4400] [--json]

Ours is a whole `lead-pipeline up`. Stock Dagster runs the same assets on an equal database with
what it does by itself: a sensor every 30 s that looks once, a process for every run and one for
every step, and dagster-postgres as it is. Files come one after the other, at odd moments.
"""

import argparse
import json
import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import psutil
import psycopg
import yaml
from generate import write_lists

from lead_pipeline.bucket import open_bucket
from lead_pipeline.database.schema import upgrade_schema
from lead_pipeline.intake.drop import drop_file
from lead_pipeline.settings import Settings, read_settings
from lead_pipeline.stack.postgres import EmbeddedPostgres
from lead_pipeline.stack.process import dies_with_parent
from lead_pipeline_tests.integration.stack import running_up

_LONGEST_SECONDS = 600
_ENDED = "SELECT status FROM lead_sources WHERE object_key = %s AND completed_at IS NOT NULL"


def measure(drops: int, stock_drops: int, rows: int) -> Iterator[dict[str, object]]:
    with tempfile.TemporaryDirectory() as folder:
        with running_up(Path(folder) / "ours") as stack:
            ours = _drops(stack.settings, drops, rows, _moments(1, 6))
        yield _figures("lead-pipeline up", ours, ours)
        with _stock(Path(folder) / "stock") as settings:
            stock = _drops(settings, stock_drops, rows, _moments(1, 31))
        yield _figures("stock Dagster", stock, ours)


def _figures(what: str, seconds: list[float], ours: list[float]) -> dict[str, object]:
    return {
        "what": what,
        "drops": len(seconds),
        "p50_seconds": round(_quantile(seconds, 0.5), 2),
        "p95_seconds": round(_quantile(seconds, 0.95), 2),
        "times_ours": round(_quantile(seconds, 0.5) / _quantile(ours, 0.5), 1),
    }


def _drops(settings: Settings, count: int, rows: int, pauses: Iterator[float]) -> list[float]:
    """What `count` drops took, after a first one that finds nothing warm."""
    bucket = open_bucket(settings.bucket_url)
    took = []
    sources = settings.home / "sources"
    sources.mkdir()
    with psycopg.connect(settings.database_url, autocommit=True) as session:
        for path in write_lists(sources, count + 1, rows):
            time.sleep(next(pauses))
            start = time.monotonic()
            dropped = drop_file(path, bucket, settings, session=None)
            while (ended := session.execute(_ENDED, [dropped.object_key]).fetchone()) is None:
                assert time.monotonic() < start + _LONGEST_SECONDS, "it is never imported"
                time.sleep(0.02)
            took.append(time.monotonic() - start)
            assert ended == ("completed",), ended
    return took[1:]


def _moments(least: float, most: float) -> Iterator[float]:
    moments = random.Random(1)
    while True:
        yield moments.uniform(least, most)


@contextmanager
def _stock(home: Path) -> Iterator[Settings]:
    """Dagster's daemon with the settings it has by itself, but for PostgreSQL as its storage."""
    settings = read_settings({"LEADS_HOME": str(home), "LEADS_WATCH_SECONDS": "0"})
    settings.dagster_home.mkdir(parents=True)
    settings.make_own_bucket()
    configured = {
        "storage": {"postgres": {"postgres_url": settings.dagster_database_url}},
        "telemetry": {"enabled": False},
    }
    (settings.dagster_home / "dagster.yaml").write_text(yaml.safe_dump(configured))
    database = EmbeddedPostgres(home)
    database.start()
    upgrade_schema(settings)
    definitions = Path(__file__).parent / "stock_definitions.py"
    with (home / "daemon.log").open("wb") as log:
        daemon = subprocess.Popen(
            [sys.executable, "-m", "dagster._daemon", "run", "-f", str(definitions)],
            env=os.environ
            | {
                "LEADS_HOME": str(home),
                "LEADS_WATCH_SECONDS": "0",
                "DAGSTER_HOME": str(settings.dagster_home),
            },
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            preexec_fn=dies_with_parent(),
        )
    try:
        yield settings
    finally:
        children = psutil.Process(daemon.pid).children(recursive=True)
        daemon.terminate()
        daemon.wait()
        for child in children:  # its code server outlives it, and a SIGTERM
            with suppress(psutil.NoSuchProcess):
                child.kill()
        database.stop()


def _quantile(values: list[float], share: float) -> float:
    return sorted(values)[min(len(values) - 1, int(share * len(values)))]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--drops", type=int, default=30)
    parser.add_argument("--stock-drops", type=int, default=5)
    parser.add_argument("--rows", type=int, default=4400, help="rows of each file (4400: 1 MB)")
    parser.add_argument("--json", action="store_true", help="one JSON document a line")
    options = parser.parse_args()
    line = "{what:<18} {drops:>3} drops  p50 {p50_seconds:>6} s  p95 {p95_seconds:>6} s"
    line += "  {times_ours:>5} times ours"
    for result in measure(options.drops, options.stock_drops, options.rows):
        print(json.dumps(result) if options.json else line.format_map(result), flush=True)


if __name__ == "__main__":
    main()
