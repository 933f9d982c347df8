"""Looking every so often, by the process of the page: it is there when Dagster is not."""

import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

from lead_pipeline.database import connect
from lead_pipeline.errors import OutsideTrouble
from lead_pipeline.notices import lead_notices, outbox
from lead_pipeline.notices.absence import Absence
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
        outbox.forget(session, now)
        lead_notices.forget(session, now)


def tell(settings: Settings, now: datetime, absence: Absence) -> None:
    """Whatever is to be told, and is due; also that the database does not answer."""
    try:
        tell_ends(settings, now)
        deliver(settings, now)
        absence.is_over(now)
    except OutsideTrouble:
        absence.goes_on(now)


@contextmanager
def watching(settings: Settings) -> Iterator[None]:
    """Looks, and tells what it found, beside what is done meanwhile: a slow receiver keeps nobody
    from looking."""
    over, began, absence = threading.Event(), datetime.now(UTC), Absence(settings)
    for name, seconds, chore in (
        ("look", _LOOK_SECONDS, lambda now: look_once(settings, now, began)),
        ("delivery", _TELL_SECONDS, lambda now: tell(settings, now, absence)),
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
            continue  # it cannot be noted; `tell` says so
        except Exception as error:  # noqa: BLE001 - whatever it is, the next turn may do better
            _log.error("the %s of notices failed: %s", name, type(error).__name__)
