"""What does not go as it should, for programs."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Path, Query
from pydantic import BaseModel

from lead_pipeline.notices.book import acknowledge, all_notices
from lead_pipeline.notices.conditions import Severity
from lead_pipeline.web.guard import Operator, Session, Viewer

router = APIRouter(prefix="/notices", tags=["health"])
Cleared = Annotated[bool, Query(alias="all", description="Also what is over.")]


class Notice(BaseModel):
    """One thing, from when it was first seen to when it was over; `times` it was seen."""

    notice_id: int
    kind: str
    subject: str
    severity: Severity
    told: str
    first_seen_at: datetime
    last_seen_at: datetime
    times: int
    acknowledged_at: datetime | None
    acknowledged_by: str | None
    cleared_at: datetime | None


class Notices(BaseModel):
    """At most 500, the open ones first, and of these those that nobody has acknowledged."""

    items: list[Notice]


@router.get("")
def list_notices(session: Session, _who: Viewer, cleared: Cleared = False) -> Notices:
    """What does not go as it should, each thing once."""
    return Notices(items=[Notice(**one) for one in all_notices(session, cleared=cleared)])


@router.post("/{notice_id}/acknowledge")
def acknowledge_notice(
    session: Session, who: Operator, notice_id: Annotated[int, Path(ge=1, le=2**63 - 1)]
) -> Notice:
    """Say that somebody knows of it; it stays as long as it lasts."""
    return Notice(**acknowledge(session, notice_id, who.name))
