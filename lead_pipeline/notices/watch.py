"""Looking every so often, by the process of the page: it is there when Dagster is not."""

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

from lead_pipeline.database import connect
from lead_pipeline.errors import OutsideTrouble
from lead_pipeline.notices.book import note
from lead_pipeline.notices.conditions import raised
from lead_pipeline.notices.facts import look
from lead_pipeline.settings import Settings

_EVERY_SECONDS = 30.0
_log = logging.getLogger(__name__)


def look_once(settings: Settings, now: datetime, began: datetime) -> None:
    """One look at what is so now, by somebody who has been looking since `began`.

    Raises:
        OutsideTrouble: the database does not answer.
    """
    with connect(settings.database_url, autocommit=True) as session:
        note(session, raised(look(session, settings, now, began)), now)


@contextmanager
def watching(settings: Settings) -> Iterator[None]:
    """Looks beside what is done meanwhile."""
    over = threading.Event()
    thread = threading.Thread(target=_watch, args=(settings, over), name="notices", daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()


def _watch(settings: Settings, over: threading.Event) -> None:
    began = datetime.now(UTC)
    while not over.wait(_EVERY_SECONDS):
        try:
            look_once(settings, datetime.now(UTC), began)
        except OutsideTrouble:
            continue  # it cannot be noted; whoever asks for figures is told
        except Exception as error:  # noqa: BLE001 - whatever it is, the next look may tell
            _log.error("the look for notices failed: %s", type(error).__name__)
