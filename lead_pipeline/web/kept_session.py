"""A session with the database that stays open: statements that it knows are quicker."""

from contextlib import ExitStack, suppress
from time import monotonic

import psycopg

from lead_pipeline.database import Connection, connect
from lead_pipeline.errors import OutsideTrouble

# To plan a statement takes longer than to run it, and a plan fits tables as large as they were.
_PLAN_SECONDS = 1.0


class KeptSession:
    """For one thread, and for statements that are asked again and again."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._open = ExitStack()
        self._session: Connection | None = None
        self._planned = 0.0

    def ready(self) -> Connection:
        """The session of before, if it still answers, else a new one.

        Raises:
            OutsideTrouble: the database does not answer.
        """
        if self._session is not None:
            try:
                self._session.execute("SELECT")
            except psycopg.Error:
                self._session = None
        if self._session is None:
            with suppress(OutsideTrouble):  # of a server that was started again
                self._open.close()
            self._session = self._open.enter_context(connect(self._url, autocommit=True))
            self._session.execute("SET plan_cache_mode = force_generic_plan")
        if monotonic() - self._planned > _PLAN_SECONDS:
            self._session.execute("DISCARD PLANS")
            self._planned = monotonic()
        return self._session
