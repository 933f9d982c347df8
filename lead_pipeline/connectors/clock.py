"""The time as connectors see it, so that a week can pass in a test."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime


@dataclass(frozen=True, slots=True)
class Clock:
    """`now` has a time zone; `sleep` takes seconds."""

    now: Callable[[], datetime]
    sleep: Callable[[float], None]


SYSTEM = Clock(lambda: datetime.now(UTC), time.sleep)
