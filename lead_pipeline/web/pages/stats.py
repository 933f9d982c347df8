"""The page of how the work went, day by day."""

from fastapi import APIRouter, Request, Response

from lead_pipeline.monitoring.days import DAYS, days
from lead_pipeline.web.guard import Session, Viewer
from lead_pipeline.web.pages.posting import shown

router = APIRouter(prefix="/stats", include_in_schema=False)


@router.get("")
def stats(request: Request, session: Session, _who: Viewer) -> Response:
    """The last days."""
    return shown(request, "stats", days=days(session), most=DAYS)
