"""Which span of time a pull reads.

From the cursor back by an overlap, to a little before now; a pull that came late or not at all
makes the next window wider by itself. The cursor comes from records and the vendor's time, never
from when a run ended, and never moves back.
"""

from datetime import datetime, timedelta

from lead_pipeline.connectors.clock import Clock
from lead_pipeline.connectors.model import Window

SETTLE = timedelta(minutes=3)
"""Records at the edge may still be written; they are left to the next pull."""
SKEW = timedelta(minutes=2)
"""A clock that differs by more from the vendor's is told of."""


def window(
    cursor: datetime | None,
    clock: Clock,
    *,
    overlap: timedelta,
    first: timedelta,
    server_time: datetime | None = None,
    settle: timedelta = SETTLE,
) -> Window:
    """The window of a regular pull; the very first one reaches `first` back."""
    now = min(clock.now(), server_time) if server_time else clock.now()
    until = now - settle
    since = cursor - overlap if cursor else until - first
    return Window(min(since, until), until)


def later(cursor: datetime | None, reached: datetime) -> datetime:
    """Where the cursor stands after what was reached."""
    return max(cursor, reached) if cursor else reached
