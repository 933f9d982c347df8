"""What Prometheus asks for."""

from fastapi import APIRouter, Response
from prometheus_client.exposition import CONTENT_TYPE_LATEST

from lead_pipeline.monitoring.metrics import exposition
from lead_pipeline.web.guard import TheSite, Viewer

router = APIRouter(tags=["health"])


@router.get("/metrics", response_class=Response, include_in_schema=False)
def metrics(site: TheSite, _who: Viewer) -> Response:
    """Figures of the ledger, of lists, sources and daemons, in the text format of Prometheus.

    Where the database does not answer, `lead_pipeline_database_up` is 0 and the others are left
    out.
    """
    return Response(exposition(site.settings), media_type=CONTENT_TYPE_LATEST)
