"""How a backlog is worked off: many small files at once, and one more that arrives meanwhile.

    python benchmarks/backlog.py [--files 1000] [--rows 420] [--json]

A whole `lead-pipeline up` with its own database runs for it, in a temporary folder. Memory is the
proportional share of each part (PSS: what forks have in common counts once), sampled every second.
"""

import argparse
import json
import tempfile
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import psutil
from generate import write_lists

from lead_pipeline.bucket import open_bucket
from lead_pipeline.intake.drop import drop_file
from lead_pipeline_tests.integration.stack import Session, Up, ended_import, running_up, session_of

_PARTS = {
    "postgres": "postgres",
    "webserver": "lead_pipeline.web.dagster_ui",
    "code server": "grpc",
    "daemon": "lead_pipeline.stack.daemon",
    "warm process and workers": "lead_pipeline.stack.forking",
}


def measure(files: int, rows: int) -> dict[str, object]:
    with (
        tempfile.TemporaryDirectory() as folder,
        running_up(Path(folder) / "home") as stack,
        session_of(stack.settings) as session,
    ):
        first, late, *backlog = write_lists(Path(folder), files + 2, rows)
        _drop(stack, first)  # the first import of all finds nothing warm
        size = sum(path.stat().st_size for path in backlog)
        bucket = open_bucket(stack.settings.bucket_url)
        with _watched(stack) as most:
            start = time.monotonic()
            for path in backlog:
                bucket.put(path, f"Backlog/{path.name}")
            _wait(session, files // 3)
            seconds_late = _drop(stack, late)
            _wait(session, files + 2)
            seconds = time.monotonic() - start
        failed = session.execute("SELECT FROM lead_sources WHERE status <> 'completed'").rowcount
    return {
        "files": files,
        "kilobytes_each": round(size / files / 1000),
        "seconds": round(seconds, 1),
        "files_per_second": round(files / seconds, 2),
        "not_completed": failed,
        "seconds_of_a_file_dropped_meanwhile": round(seconds_late, 1),
        "most_connections": most.connections,
        "most_processes": most.processes,
        "most_megabytes": most.megabytes,
        "cpu_seconds_per_file": {p: round(s / files, 3) for p, s in most.cpu.items()},
    }


def _drop(stack: Up, path: Path) -> float:
    """Seconds from the drop of one file to its completed import."""
    with session_of(stack.settings) as session:
        start = time.monotonic()
        dropped = drop_file(path, open_bucket(stack.settings.bucket_url), stack.settings)
        ended_import(session, dropped.object_key, 3600)
    return time.monotonic() - start


def _wait(session: Session, count: int) -> None:
    query = "SELECT FROM lead_sources WHERE completed_at IS NOT NULL"
    while session.execute(query).rowcount < count:
        time.sleep(0.5)


@dataclass(slots=True)
class _Most:
    """The largest of what was seen."""

    connections: int = 0
    processes: int = 0
    megabytes: dict[str, int] = field(default_factory=lambda: dict.fromkeys(_PARTS, 0))
    cpu: Counter[str] = field(default_factory=Counter)


@contextmanager
def _watched(stack: Up) -> Iterator[_Most]:
    most, over = _Most(), threading.Event()
    watcher = threading.Thread(target=_watch, args=(stack, most, over))
    before = _cpu(stack)
    watcher.start()
    try:
        yield most
    finally:
        over.set()
        watcher.join()
        most.cpu = Counter(_cpu(stack))
        most.cpu.subtract(before)


def _watch(stack: Up, most: _Most, over: threading.Event) -> None:
    with session_of(stack.settings) as session:
        while not over.wait(1):
            backends = session.execute(
                "SELECT FROM pg_stat_activity WHERE backend_type = 'client backend'"
            )
            most.connections = max(most.connections, backends.rowcount - 1)
            memory: Counter[str] = Counter()
            family = psutil.Process(stack.process.pid).children(recursive=True)
            most.processes = max(most.processes, len(family))
            for process in family:
                with suppress(psutil.NoSuchProcess):
                    memory[_part(process)] += process.memory_full_info().pss
            for part in _PARTS:
                most.megabytes[part] = max(most.megabytes[part], memory[part] >> 20)


def _cpu(stack: Up) -> dict[str, float]:
    """Seconds of work of each part so far; a parent takes over those of its children that ended."""
    spent: defaultdict[str, float] = defaultdict(float)
    for process in psutil.Process(stack.process.pid).children(recursive=True):
        with suppress(psutil.NoSuchProcess):
            spent[_part(process)] += sum(process.cpu_times()[:4])
    return dict(spent)


def _part(process: psutil.Process) -> str:
    words = [Path(word).name for word in process.cmdline()] or [process.name()]
    names = (part for part, mark in _PARTS.items() if any(mark in word for word in words))
    return next(names, words[0])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--files", type=int, default=1000)
    parser.add_argument("--rows", type=int, default=420, help="rows of each file (420: 100 KB)")
    parser.add_argument("--json", action="store_true", help="one JSON document")
    options = parser.parse_args()
    result = measure(options.files, options.rows)
    if options.json:
        print(json.dumps(result))
        return
    for name, value in result.items():
        print(f"{name.replace('_', ' '):<36} {value}")


if __name__ == "__main__":
    main()
