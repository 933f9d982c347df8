"""Whether another daemon works on the same database: two would ask for every run twice.

Dagster's daemons tell every 30 s that they work, in the table `dagster.daemon_heartbeats`.
"""

import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

import psycopg

from lead_pipeline.database import Connection, connect, run
from lead_pipeline.errors import OperatorError, OutsideTrouble

FRESH_SECONDS = 45.0
"""A daemon that has told nothing for this long does not work any more."""

ADVICE = (
    "stop it (`dagster dev`, `dagster-daemon` or another `lead-pipeline up`), or give one of them "
    "a database of its own"
)


@dataclass(frozen=True, slots=True)
class Heartbeat:
    """The last sign of one kind of daemon: the process it is part of, and how long ago it was."""

    daemon: str
    process: str
    seconds_ago: float


def heartbeats(url: str) -> list[Heartbeat]:
    """The last signs of all daemons; none where Dagster has no tables yet.

    Raises:
        OutsideTrouble: the database does not answer.
    """
    with connect(url) as session:
        return last_signs(session)


def daemon_works(session: Connection) -> bool:
    """Whether a daemon has told lately that it works; `session` is in autocommit."""
    return any(beat.seconds_ago < FRESH_SECONDS for beat in last_signs(session))


def last_signs(session: Connection, now: datetime | None = None) -> list[Heartbeat]:
    """As `heartbeats`, for a session in autocommit and as of a moment."""
    try:
        rows = run(session, "stack/select_heartbeats", {"now": now}).fetchall()
    except (psycopg.errors.UndefinedTable, psycopg.errors.InvalidSchemaName):
        return []
    return [Heartbeat(r["daemon_type"], r["daemon_id"], r["seconds_ago"]) for r in rows]


def forget_heartbeats(url: str) -> None:
    """The daemons of this database were stopped: whoever starts next need not wait for a sign."""
    with suppress(OutsideTrouble, psycopg.errors.UndefinedTable), connect(url) as session:
        run(session, "stack/forget_heartbeats")


def require_no_other(
    url: str, say: Callable[[str], None], sleep: Callable[[float], None] = time.sleep
) -> None:
    """Look whether a daemon of somebody else works on this database, before ours is started.

    One that was killed has left a fresh sign: whether it gives another takes up to 45 s to tell.

    Raises:
        OperatorError: it does.
        OutsideTrouble: the database does not answer.
    """
    last = _last(url)
    if last < FRESH_SECONDS:
        say(f"a Dagster daemon was here {last:.0f} s ago: looking whether it still works ...")
    while last < FRESH_SECONDS:
        sleep(1.0)
        now = _last(url)
        if now < last:
            raise OperatorError(f"another Dagster daemon works on this database: {ADVICE}")
        last = now


def _last(url: str) -> float:
    return min((beat.seconds_ago for beat in heartbeats(url)), default=FRESH_SECONDS)


class Rivals:
    """Looks for daemons beside ours, from the moment on when ours was started."""

    def __init__(self, url: str, clock: Callable[[], float] = time.monotonic) -> None:
        self._url = url
        self._clock = clock
        self._began = clock()
        self._processes: set[str] = set()

    def appeared(self) -> bool:
        """Whether a daemon has told that it works which is one more than was known."""
        try:
            found = heartbeats(self._url)
        except OutsideTrouble:
            return False
        here = self._clock() - self._began
        known = len(self._processes)
        self._processes |= {beat.process for beat in found if beat.seconds_ago < here}
        return len(self._processes) > max(1, known)
