"""Bodies that nobody could read: kept for whoever has to find out what a sender sends.

Only of senders that have proven who they are, and only so much of each. They hold people, unmasked:
none but admins see them, and no log has anything of them.
"""

from typing import Any

from lead_pipeline.database import Connection, run

_MOST_BYTES = 65_536
_MOST_OF_A_SENDER = 100
_DAYS = 30


def keep_malformed(
    session: Connection, sender: str, path: str, reason: str, content_type: str | None, body: bytes
) -> None:
    """Keep the beginning of a body, and why it could not be read."""
    facts = {"sender": sender, "path": path, "reason": reason, "content_type": content_type}
    kept = {"bytes": len(body), "body": body[:_MOST_BYTES]}
    others = {"others": _MOST_OF_A_SENDER - 1}
    run(session, "connectors/keep_malformed_body", facts | kept | others)


def all_malformed(session: Connection) -> list[dict[str, Any]]:
    """What is kept, the newest first; what is no UTF-8 in a body stands as escapes."""
    rows = run(session, "connectors/list_malformed_bodies")
    return [row | {"body": row["body"].decode("utf-8", "backslashreplace")} for row in rows]


def forget_malformed(session: Connection) -> int:
    """Drop what is older than a month; how many bodies that were."""
    return run(session, "connectors/forget_malformed_bodies", {"days": _DAYS}).rowcount
