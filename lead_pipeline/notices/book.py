"""The book of notices: noted as they come and go, listed, acknowledged."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from lead_pipeline.database import Connection, run
from lead_pipeline.errors import OperatorError
from lead_pipeline.notices import outbox
from lead_pipeline.notices.conditions import Raised

KEPT_DAYS = 90
MOST = 500


def note(
    session: Connection, found: Iterable[Raised], now: datetime, urls: Sequence[str] = ()
) -> None:
    """Note what is so now: each thing once as long as it lasts. What was and is not any more is
    cleared, and forgotten after `KEPT_DAYS`. What is new, worse or over is told to `urls`."""
    with session.transaction():
        told = json.dumps([asdict(one) for one in found])
        run(session, "notices/claim_book")
        changes = run(session, "notices/note_raised", {"raised": told, "now": now}).fetchall()
        outbox.put(session, urls, [_message(**change) for change in changes], now)
        run(session, "notices/forget_cleared", {"now": now, "days": KEPT_DAYS})


def all_notices(session: Connection, *, cleared: bool = False) -> list[dict[str, Any]]:
    """The open ones, those first that nobody has acknowledged; with `cleared`, then the others."""
    return run(session, "notices/list_notices", {"cleared": cleared, "most": MOST}).fetchall()


def count_open(session: Connection) -> int:
    (row,) = run(session, "notices/count_open")
    count: int = row["open"]
    return count


def acknowledge(session: Connection, notice_id: int, who: str) -> dict[str, Any]:
    """Say that somebody knows of it; it stays open as long as it lasts.

    Raises:
        OperatorError: no notice with this number is open.
    """
    found = run(session, "notices/acknowledge", {"notice_id": notice_id, "who": who}).fetchone()
    if found is None:
        raise OperatorError(f"no notice {notice_id} is open; `lead-pipeline notices` lists them")
    return found


def _message(what: str, severity: str, told: str) -> outbox.Message:
    before = {"opened": f"{severity}: ", "worse": f"now {severity}: ", "over": "over: "}
    return outbox.Message(what, severity, before[what] + told)
