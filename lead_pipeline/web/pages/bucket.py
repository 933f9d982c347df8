"""The bucket, folder by folder: what lies there, and what became of it."""

from itertools import accumulate

from fastapi import APIRouter, Request, Response

from lead_pipeline.web.api import bucket as api
from lead_pipeline.web.guard import Operator, Session, TheSite
from lead_pipeline.web.pages.rendering import page

router = APIRouter(include_in_schema=False)
_SHOWN = 100


@router.get("/bucket")
def bucket(
    request: Request,
    session: Session,
    site: TheSite,
    who: Operator,
    folder: api.Folder = "",
    cursor: api.Cursor = None,
) -> Response:
    """One folder, in pages by name."""
    found = api.bucket(session, site, who, folder, cursor, _SHOWN)
    names = [f"{name}/" for name in folder.split("/")[:-1]]
    above = [*zip(names, accumulate(names), strict=True)]
    return page(
        request, "bucket", url=site.bucket.url, folder=folder, above=above, items=found.items,
        next=found.next,
    )  # fmt: skip
