"""How the work went, day by day, for programs."""

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import BaseModel

from lead_pipeline.monitoring.days import DAYS, MOST_DAYS, days
from lead_pipeline.web.guard import Session, Viewer

router = APIRouter(prefix="/stats", tags=["health"])
Most = Annotated[
    int, Query(alias="days", ge=1, le=MOST_DAYS, description="How many days to go back.")
]


class OneDay(BaseModel):
    """What the files of a day came to; the seconds are from a file's arrival to its end."""

    day: date
    imports: int
    completed: int
    failed: int
    rejected: int
    undone: int
    open: int
    tried_again: int
    rows_read: int
    rows_rejected: int
    contacts: int
    new: int
    duplicates: int
    suppressed: int
    notices: int
    messages: int
    seconds_p50: float | None
    seconds_p95: float | None
    success_percent: float | None
    duplicate_percent: float | None


class Days(BaseModel):
    """Days that brought a file or a notice, the newest first."""

    items: list[OneDay]


@router.get("")
def list_days(session: Session, _who: Viewer, most: Most = DAYS) -> Days:
    """What each day brought, in the account's time zone."""
    return Days(items=[OneDay.model_validate(one.facts) for one in days(session, most)])
