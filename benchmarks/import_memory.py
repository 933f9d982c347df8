"""How much resident memory an import needs, step by step, beside the bounds that we promise.

    python benchmarks/import_memory.py [--megabytes 48 1024] [--json]

For each size: writes a list of leads (generate.py), starts an embedded database, and imports the
list in a worker of its own that has loaded what Dagster's workers load. Everything lies in a
temporary folder and is removed; 1 GB needs about 6 GB of disk. Linux only: /proc tells the peaks.
"""

import argparse
import json
import multiprocessing
import os
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import chain
from pathlib import Path
from typing import Any

from generate import LEADS_ROWS, write_leads

from lead_pipeline import ledger
from lead_pipeline.bucket import FolderBucket
from lead_pipeline.database import connect
from lead_pipeline.database.schema import upgrade_schema
from lead_pipeline.imports.site import Site
from lead_pipeline.imports.steps import (
    archive_leads,
    load_raw_leads,
    normalize_leads,
    truncate_staging,
)
from lead_pipeline.settings import read_settings
from lead_pipeline.stack.postgres import EmbeddedPostgres
from lead_pipeline.stack.warm import ENVIRONMENT

Step = Callable[[Site, str], ledger.Import]
STEPS: list[Step] = [load_raw_leads, normalize_leads, archive_leads, truncate_staging]
# Up to this many megabytes of file, so many of resident memory.
BOUNDS = {50: 500, 1024: 700}
# What LEADS_ROWS rows of generate.py have.
_MEGABYTES = 48


def measure(megabytes: int) -> Iterator[dict[str, Any]]:
    """Resident megabytes at the peak of each step of one import, and its seconds."""
    os.environ |= ENVIRONMENT  # which the worker inherits
    with tempfile.TemporaryDirectory(prefix="import-memory-") as folder:
        home = Path(folder)
        settings = read_settings({"LEADS_HOME": folder, "LEADS_MAX_FILE_MB": str(megabytes * 2)})
        settings.make_own_bucket()
        bucket = FolderBucket(Path(settings.bucket_url), quiet_seconds=0)
        path = home / "leads.csv"
        write_leads(path, LEADS_ROWS * megabytes // _MEGABYTES)
        stored = bucket.put(path, path.name)
        path.unlink()
        with _database(home), multiprocessing.get_context("spawn").Pool(1) as worker:
            upgrade_schema(settings)
            with connect(settings.database_url, autocommit=True) as session:
                (import_,) = ledger.register(session, [stored])
            bound = next((bound for most, bound in BOUNDS.items() if megabytes <= most), None)
            for step in STEPS:
                arguments = (step, Site(settings, bucket), import_.partition_key)
                told = worker.apply(run_here, arguments)
                yield {"megabytes": stored.size >> 20, **told, "bound": bound}


def run_here(step: Step, site: Site, partition: str) -> dict[str, Any]:
    """Runs one step in this process, which keeps what earlier ones left in its memory."""
    import lead_pipeline.definitions  # noqa: F401 - a worker has it in memory

    Path("/proc/self/clear_refs").write_text("5")  # forgets the peak so far: proc(5)
    start = time.perf_counter()
    done = step(site, partition)
    seconds = round(time.perf_counter() - start, 1)
    return {
        "step": step.__name__,
        "rows": done.rows_read,
        "seconds": seconds,
        "resident_megabytes": _peak(),
    }


def _peak() -> int:
    """The peak of this process's resident memory in megabytes, since it was last forgotten."""
    status = Path("/proc/self/status").read_text()
    return int(status.split("VmHWM:")[1].split()[0]) >> 10


@contextmanager
def _database(home: Path) -> Iterator[None]:
    server = EmbeddedPostgres(home, durable=False)
    server.start()
    try:
        yield
    finally:
        server.stop()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--megabytes", type=int, nargs="+", default=[48, 1024])
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    shape = "{:>8}{:>12}  {:18}{:>9}{:>13}{:>7}"
    if not arguments.json:
        print(shape.format("MB", "rows", "step", "s", "MB resident", "bound"))
    for found in chain.from_iterable(map(measure, arguments.megabytes)):
        if arguments.json:
            print(json.dumps(found), flush=True)
            continue
        figures = (found[name] for name in ("megabytes", "rows", "step", "seconds"))
        print(shape.format(*figures, found["resident_megabytes"], found["bound"]), flush=True)


if __name__ == "__main__":
    main()
