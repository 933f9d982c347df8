"""A clock that can be moved, for every process of a stack: Python imports this module at its start.

The file that MOVED_CLOCK names says by how many seconds the clock is off. Only what a clock on the
wall shows moves, as when a machine's time is set: never the monotonic clock. (libfaketime would do
without, but Python's `time.sleep` fails below it unless the monotonic clock moves as well.)
"""

import os
import threading
import time
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

import time_machine

_LOOK_SECONDS = 0.2


def _follow(file: Path) -> None:
    clock = time_machine.travel(datetime.now(UTC), tick=True).start()
    off = 0.0
    while True:
        with suppress(OSError, ValueError):
            wanted = float(file.read_text())
            clock.shift(wanted - off)
            off = wanted
        time.sleep(_LOOK_SECONDS)


def _begin() -> None:
    file = Path(os.environ["MOVED_CLOCK"])
    threading.Thread(target=_follow, args=(file,), name="moved clock", daemon=True).start()


if "MOVED_CLOCK" in os.environ:
    _begin()
