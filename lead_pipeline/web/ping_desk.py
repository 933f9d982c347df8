"""Where pings are answered, so that no post waits for them.

What is not digested yet is digested by another thread, as long as anybody asks.
"""

import logging
from collections.abc import Sequence
from concurrent.futures import Future
from datetime import UTC, datetime
from threading import Lock, Thread

from lead_pipeline.connectors import pings
from lead_pipeline.connectors.pings import Offered
from lead_pipeline.database import Connection, connect
from lead_pipeline.errors import LeadPipelineError, OutsideTrouble
from lead_pipeline.imports.site import Site
from lead_pipeline.imports.verdict import Verdict
from lead_pipeline.matching.digests import digest_next
from lead_pipeline.web.batches import Batches

_log = logging.getLogger(__name__)
_MOST_PINGS = 50


class PingDesk:
    """The one of a site."""

    def __init__(self, site: Site) -> None:
        self._url = site.settings.database_url
        self._batches: Batches[Offered, Verdict] = Batches(
            self._url, "pings", _MOST_PINGS, self._answer
        )
        self._digesting = Lock()

    def answer(self, offered: Offered) -> Future[Verdict]:
        return self._batches.ask(offered)

    def _answer(
        self, session: Connection, offered: Sequence[Offered]
    ) -> list[Verdict | LeadPipelineError]:
        told, is_behind = pings.answer(session, offered, datetime.now(UTC))
        if is_behind and self._digesting.acquire(blocking=False):
            # It may take minutes, and ends with the page: it goes on from there.
            Thread(target=self._digest, name="digests", daemon=True).start()
        return told

    def _digest(self) -> None:
        try:
            with connect(self._url, autocommit=True) as session:
                while digest_next(session):
                    pass
        except OutsideTrouble as error:
            _log.warning("keys are digested later: %s", error)
        finally:
            self._digesting.release()
