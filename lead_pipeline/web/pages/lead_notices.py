"""The page of single new leads, for those who call them."""

from datetime import UTC, datetime
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from lead_pipeline.errors import OperatorError
from lead_pipeline.notices.lead_notices import lead_notices, mark_read
from lead_pipeline.web.api.lead_notices import Cursor, Number
from lead_pipeline.web.guard import Seller, Session
from lead_pipeline.web.pages.posting import done, shown
from lead_pipeline.web.paging import page
from lead_pipeline.web.problems import Missing

router = APIRouter(prefix="/lead-notices", include_in_schema=False)
_SHOWN = 50


@router.get("")
def list_lead_notices(
    request: Request,
    session: Session,
    who: Seller,
    read: Annotated[bool, Query(alias="all")] = False,
    cursor: Cursor = None,
) -> Response:
    """What somebody has not read; or all."""
    found = lead_notices(session, who.name, read=read, before=cursor, most=_SHOWN + 1)
    some = page(found, _SHOWN, "lead_notice_id")
    return shown(request, "lead_notices", found=some.items, next=some.next, all=read)


@router.post("/{lead_notice_id}/read")
def read_lead_notice(session: Session, who: Seller, lead_notice_id: Number) -> Response:
    """Somebody has read it."""
    try:
        mark_read(session, lead_notice_id, who.name, datetime.now(UTC))
    except OperatorError as error:
        raise Missing(str(error)) from error
    return done("/lead-notices", "read")
