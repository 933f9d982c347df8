"""Single new leads, for those who call them: each has read them or not."""

from datetime import UTC, datetime
from typing import Annotated

from fastapi import APIRouter, Path, Query
from pydantic import BaseModel

from lead_pipeline.errors import OperatorError
from lead_pipeline.notices.lead_notices import lead_notices, mark_read
from lead_pipeline.web.guard import Seller, Session
from lead_pipeline.web.paging import Page, PageSize, page
from lead_pipeline.web.problems import Missing

router = APIRouter(prefix="/lead-notices", tags=["leads"])
Number = Annotated[int, Path(ge=1, le=2**63 - 1, description="Number of the notice.")]
Cursor = Annotated[int | None, Query(ge=1, le=2**63 - 1)]
Read = Annotated[bool, Query(alias="all", description="Also those that you have read.")]


class IsRead(BaseModel):
    """Who has read it."""

    lead_notice_id: int
    reader: str


@router.get("")
def list_lead_notices(
    session: Session, who: Seller, read: Read = False, cursor: Cursor = None, limit: PageSize = 50
) -> Page:
    """What you have not read of new leads, the newest first, in pages: `title`, `message`, and the
    lead's number."""
    found = lead_notices(session, who.name, read=read, before=cursor, most=limit + 1)
    return page(found, limit, "lead_notice_id")


@router.post("/{lead_notice_id}/read")
def read_lead_notice(session: Session, who: Seller, lead_notice_id: Number) -> IsRead:
    """Say that you have read it; for others it stays unread."""
    try:
        mark_read(session, lead_notice_id, who.name, datetime.now(UTC))
    except OperatorError as error:
        raise Missing(str(error)) from error
    return IsRead(lead_notice_id=lead_notice_id, reader=who.name)
