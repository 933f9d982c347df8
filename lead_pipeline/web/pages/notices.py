"""The page of what does not go as it should."""

from typing import Annotated

from fastapi import APIRouter, Path, Request, Response

from lead_pipeline.access.tokens import Who
from lead_pipeline.database import Connection
from lead_pipeline.errors import OperatorError
from lead_pipeline.notices.book import acknowledge, all_notices
from lead_pipeline.notices.lead_notices import unread
from lead_pipeline.web.guard import Operator, Session, Viewer
from lead_pipeline.web.pages.posting import done, shown

router = APIRouter(prefix="/notices", include_in_schema=False)


@router.get("")
def notices(request: Request, session: Session, who: Viewer) -> Response:
    """What is so now, and what is over."""
    return _notices(request, session, who)


@router.post("/{notice_id}/acknowledge")
def acknowledge_notice(
    request: Request,
    session: Session,
    who: Operator,
    notice_id: Annotated[int, Path(ge=1, le=2**63 - 1)],
) -> Response:
    """Say that somebody knows of it."""
    try:
        acknowledge(session, notice_id, who.name)
    except OperatorError as error:
        return _notices(request, session, who, fault=str(error))
    return done("/notices", "acknowledged")


def _notices(request: Request, session: Connection, who: Who, fault: str | None = None) -> Response:
    found = all_notices(session, cleared=True)
    open_ = [one for one in found if one["cleared_at"] is None]
    over = [one for one in found if one["cleared_at"] is not None]
    new_leads = unread(session, who.name) if who.role.sees_leads else None
    return shown(request, "notices", fault=fault, open=open_, over=over, new_leads=new_leads)
