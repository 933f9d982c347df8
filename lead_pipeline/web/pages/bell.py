"""The bell in the head of every page: how much there is that somebody has not seen."""

from dataclasses import dataclass

from fastapi import Request

from lead_pipeline.access.tokens import Role, Who
from lead_pipeline.database import Connection
from lead_pipeline.notices.book import count_open
from lead_pipeline.notices.lead_notices import unread


@dataclass(frozen=True, slots=True)
class Bell:
    """Where it leads, what it counts (the name of a text), and how many; None is not known here."""

    path: str
    words: str
    count: int | None


def bell(request: Request, who: Who | None) -> Bell | None:
    """For who calls leads those that are new to them, for others what does not go as it should."""
    if who is None:
        return None
    session: Connection | None = getattr(request.state, "session", None)
    there = session if session and not session.closed else None
    if who.role is Role.SALES:
        return Bell("/lead-notices", "unread", unread(there, who.name) if there else None)
    return Bell("/notices", "open_notices", count_open(there) if there else None)
