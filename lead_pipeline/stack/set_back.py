"""A clock that ran ahead and was set right: Dagster would keep still until the time it had noted.

A sensor's next tick is due an interval after the last, and a schedule goes on from its last look,
both by the clock on the wall. A machine that thought for a moment that it was next week would
import nothing for a week, and nobody would be told.
"""

import time
from collections.abc import Callable
from typing import Any

from dagster import DagsterInstance
from dagster._core.scheduler.instigation import (
    InstigatorState,
    ScheduleInstigatorData,
    SensorInstigatorData,
)

_SLACK_SECONDS = 5.0  # clocks are corrected by less all the time
_WATCHED_SECONDS = 60.0  # a tick that was under way notes its beginning when it ends
# What a sensor or a schedule notes by the clock on the wall.
_NOTED = (
    "last_tick_timestamp",
    "last_tick_start_timestamp",
    "last_tick_success_timestamp",
    "last_iteration_timestamp",
)


class SetBack:
    """Whether the clock was set back a short time ago; the beginning counts as such a time, for
    nobody knows what was before."""

    def __init__(
        self,
        clock: Callable[[], float] = time.time,
        steady: Callable[[], float] = time.monotonic,
    ) -> None:
        self._clock, self._steady = clock, steady
        self._last, self._until = clock(), steady() + _WATCHED_SECONDS

    def now(self) -> bool:
        """Whether it was since the last look."""
        last, self._last = self._last, self._clock()
        if self._last >= last - _SLACK_SECONDS:
            return False
        self._until = self._steady() + _WATCHED_SECONDS
        return True

    def lately(self) -> bool:
        self.now()
        return self._steady() < self._until


def forget_the_future(instance: DagsterInstance, now: float | None = None) -> None:
    """Take what sensors and schedules noted of a time to come for things of this moment.

    `now` in seconds since 1970. What is within seconds of it is left as it is.
    """
    now = time.time() if now is None else now
    for state in instance.all_instigator_state():
        if changed := _of_the_past(state.instigator_data, now):
            instance.update_instigator_state(state.with_data(changed))
        _put_ticks_right(instance, state, now)


def _of_the_past(data: Any, now: float) -> SensorInstigatorData | ScheduleInstigatorData | None:
    """The data with no time to come in it; None if there was none."""
    if not isinstance(data, SensorInstigatorData | ScheduleInstigatorData):
        return None
    future: Any = {
        name: now for name in _NOTED if (getattr(data, name, None) or 0) > now + _SLACK_SECONDS
    }
    return data._replace(**future) if future else None


def _put_ticks_right(instance: DagsterInstance, state: InstigatorState, now: float) -> None:
    after = now + _SLACK_SECONDS
    for tick in instance.get_ticks(state.instigator_origin_id, state.selector_id, after=after):
        instance.update_tick(tick._replace(tick_data=tick.tick_data._replace(timestamp=now)))
