"""Single new leads, told to everybody who calls leads: each has read them or not."""

from datetime import datetime
from typing import Any

from lead_pipeline.database import Connection, run
from lead_pipeline.errors import OperatorError

KEPT_DAYS = 90
TITLE = "New Lead Received"


def add(session: Connection, import_id: int, now: datetime) -> None:
    """Tell of each lead that an import brought."""
    run(session, "notices/add_lead_notices", {"import_id": import_id, "now": now})


def lead_notices(
    session: Connection, reader: str, *, read: bool = False, before: int | None = None, most: int
) -> list[dict[str, Any]]:
    """What `reader` has not read, the newest first; with `read`, what they have as well. Each has a
    `title` and a `message`, and the lead's own page is `/leads/{lead_id}`."""
    asked = {"reader": reader, "all": read, "before": before, "most": most}
    found = run(session, "notices/list_lead_notices", asked).fetchall()
    return [one | {"title": TITLE, "message": _message(one)} for one in found]


def mark_read(session: Connection, lead_notice_id: int, reader: str, now: datetime) -> None:
    """
    Raises:
        OperatorError: nothing was told under this number, or it is forgotten.
    """
    facts = {"lead_notice_id": lead_notice_id, "reader": reader, "now": now}
    with session.transaction():
        run(session, "notices/mark_read", facts)
        if run(session, "notices/is_lead_notice", facts).fetchone() is None:
            raise OperatorError(f"there is no notice {lead_notice_id} of a lead")


def forget(session: Connection, now: datetime) -> None:
    """What was told long ago goes."""
    run(session, "notices/forget_lead_notices", {"now": now, "days": KEPT_DAYS})


def unread(session: Connection, reader: str) -> int:
    (row,) = run(session, "notices/count_unread", {"reader": reader})
    count: int = row["unread"]
    return count


def _message(one: dict[str, Any]) -> str:
    return f"{one['source']}: {one['full_name'] or 'somebody without a name'}"
