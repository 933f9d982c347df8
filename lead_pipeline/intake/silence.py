"""For how long nobody has been seen to hold an import, counted from look to look."""

import time
from collections.abc import Callable, Collection, Iterable
from datetime import timedelta

# A look that comes later than this tells nothing of the time before it: we may have stood still.
_LONGEST_GAP = 5.0


class Silence:
    """One for a process that looks. A first look finds no silence, for nothing was seen before."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._looked_at = clock()
        self._silent: dict[int, float] = {}

    def look(self, imports: Iterable[int], owned: Collection[int]) -> dict[int, timedelta]:
        """Those of the imports that nobody owns now, and for how long that has been so."""
        now = self._clock()
        passed, self._looked_at = min(now - self._looked_at, _LONGEST_GAP), now
        before, self._silent = self._silent, {}
        for number in imports:
            if number not in owned:
                self._silent[number] = before[number] + passed if number in before else 0.0
        return {number: timedelta(seconds=silent) for number, silent in self._silent.items()}
