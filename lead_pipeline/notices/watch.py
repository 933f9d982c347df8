"""Looking every so often, by the process of the page: it is there when Dagster is not."""

import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

from lead_pipeline.database import connect
from lead_pipeline.errors import OutsideTrouble
from lead_pipeline.notices.book import note
from lead_pipeline.notices.conditions import raised
from lead_pipeline.notices.delivery import deliver
from lead_pipeline.notices.ends import tell_ends
from lead_pipeline.notices.facts import look
from lead_pipeline.settings import Settings

_LOOK_SECONDS = 30.0
_TELL_SECONDS = 5.0
_log = logging.getLogger(__name__)


def look_once(settings: Settings, now: datetime, began: datetime) -> None:
    """One look at what is so now, by somebody who has been looking since `began`.

    Raises:
        OutsideTrouble: the database does not answer.
    """
    with connect(settings.database_url, autocommit=True) as session:
        found = raised(look(session, settings, now, began))
        note(session, found, now, settings.telling.urls)


def tell(settings: Settings, now: datetime) -> None:
    """Whatever is to be told, and is due.

    Raises:
        OutsideTrouble: the database does not answer.
    """
    tell_ends(settings, now)
    deliver(settings, now)


@contextmanager
def watching(settings: Settings) -> Iterator[None]:
    """Looks, and tells what it found, beside what is done meanwhile: a slow receiver keeps nobody
    from looking."""
    over, began = threading.Event(), datetime.now(UTC)
    for name, seconds, chore in (
        ("look", _LOOK_SECONDS, lambda now: look_once(settings, now, began)),
        ("delivery", _TELL_SECONDS, lambda now: tell(settings, now)),
    ):
        thread = threading.Thread(
            target=_repeat, args=(name, seconds, chore, over), name=f"notices-{name}", daemon=True
        )
        thread.start()
    try:
        yield
    finally:
        over.set()


def _repeat(
    name: str, seconds: float, chore: Callable[[datetime], None], over: threading.Event
) -> None:
    while not over.wait(seconds):
        try:
            chore(datetime.now(UTC))
        except OutsideTrouble:
            continue  # it cannot be noted; whoever asks for figures is told
        except Exception as error:  # noqa: BLE001 - whatever it is, the next turn may do better
            _log.error("the %s of notices failed: %s", name, type(error).__name__)
