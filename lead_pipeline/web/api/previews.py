"""What an import would do: of a file that is sent for it, and of an import that is undecided."""

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response
from starlette.concurrency import run_in_threadpool

from lead_pipeline.database import connect
from lead_pipeline.explain.figures import usual_shares
from lead_pipeline.imports.documents import preview_json
from lead_pipeline.imports.looks import look_at_file, look_at_import
from lead_pipeline.imports.site import Site
from lead_pipeline.web.api.imports import Number, the_import
from lead_pipeline.web.guard import LastingOperator, Operator, Session, TheSite, Viewer
from lead_pipeline.web.receiving import COUNTED_HERE, RAW_BODY, Received, received
from lead_pipeline.web.wishes import Looking

router = APIRouter(tags=["previews"])
_JSON = "application/json"


@router.post("/previews", openapi_extra=RAW_BODY, max_body_size=COUNTED_HERE)
async def preview(
    request: Request, site: TheSite, _who: LastingOperator, said: Annotated[Looking, Query()]
) -> Response:
    """Look at a file: its bytes are the body. Nothing of it is kept.

    The answer is the JSON that `lead-pipeline preview --json` prints.
    """
    said.choices, said.folder  # noqa: B018 - what is wrong with them is told before a byte comes
    async with received(request, said.name, site.settings) as file:
        return await run_in_threadpool(_preview, site, file, said)


def _preview(site: Site, file: Received, said: Looking) -> Response:
    with connect(site.settings.database_url, autocommit=True) as session:
        run = look_at_file(
            file.path, site.settings, session, said.folder, said.choices,
            force_refresh=said.force_refresh, cost_per_lead=said.cost,
        )  # fmt: skip
        return Response("".join(preview_json(run, said.rows)), media_type=_JSON)


@router.get("/imports/{import_id}/preview")
def preview_of_import(
    session: Session,
    site: TheSite,
    _who: Operator,
    import_id: Number,
    rows: Annotated[int, Query(ge=0, le=500)] = 10,
) -> Response:
    """What an undecided import would do, as all is settled by now: each record before and after,
    counts, doubts and figures."""
    with look_at_import(site, session, the_import(session, import_id)) as run:
        return Response("".join(preview_json(run, rows)), media_type=_JSON)


@router.get("/imports/{import_id}/usual")
def usual(session: Session, _who: Viewer, import_id: Number) -> dict[str, Any]:
    """What is usual of its supplier: the mean shares (0 to 1) of the `imports` before this one."""
    return usual_shares(session, the_import(session, import_id))
