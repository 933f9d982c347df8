"""When the bucket was looked at last: what stands still sees nothing, and tells nobody."""

from datetime import datetime

from lead_pipeline.database import Connection, run


def note_look(session: Connection) -> None:
    """The bucket was looked at, and what was there to be done is done."""
    run(session, "intake/note_look")


def since_look(session: Connection, now: datetime) -> float | None:
    """Seconds since the last look; None if nobody ever looked."""
    row = run(session, "intake/select_last_look", {"now": now}).fetchone()
    return row["seconds_ago"] if row else None
