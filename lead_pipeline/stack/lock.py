"""The lock file of a home: one `lead-pipeline up` at a time, and who it is.

The kernel lets go of the lock when its process ends in any way.
"""

import contextlib
import fcntl
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from lead_pipeline.errors import OperatorError

_FILE = "up.lock"


@dataclass(frozen=True, slots=True)
class Holder:
    """The `up` that runs: where its UI is, and its process."""

    url: str
    pid: int


@contextlib.contextmanager
def only_one(home: Path, url: str) -> Iterator[None]:
    """Hold the home's lock for the length of a `with` block.

    Raises:
        OperatorError: somebody else does.
    """
    with (home / _FILE).open("a+") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.seek(0)
            raise OperatorError(f"it already runs: {lock.read().strip()}") from None
        lock.truncate(0)
        lock.write(f"{url} (process {os.getpid()}, {home})\n")
        lock.flush()
        yield


def holder(home: Path) -> Holder | None:
    """Who holds the lock, None if nobody does."""
    with contextlib.suppress(FileNotFoundError, PermissionError), (home / _FILE).open() as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            found = re.match(r"(\S+) \(process (\d+)", lock.read())
            return Holder(found[1], int(found[2])) if found else None
    return None
