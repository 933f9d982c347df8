"""Runs as the host of runs tells of them, and what the end of one says of its import.

Pure: what the ledger and the host know is put together here. An outage passes, and says nothing of
the file; a fault may come back each time.
"""

import signal
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from lead_pipeline.ledger import OUTSIDE_TROUBLE, Import


class Phase(StrEnum):
    """How far a run is, as its host tells."""

    CREATED = "created"
    WAITING = "waiting"
    STARTING = "starting"
    WORKING = "working"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    CANCELED = "canceled"

    @property
    def ended(self) -> bool:
        return self in (Phase.SUCCEEDED, Phase.FAILED, Phase.CANCELED)


End = int | str
"""How a worker ended: its exit code, negative for a signal, or what else its host can tell."""


@dataclass(frozen=True, slots=True)
class RunSeen:
    """A run of one partition; `run_key` is None where a person or a backfill started it.

    `alive` is whether the process lives that works on it, or is to start it; None where that cannot
    be seen from here. `end` is how its worker ended, where its host could tell.
    """

    run_id: str
    run_key: str | None
    phase: Phase
    changed_at: datetime
    alive: bool | None = None
    end: End | None = None

    def age(self, now: datetime) -> timedelta:
        """How long ago it changed. A time to come is from a clock that was set right since: it is
        as long ago as it is far away, and nobody waits for it."""
        return abs(now - self.changed_at)


def is_outage(import_: Import, last: RunSeen) -> bool:
    """Whether an outage ended the last attempt at an import that has not reached an end.

    So it is when the worker said so, when it died before its first step, and when it went without a
    word: with its machine, its daemon or the database, for what a worker meets in an import it
    notes in the ledger. A worker that a signal killed in the middle is a fault: it may be the
    file that takes all memory, each time.
    """
    if import_.error_code is not None:
        return is_told_by_worker(import_)
    if last.phase is not Phase.FAILED:
        return False
    return not _had_begun(import_, last) or _signal_of(last) is None


def is_told_by_worker(import_: Import) -> bool:
    """Whether it was a worker that met the outage, and lived to note it."""
    return import_.error_code == OUTSIDE_TROUBLE


def told(import_: Import, last: RunSeen) -> str:
    """How the last run ended, in the words of who knows best."""
    run = f"run {last.run_id}"
    if last.phase is Phase.SUCCEEDED:
        return f"{run} ended at {import_.status}"
    if import_.error_code is not None:
        return f"{run} failed: {import_.error}"
    when = "" if _had_begun(import_, last) else " before its first step"
    if name := _signal_of(last):
        return f"{run}: its worker was killed by {name}{when}"
    match last.end:
        case int():
            return f"{run}: its worker ended with exit code {last.end}{when}"
        case str():
            return f"{run}: its worker {last.end}"
        case None:
            return f"{run} failed{when or ' and could not tell why'}"


def _had_begun(import_: Import, run: RunSeen) -> bool:
    return import_.run_id == run.run_id


def _signal_of(run: RunSeen) -> str | None:
    """The signal that killed the worker, if one did."""
    killed = isinstance(run.end, int) and run.end < 0
    return signal.Signals(-int(run.end)).name if killed and run.end is not None else None
