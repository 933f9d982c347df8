"""Logs that do not grow for ever: a log that is long is copied aside and emptied.

Its writers hold it open for appending, so what they write next begins the emptied file, whoever
they are: Dagster's programs, the page, PostgreSQL.
"""

import os
import shutil
from pathlib import Path

MOST_BYTES = 10 << 20
KEPT = 5
"""So many older ones stand beside a log: `daemon.log.1` is the newest of them."""


def rotate_all(folder: Path, most_bytes: int = MOST_BYTES) -> list[Path]:
    """The logs of a folder that were too long, and are empty now."""
    long = [log for log in sorted(folder.glob("*.log")) if log.stat().st_size > most_bytes]
    for log in long:
        _rotate(log)
    return long


def _rotate(log: Path) -> None:
    for number in range(KEPT - 1, 0, -1):
        older = _aside(log, number)
        if older.exists():
            older.rename(_aside(log, number + 1))
    shutil.copyfile(log, _aside(log, 1))
    # What came while it was copied is lost: some lines, of a log.
    os.truncate(log, 0)


def _aside(log: Path, number: int) -> Path:
    return log.with_name(f"{log.name}.{number}")
