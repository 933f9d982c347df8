"""What lies in the bucket. Names of files are for operators: people call lists after people."""

from typing import Annotated, Any

from fastapi import APIRouter, Query
from pydantic import BaseModel

from lead_pipeline.intake.contents import contents_of
from lead_pipeline.web.guard import Operator, Session, TheSite
from lead_pipeline.web.paging import PageSize
from lead_pipeline.web.receiving import unprocessable

router = APIRouter(tags=["bucket"])
Folder = Annotated[
    str, Query(pattern="^$|/$", max_length=1500, description='Such as "Acme/"; "" is all of it.')
]
Cursor = Annotated[str | None, Query(max_length=4000)]


class Contents(BaseModel):
    """Files and folders of one folder by their names; `next` is the cursor."""

    folder: str
    items: list[dict[str, Any]]
    next: str | None


@router.get("/bucket")
def bucket(
    session: Session,
    site: TheSite,
    _who: Operator,
    folder: Folder = "",
    cursor: Cursor = None,
    limit: PageSize = 100,
) -> Contents:
    """What lies in one folder of the bucket, and what became of each file, in pages."""
    with unprocessable():
        return Contents(**contents_of(session, site.bucket, folder, cursor, limit))
