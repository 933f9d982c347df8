"""Tells each address what is due there: one message, of several lines where several wait."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from lead_pipeline.database import Connection, connect
from lead_pipeline.notices import outbox
from lead_pipeline.notices.words import counted
from lead_pipeline.settings import Settings

_WORST = ("critical", "warning", "info")


def deliver(settings: Settings, now: datetime) -> None:
    """Try what is due at each address, each in a transaction of its own.

    Raises:
        OutsideTrouble: the database does not answer.
    """
    with connect(settings.database_url, autocommit=True) as session:
        outbox.give_up(session, now)
        for url in settings.telling.urls:
            with session.transaction():
                _deliver(session, settings, url, now)


def _deliver(session: Connection, settings: Settings, url: str, now: datetime) -> None:
    quiet = settings.telling.quiet
    is_quiet = quiet is not None and quiet.holds(now, settings.time_zone)
    due = outbox.claim(session, url, now, quiet=is_quiet)
    if not due:
        return
    # Not before there is something to tell: it takes half a second to load.
    from lead_pipeline.notices.sending import send

    ids = [one["delivery_id"] for one in due]
    severity = next(word for word in _WORST if any(one["severity"] == word for one in due))
    error = send(url, _title(due, severity), _body(due, settings.page_url), severity)
    if error is None:
        outbox.note_delivered(session, url, ids, now)
    else:
        outbox.note_undelivered(session, ids, error, now)


def _title(due: Sequence[dict[str, Any]], severity: str) -> str:
    title = f"lead_pipeline: {counted(len(due), 'message')}"
    return title if severity == "info" else f"{title}, {severity}"


def _body(due: Sequence[dict[str, Any]], page: str | None) -> str:
    lines = [one["told"] for one in due]
    return "\n".join([*lines, f"{page}/notices"] if page else lines)
