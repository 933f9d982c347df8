"""Where posted leads are answered: by one thread, all that wait at once.

Most of what an answer costs is paid once for however many leads, so that it stays quick when many
come; and who is posted twice at once is told so.
"""

import logging
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import UTC, datetime
from queue import SimpleQueue
from time import monotonic

import psycopg

from lead_pipeline.connectors import posts
from lead_pipeline.connectors.posts import Answer, Post
from lead_pipeline.database import Connection, quiet_faults
from lead_pipeline.errors import LeadPipelineError, OutsideTrouble
from lead_pipeline.imports.site import Site
from lead_pipeline.web.kept_session import KeptSession

_log = logging.getLogger(__name__)
_MOST_POSTS = 200
_TIDY_SECONDS = 30.0
Waiting = tuple[Post, Future[list[Answer]]]


class Desk:
    """The desk of one site; it works as long as the page runs."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self._waiting: SimpleQueue[Waiting] = SimpleQueue()
        self._thread = ThreadPoolExecutor(1, "posting")
        self._tidied = 0.0
        self._kept = KeptSession(site.settings.database_url)

    def answer(self, post: Post) -> Future[list[Answer]]:
        """What is answered to the leads of a post, once they are kept; or why they are not."""
        future: Future[list[Answer]] = Future()
        self._waiting.put((post, future))
        self._thread.submit(self._work)
        return future

    def _work(self) -> None:
        """Answer until nobody waits."""
        while waiting := self._taken():
            try:
                session = self._kept.ready()
                self._tidy(session)
            except (OutsideTrouble, psycopg.OperationalError):
                _fail(waiting)
            else:
                self._try(session, waiting)

    def _taken(self) -> list[Waiting]:
        many = min(self._waiting.qsize(), _MOST_POSTS)  # nobody else takes any
        return [self._waiting.get() for _ in range(many)]

    def _try(self, session: Connection, waiting: Sequence[Waiting]) -> None:
        try:
            with quiet_faults():
                self._settle(session, waiting)
        except OutsideTrouble:
            _fail(waiting)
        except Exception as error:  # noqa: BLE001 - whoever waits is told
            if len(waiting) == 1:
                waiting[0][1].set_exception(error)
                return
            _log.warning("posts are answered one by one: %s", type(error).__name__)
            for one in waiting:  # none is to be the fault of another
                self._try(session, [one])

    def _settle(self, session: Connection, waiting: Sequence[Waiting]) -> None:
        came = [post for post, _ in waiting]
        answered = posts.answer(session, came, self._site.settings, datetime.now(UTC))
        for (_, future), told in zip(waiting, answered, strict=True):
            if isinstance(told, LeadPipelineError):
                future.set_exception(told)
            else:
                future.set_result(told)

    def _tidy(self, session: Connection) -> None:
        if monotonic() - self._tidied > _TIDY_SECONDS:
            posts.forget_imported(session)
            self._tidied = monotonic()


def _fail(waiting: Sequence[Waiting]) -> None:
    for _, future in waiting:
        future.set_exception(OutsideTrouble("the database went away: post once more"))
