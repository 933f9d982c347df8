"""What has arrived in the bucket: listed as often as the bucket affords, entered into the ledger.

One `Arrivals` lives as long as its process and remembers what the ledger knows; nothing here
decides what happens to an import.
"""

import time
from collections.abc import Callable

from lead_pipeline import ledger
from lead_pipeline.bucket import Bucket, BucketObject
from lead_pipeline.database import Connection
from lead_pipeline.ledger import Import

# A version may go and come back between two listings, and people may change the ledger: once in a
# while nothing is taken as known.
_REMEMBER_SECONDS = 60.0


# The first files of a large drop are under way before the last have been entered.
_PORTION = 1000


class Arrivals:
    """The new objects of one bucket. The ledger is asked about those only that were not there."""

    def __init__(self, bucket: Bucket, clock: Callable[[], float] = time.monotonic) -> None:
        self._bucket = bucket
        self._clock = clock
        self._known: set[tuple[str, str]] = set()
        self._new: list[BucketObject] = []
        self._forget_at = 0.0
        self._list_at = 0.0

    def enter(self, session: Connection) -> list[Import]:
        """The imports that began by this call; none if it is too early to list again.

        Raises:
            OutsideTrouble: the bucket cannot be listed, or the database is unwell.
        """
        if not self._new:
            self._look(session)
        entered = ledger.register(session, self._new[:_PORTION])
        del self._new[:_PORTION]
        return entered

    def _look(self, session: Connection) -> None:
        now = self._clock()
        if now < self._list_at:
            return
        listed = self._bucket.list()
        self._list_at = self._clock() + self._bucket.pause
        if now >= self._forget_at:
            self._known, self._forget_at = set(), now + _REMEMBER_SECONDS
        fresh = [found for found in listed if (found.key, found.tag) not in self._known]
        if fresh:
            self._new = ledger.unknown_versions(session, fresh)
        self._known = {(found.key, found.tag) for found in listed}
