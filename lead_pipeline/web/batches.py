"""Requests that wait are answered together, by one thread with a session of its own.

Most of what an answer costs is paid once for however many, so that it stays quick when many come.
"""

import logging
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from queue import SimpleQueue
from typing import Generic, TypeVar

from lead_pipeline.database import Connection, quiet_faults
from lead_pipeline.errors import LeadPipelineError, OutsideTrouble
from lead_pipeline.web.kept_session import KeptSession

_log = logging.getLogger(__name__)
Asked = TypeVar("Asked")
Told = TypeVar("Told")
Answer = Callable[[Connection, Sequence[Asked]], Sequence[Told | LeadPipelineError]]
"""Answers some requests in their order, or says why one is turned away."""


class Batches(Generic[Asked, Told]):
    """What waits for one thread; it works as long as the page runs."""

    def __init__(self, url: str, name: str, most: int, answer: Answer[Asked, Told]) -> None:
        self._answer = answer
        self._most = most
        self._waiting: SimpleQueue[tuple[Asked, Future[Told]]] = SimpleQueue()
        self._thread = ThreadPoolExecutor(1, name)
        self._kept = KeptSession(url)

    def ask(self, request: Asked) -> Future[Told]:
        """What is answered; or why it is turned away."""
        future: Future[Told] = Future()
        self._waiting.put((request, future))
        self._thread.submit(self._work)
        return future

    def _work(self) -> None:
        """Answer until nobody waits."""
        while waiting := self._taken():
            try:
                with quiet_faults():
                    session = self._kept.ready()
            except OutsideTrouble:
                _fail(waiting)
            else:
                self._try(session, waiting)

    def _taken(self) -> list[tuple[Asked, Future[Told]]]:
        many = min(self._waiting.qsize(), self._most)  # nobody else takes any
        return [self._waiting.get() for _ in range(many)]

    def _try(self, session: Connection, waiting: Sequence[tuple[Asked, Future[Told]]]) -> None:
        try:
            with quiet_faults():
                self._settle(session, waiting)
        except OutsideTrouble:
            _fail(waiting)
        except Exception as error:  # noqa: BLE001 - whoever waits is told
            if len(waiting) == 1:
                waiting[0][1].set_exception(error)
                return
            _log.warning("requests are answered one by one: %s", type(error).__name__)
            for one in waiting:  # none is to be the fault of another
                self._try(session, [one])

    def _settle(self, session: Connection, waiting: Sequence[tuple[Asked, Future[Told]]]) -> None:
        answered = self._answer(session, [request for request, _ in waiting])
        for (_, future), told in zip(waiting, answered, strict=True):
            if isinstance(told, LeadPipelineError):
                future.set_exception(told)
            else:
                future.set_result(told)


def _fail(waiting: Sequence[tuple[Asked, Future[Told]]]) -> None:
    for _, future in waiting:
        future.set_exception(OutsideTrouble("the database went away: try once more"))
