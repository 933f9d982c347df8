"""How fast events of an API become rows of the inbox and lines in the bucket, and in what memory.

    python benchmarks/pulling.py [--events 10000 100000] [--json]

A fake of LeadConduit answers over HTTP from a process of its own, 1,000 events a page; the puller
is another, with an embedded database and a folder as the bucket. A third of the events are leads.
Told are events a second, resident megabytes before and at the peak, and beside it how long the fake
alone takes to give the same pages. Linux only: /proc tells the peaks.
"""

import argparse
import json
import multiprocessing
import os
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from lead_pipeline.bucket import FolderBucket
from lead_pipeline.connectors.clock import SYSTEM
from lead_pipeline.connectors.leadconduit import LeadConduitLeads
from lead_pipeline.connectors.model import Window
from lead_pipeline.connectors.pull import pull
from lead_pipeline.database.schema import upgrade_schema
from lead_pipeline.imports.site import Site
from lead_pipeline.settings import Settings
from lead_pipeline.settings.accounts import LeadConduitAccount
from lead_pipeline.stack.postgres import EmbeddedPostgres
from lead_pipeline_tests.vendors.lc import LeadConduit
from lead_pipeline_tests.vendors.server import START, serving

_EVENTS_OF_A_LEAD = 3
_KEY = "key-of-a-benchmark"


def measure(events: int) -> dict[str, Any]:
    spawn = multiprocessing.get_context("spawn")
    with _vendor(spawn, events) as url, tempfile.TemporaryDirectory() as folder:
        server = EmbeddedPostgres(Path(folder) / "home")
        server.start()
        try:
            bucket = Path(folder) / "bucket"
            bucket.mkdir()
            settings = Settings(
                Path(folder) / "home", server.url, embedded=False, bucket_url=str(bucket),
                database_owner_url=server.owner_url,
            )  # fmt: skip
            upgrade_schema(settings)
            with spawn.Pool(1) as puller:
                return {"events": events, **puller.apply(_pull, (settings, url))}
        finally:
            server.stop()


def _pull(settings: Settings, url: str) -> dict[str, Any]:
    site = Site(settings, FolderBucket(Path(settings.bucket_url), quiet_seconds=0))
    window = Window(START - timedelta(days=30), datetime.now(UTC) + timedelta(days=1))
    source = LeadConduitLeads(LeadConduitAccount(_KEY, base_url=url), SYSTEM)
    began = time.perf_counter()
    for part in source.parts():
        for _page in source.pages(part, None, window):
            pass
    alone = time.perf_counter() - began
    before = _megabytes("VmRSS")
    began = time.perf_counter()
    done = pull(site, LeadConduitLeads(LeadConduitAccount(_KEY, base_url=url)), asked=window)
    return {
        "status": done.status,
        "new": done.new,
        "seconds": round(time.perf_counter() - began, 1),
        "seconds_of_the_vendor": round(alone, 1),
        "megabytes_before": before,
        "megabytes_at_the_peak": _megabytes("VmHWM"),
    }


@contextmanager
def _vendor(spawn: Any, events: int) -> Iterator[str]:
    told, ends = spawn.Queue(), spawn.Event()
    process = spawn.Process(target=_serve, args=(events, told, ends))
    process.start()
    try:
        yield told.get(timeout=120)
    finally:
        ends.set()
        process.join(20)


def _serve(events: int, told: Any, ends: Any) -> None:
    with serving() as vendors:
        fake = LeadConduit(vendors.time, api_key=_KEY)
        vendors.mount("/lc", fake)
        vendors.time.advance(seconds=(datetime.now(UTC) - START).total_seconds())
        for n in range(events // _EVENTS_OF_A_LEAD):
            at = START - timedelta(days=10) + timedelta(seconds=n)
            fake.add_lead(
                at, first_name="Dana", last_name="Example", email=f"dana{n}@example.com",
                phone_1=f"202555{n % 100 + 100:04}", postal_code="20001",
            )  # fmt: skip
        told.put(f"{vendors.url}/lc")
        ends.wait()


def _megabytes(name: str) -> int:
    text = Path(f"/proc/{os.getpid()}/status").read_text(encoding="ascii")
    return int(text.partition(f"{name}:")[2].split()[0]) // 1024


def table(results: list[dict[str, Any]]) -> Iterator[str]:
    for one in results:
        rate = one["events"] / one["seconds"]
        yield (
            f"{one['events']:,} events, {one['new']:,} leads: {one['seconds']} s "
            f"({rate:,.0f} events/s; the vendor alone {one['seconds_of_the_vendor']} s), "
            f"{one['megabytes_before']} MB before, {one['megabytes_at_the_peak']} MB at the peak"
        )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--events", type=int, nargs="+", default=[10_000, 100_000])
    parser.add_argument("--json", action="store_true", help="one JSON document")
    options = parser.parse_args()
    results = [measure(events) for events in options.events]
    print(json.dumps(results) if options.json else "\n".join(table(results)))


if __name__ == "__main__":
    main()
