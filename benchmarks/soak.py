"""Steady use for an hour: what grows with every import, and what must not grow at all.

    python benchmarks/soak.py [--minutes 60] [--rows 200] [--every 5] [--json]

A whole `lead-pipeline up` runs in a temporary folder; a small list is dropped every few seconds,
and one of ten is undone. Memory is the proportional share of all processes (PSS: what forks have
in common counts once), that of their own apart from what they share on purpose: PostgreSQL's
buffers, which fill up to their size and stay. What is told is the last quarter of the time beside
the second: the first warms up. Growth is per import, disk without the write-ahead log, whose size
the server settles by itself.
"""

import argparse
import json
import statistics
import tempfile
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, fields
from pathlib import Path

import psutil
from generate import write_lists

from lead_pipeline.bucket import open_bucket
from lead_pipeline.imports.site import Site
from lead_pipeline.imports.undo import undo_import
from lead_pipeline.intake.drop import drop_file
from lead_pipeline_tests.integration.stack import Session, Up, running_up, session_of

_UNDONE = 10  # one of so many
_SAMPLE_SECONDS = 15.0
_PORTION = 50


@dataclass(frozen=True, slots=True)
class Sample:
    """What there was at one moment."""

    imports: int
    memory_mb: float
    shared_mb: float
    processes: int
    descriptors: int
    connections: int
    disk_kb: float
    catalog_kb: float
    event_rows: int
    temporary_files: int


def measure(minutes: float, rows: int, every: float) -> dict[str, object]:
    samples: list[Sample] = []
    with (
        tempfile.TemporaryDirectory() as folder,
        running_up(Path(folder) / "home") as stack,
        session_of(stack.settings) as session,
    ):
        end, next_sample = time.monotonic() + minutes * 60, time.monotonic() + _SAMPLE_SECONDS
        number = 0
        while time.monotonic() < end:
            for path in write_lists(Path(folder), _PORTION, rows, seed=1 + number):
                number += 1
                _drop(stack, path, number)
                if number % _UNDONE == 0:
                    _undo_one(stack, session)
                if time.monotonic() > next_sample:
                    samples.append(_sample(stack, session))
                    next_sample += _SAMPLE_SECONDS
                if time.monotonic() > end:
                    break
                time.sleep(every)
        bad = session.execute(
            "SELECT FROM lead_sources WHERE status NOT IN ('completed', 'undone', 'waiting')"
        ).rowcount
    return {"minutes": minutes, "imports": samples[-1].imports, "not_completed": bad} | _told(
        samples
    )


def _drop(stack: Up, path: Path, number: int) -> None:
    named = path.with_name(f"list_{number}.csv")
    path.rename(named)
    drop_file(named, open_bucket(stack.settings.bucket_url), stack.settings, supplier="Soak")
    named.unlink()


def _undo_one(stack: Up, session: Session) -> None:
    query = "SELECT import_id FROM lead_sources WHERE status = 'completed' ORDER BY 1 DESC LIMIT 1"
    site = Site(stack.settings, open_bucket(stack.settings.bucket_url))
    for row in session.execute(query).fetchall():
        undo_import(site, row["import_id"])


def _sample(stack: Up, session: Session) -> Sample:
    root = psutil.Process(stack.process.pid)
    memory = shared = descriptors = processes = 0
    for process in (root, *root.children(recursive=True)):
        with suppress(psutil.Error):
            own, common = _memory_kb(process.pid)
            memory += own
            shared += common
            descriptors += process.num_fds()
            processes += 1
    (row,) = session.execute(
        """SELECT (SELECT count(*) FROM lead_sources WHERE completed_at IS NOT NULL) AS imports,
                  (SELECT count(*) - 1 FROM pg_stat_activity
                   WHERE backend_type = 'client backend') AS connections,
                  pg_database_size(current_database()) / 1024.0 AS disk_kb,
                  (SELECT sum(pg_total_relation_size(c.oid)) / 1024.0 FROM pg_class AS c
                   WHERE relnamespace = 'pg_catalog'::regnamespace AND relkind = 'r') AS catalog_kb,
                  (SELECT count(*) FROM dagster.event_logs) AS event_rows"""
    ).fetchall()
    return Sample(
        imports=row["imports"],
        memory_mb=memory / 1024,
        shared_mb=shared / 1024,
        processes=processes,
        descriptors=descriptors,
        connections=row["connections"],
        disk_kb=float(row["disk_kb"]),
        catalog_kb=float(row["catalog_kb"]),
        event_rows=row["event_rows"],
        temporary_files=sum(1 for path in (stack.home / "tmp").rglob("*") if path.is_file()),
    )


def _memory_kb(pid: int) -> tuple[int, int]:
    """A process's share of its own memory and files, and of shared memory (proc_pid_smaps(5))."""
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:  # it ended meanwhile
        return 0, 0
    kb = {
        name: int(rest.split()[0]) for name, _, rest in (line.partition(":") for line in lines[1:])
    }
    return kb["Pss_Anon"] + kb["Pss_File"], kb["Pss_Shmem"]


def _told(samples: Sequence[Sample]) -> dict[str, object]:
    quarter = len(samples) // 4
    second, last = samples[quarter : 2 * quarter], samples[-quarter:]
    if not second:
        raise SystemExit("too short: there are not four samples")
    medians = {
        one.name: [round(statistics.median(getattr(s, one.name) for s in part), 1)
                   for part in (second, last)]
        for one in fields(Sample)
    }  # fmt: skip
    imports = medians["imports"][1] - medians["imports"][0]
    growing = ("disk_kb", "catalog_kb", "event_rows")
    return {
        "second_and_last_quarter": medians,
        "per_import": {
            name: round((medians[name][1] - medians[name][0]) / imports, 1) for name in growing
        },
        "samples": [asdict(samples[0]), asdict(samples[-1])],
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--minutes", type=float, default=60)
    parser.add_argument("--rows", type=int, default=200)
    parser.add_argument("--every", type=float, default=5, help="seconds between two drops")
    parser.add_argument("--json", action="store_true")
    chosen = parser.parse_args()
    found = measure(chosen.minutes, chosen.rows, chosen.every)
    if chosen.json:
        print(json.dumps(found))
        return
    for name, value in found.items():
        print(f"{name}: {value}")


if __name__ == "__main__":
    main()
