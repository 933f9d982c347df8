"""Where pings are answered: by a thread of their own, so that no post waits for them.

What is not digested yet is digested by another thread, as long as anybody asks.
"""

import logging
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import UTC, datetime
from threading import Lock, Thread

from lead_pipeline.access.posters import Proof
from lead_pipeline.connectors.pings import answer_ping
from lead_pipeline.database import connect, quiet_faults
from lead_pipeline.errors import OutsideTrouble
from lead_pipeline.imports.ping import Ping
from lead_pipeline.imports.site import Site
from lead_pipeline.imports.verdict import Verdict
from lead_pipeline.matching.digests import digest_next
from lead_pipeline.web.kept_session import KeptSession

_log = logging.getLogger(__name__)


class PingDesk:
    """The one of a site; it works as long as the page runs."""

    def __init__(self, site: Site) -> None:
        self._url = site.settings.database_url
        self._kept = KeptSession(self._url)
        self._thread = ThreadPoolExecutor(1, "pings")
        self._digesting = Lock()

    def answer(self, proof: Proof, ping: Ping) -> Future[Verdict]:
        return self._thread.submit(self._answer, proof, ping)

    def _answer(self, proof: Proof, ping: Ping) -> Verdict:
        try:
            with quiet_faults():
                foreseen = answer_ping(self._kept.ready(), proof, ping, datetime.now(UTC))
        except OutsideTrouble as error:
            raise OutsideTrouble("the database went away: ask once more") from error
        if foreseen.is_behind and self._digesting.acquire(blocking=False):
            # It may take minutes, and ends with the page: it goes on from there.
            Thread(target=self._digest, name="digests", daemon=True).start()
        return foreseen.verdict

    def _digest(self) -> None:
        try:
            with connect(self._url, autocommit=True) as session:
                while digest_next(session):
                    pass
        except OutsideTrouble as error:
            _log.warning("keys are digested later: %s", error)
        finally:
            self._digesting.release()
