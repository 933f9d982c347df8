"""What a tick of the sensor costs beside 100,000 partitions, and how long it takes to retire them.

    python benchmarks/partitions.py [--partitions 100000] [--json]

The imports are completed, and have their partitions and runs; all of it is filled in by SQL. Then
their files are put into the bucket, where every look lists them. The fastest of several counts.
"""

import argparse
import json
import os
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

from deciding import empty_site, seconds

from lead_pipeline.bucket import FolderBucket
from lead_pipeline.database import connect
from lead_pipeline.defs.partitions import KnownPartitions
from lead_pipeline.defs.resources import versions_in_ledger
from lead_pipeline.imports.site import Site
from lead_pipeline.intake.arrivals import Arrivals
from lead_pipeline.intake.retire import Retired, retire
from lead_pipeline_tests.integration.long_use import CHANGED, content, fill
from lead_pipeline_tests.integration.sensing import instance_of_settings, put, tick

_TIMES = 9


def measure(partitions: int) -> dict[str, float]:
    with tempfile.TemporaryDirectory() as folder, _empty(Path(folder)) as (site, instance):
        _ticks(site, instance)  # the first finds nothing warm
        without = _ticks(site, instance)
        fill(site, partitions)
        beside = _ticks(site, instance)
        looks = _looks(site, partitions)
        took, done = seconds(_retire_all, site, instance)
    result: dict[str, float] = {"partitions": partitions}
    for what, seconds_without in without.items():
        result[f"{what}_milliseconds_without"] = round(1000 * seconds_without, 1)
        result[f"{what}_milliseconds_beside"] = round(1000 * beside[what], 1)
        result[f"{what}_ratio"] = round(beside[what] / seconds_without, 2)
    return result | looks | {"retired": done.retired, "seconds_to_retire": round(took, 1)}


@contextmanager
def _empty(folder: Path) -> Iterator[tuple[Site, Any]]:
    """A site whose ticks look once, and Dagster's own tables in its database."""
    with empty_site(folder) as site:
        site = replace(site, settings=replace(site.settings, watch_seconds=0))
        os.environ["LEADS_HOME"] = str(site.settings.home)
        os.environ["LEADS_DATABASE_URL"] = site.settings.database_url
        with instance_of_settings() as instance:
            yield site, instance


def _ticks(site: Site, instance: Any) -> dict[str, float]:
    """Seconds of a tick that finds nothing, and of one that finds a file."""
    idle, found = [], []
    for _ in range(_TIMES):
        idle.append(seconds(tick, site, instance)[0])
        put(site, "Acme/new.csv", f"{time.monotonic_ns()}@example.com")
        took, requests = seconds(tick, site, instance)
        assert len(requests) == 1
        found.append(took)
        with connect(site.settings.database_url) as session:
            session.execute("UPDATE lead_sources SET status = 'rejected' WHERE status = 'waiting'")
    return {"idle_tick": min(idle), "tick_with_a_file": min(found)}


def _looks(site: Site, count: int) -> dict[str, float]:
    """Seconds of the first look of a process at a bucket with all the files, and of later ones."""
    folder = Path(site.settings.bucket_url) / "old"
    folder.mkdir()
    for number in range(1, count + 1):
        path = folder / f"{number}.csv"
        path.write_bytes(content(number))
        os.utime(path, (CHANGED, CHANGED))
    recall = partial(versions_in_ledger, site.settings.database_url)
    bucket = FolderBucket(Path(site.settings.bucket_url), recall=recall)
    with connect(site.settings.database_url, autocommit=True) as session:
        now = 0.0
        arrivals = Arrivals(bucket, lambda: now)
        took, pauses = [], []
        for _ in range(_TIMES):
            spent, entered = seconds(arrivals.enter, session)
            assert entered == []
            took.append(spent)
            pauses.append(bucket.pause)
            now += bucket.pause + 0.001
    return {
        "objects": count,
        "first_look_seconds": round(took[0], 2),
        "later_look_seconds": round(min(took[1:]), 2),
        "pause_seconds": round(min(pauses), 1),
    }


def _retire_all(site: Site, instance: Any) -> Retired:
    partitions = KnownPartitions(instance.event_log_storage)
    with connect(site.settings.database_url, autocommit=True) as session:
        *_, done = retire(session, partitions, datetime.now(UTC))
    return done


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--partitions", type=int, default=100_000)
    parser.add_argument("--json", action="store_true", help="one JSON document")
    options = parser.parse_args()
    result = measure(options.partitions)
    if options.json:
        print(json.dumps(result))
        return
    for name, value in result.items():
        print(f"{name.replace('_', ' '):<40} {value:,}")


if __name__ == "__main__":
    main()
