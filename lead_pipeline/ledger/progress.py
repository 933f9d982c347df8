"""How far the step of an import is: noted while it works, forgotten when it ends.

A step is one transaction, of which nobody sees anything before its end; so the notes go by sessions
of their own. A note whose import nobody owns is of a worker that died.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from lead_pipeline.database import Connection, connect, run
from lead_pipeline.errors import OutsideTrouble

_FIRST_SECONDS = 0.3  # what takes less than that needs no note
_EVERY_SECONDS = 1.0


class Step(StrEnum):
    """What an import goes through; those at which a worker works bear the name of their work."""

    WAITING = "waiting"
    LOADING = "loading"
    NORMALIZING = "normalizing"
    HELD = "held"
    ARCHIVING = "archiving"
    EMPTYING = "emptying"


@dataclass(frozen=True, slots=True)
class Note:
    """What was noted last of a step at work; rows are None in its first moments."""

    step: Step
    rows_done: int | None
    rows_total: int | None
    began_at: datetime
    noted_at: datetime


class Meter:
    """Counts the rows of a step and notes them, once a second at most: else it reads a clock."""

    def __init__(
        self, url: str, import_id: int, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._url = url
        self._import_id = import_id
        self._clock = clock
        self._due = clock() + _FIRST_SECONDS
        self._done = 0
        self._total: int | None = None

    def expect(self, rows: int) -> None:
        """How many rows there are, where that is known before the end."""
        self._total = rows

    def add(self, rows: int) -> None:
        """So many rows more are done."""
        self._done += rows
        if self._clock() >= self._due:
            counts = {"rows_done": self._done, "rows_total": self._total}
            with suppress(OutsideTrouble), connect(self._url, autocommit=True) as session:
                run(session, "ledger/note_progress", {"import_id": self._import_id, **counts})
            self._due = self._clock() + _EVERY_SECONDS


@contextmanager
def at_work(session: Connection, url: str, import_id: int, step: Step) -> Iterator[Meter]:
    """Tell that a step works; `session` owns the import, and is in autocommit.

    Args:
        url: of the database, for the notes.
    """
    run(session, "ledger/begin_progress", {"import_id": import_id, "step": step})
    try:
        yield Meter(url, import_id)
    finally:
        if not session.broken:
            run(session, "ledger/end_progress", {"import_id": import_id})


def last_note(session: Connection, import_id: int) -> tuple[Note | None, datetime]:
    """What was noted of the step at work, if one is, and the time of the database now."""
    (row,) = run(session, "ledger/select_progress", {"import_id": import_id})
    now: datetime = row.pop("now")
    return (Note(**{**row, "step": Step(row["step"])}) if row["step"] else None), now
