"""Tokens that were wrong lately, by where they came from."""

import time
from collections import defaultdict, deque
from collections.abc import Callable
from dataclasses import dataclass, field
from http import HTTPStatus

from fastapi import HTTPException

_MOST_FAILURES = 5
_WITHIN_SECONDS = 60.0


@dataclass(slots=True)
class Failures:
    """Logins that failed lately, by the address they came from: after some, all are refused until
    a minute has passed. A token of 256 bits is not guessed; this keeps the log and the database
    quiet, and short tokens of LEADS_API_TOKEN safe."""

    clock: Callable[[], float] = time.monotonic
    _of: defaultdict[str, deque[float]] = field(default_factory=lambda: defaultdict(deque))

    def require_few(self, address: str) -> None:
        """
        Raises:
            HTTPException: 429, there were too many.
        """
        now = self.clock()
        for known in [one for one, times in self._of.items() if now - times[-1] > _WITHIN_SECONDS]:
            del self._of[known]
        if address not in self._of:
            return
        times = self._of[address]
        while now - times[0] > _WITHIN_SECONDS:
            times.popleft()
        if len(times) >= _MOST_FAILURES:
            wait = round(_WITHIN_SECONDS - (now - times[0])) + 1
            raise HTTPException(
                HTTPStatus.TOO_MANY_REQUESTS,
                f"too many tokens that are none: try again in {wait} seconds",
                {"Retry-After": str(wait)},
            )

    def add(self, address: str) -> None:
        self._of[address].append(self.clock())
