"""Sources that are pulled: how each stands, a pull at once, and what came of pulls."""

from dataclasses import replace
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query
from pydantic import BaseModel

from lead_pipeline.access.tokens import Role, Who
from lead_pipeline.connectors import history
from lead_pipeline.connectors.background import begin_pull
from lead_pipeline.connectors.overview import PulledSource, overview
from lead_pipeline.connectors.registry import opened
from lead_pipeline.errors import OperatorError
from lead_pipeline.imports.site import Site
from lead_pipeline.web.guard import LastingOperator, Session, TheSite, Viewer
from lead_pipeline.web.paging import Page, PageSize, page
from lead_pipeline.web.problems import Missing

router = APIRouter(tags=["connectors"])
older = APIRouter(include_in_schema=False)  # the path of an older system, told of in the docs
_LARGEST = 2**63 - 1
SourceName = Annotated[str, Path(min_length=1, max_length=200)]
SourceAsked = Annotated[str | None, Query(max_length=200)]
PullNumber = Annotated[int, Path(ge=1, le=_LARGEST, description="Number of the pull.")]


class Begun(BaseModel):
    """A pull that goes on by itself; what comes of it is at `follow`."""

    pull_id: int
    source: str
    follow: str


@router.post("/pull/{source}", status_code=202)
def pull(site: TheSite, _who: LastingOperator, source: SourceName) -> Begun:
    """Begin to read what is new of a source."""
    return begin(site, source)


@older.post("/trpc/import.runManualImport", status_code=202)
def run_manual_import(site: TheSite, _who: LastingOperator) -> dict[str, Any]:
    """Begin to read what is new of the sheets, answered as tRPC does."""
    return {"result": {"data": begin(site, "google_sheet").model_dump()}}


@router.get("/sources/pulled")
def pulled_sources(session: Session, site: TheSite, who: Viewer) -> list[PulledSource]:
    """Every source: whether it is configured, its pulls, its parts, its webhook; for viewers
    without what a cursor tells and the ids of records."""
    return [as_seen_by(who, one) for one in overview(session, site.settings.accounts)]


@router.get("/pulls")
def pulls(
    session: Session,
    _who: Viewer,
    source: SourceAsked = None,
    cursor: Annotated[int | None, Query(ge=1, le=_LARGEST)] = None,
    limit: PageSize = 50,
) -> Page:
    """The newest pulls, in pages, with what became of their records."""
    return page(history.pulls(session, source, limit + 1, cursor), limit, "pull_id")


@router.get("/pulls/{pull_id}")
def one_pull(session: Session, _who: Viewer, pull_id: PullNumber) -> dict[str, Any]:
    """One of them; `running` until it is over."""
    found = history.one_pull(session, pull_id)
    if found is None:
        raise Missing(f"there is no pull {pull_id}")
    return found


def begin(site: Site, source: str) -> Begun:
    """
    Raises:
        Missing: there is no such source, or it is not configured; the message says what to set.
        Busy: it is being pulled.
    """
    try:
        found = opened(source, site.settings.accounts)
    except OperatorError as error:
        raise Missing(str(error)) from error
    pull_id = begin_pull(site, found)
    return Begun(pull_id=pull_id, source=source, follow=f"/api/pulls/{pull_id}")


def as_seen_by(who: Who, source: PulledSource) -> PulledSource:
    """A source as this role may see it: a viewer sees counts and times."""
    if who.role >= Role.OPERATOR:
        return source
    parts = [replace(one, position={}, last_external_id=None) for one in source.parts]
    return replace(source, parts=parts)
