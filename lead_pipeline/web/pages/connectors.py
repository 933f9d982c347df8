"""The page of the sources that are pulled and of their webhooks."""

from fastapi import APIRouter, Request, Response

from lead_pipeline.access.tokens import Who
from lead_pipeline.connectors.overview import overview
from lead_pipeline.connectors.pull import Busy
from lead_pipeline.connectors.webhooks import send_test
from lead_pipeline.database import Connection
from lead_pipeline.errors import OperatorError
from lead_pipeline.imports.site import Site
from lead_pipeline.web.api import connectors as api
from lead_pipeline.web.guard import Operator, Session, TheSite, Viewer
from lead_pipeline.web.pages.posting import done, shown
from lead_pipeline.web.problems import Missing

router = APIRouter(include_in_schema=False)


@router.get("/connectors")
def connectors(request: Request, session: Session, site: TheSite, who: Viewer) -> Response:
    """Every source: how it stands, its last pulls, its parts, its webhook."""
    return _page(request, session, site, who)


@router.post("/connectors/{source}/pull")
def pull(
    request: Request, session: Session, site: TheSite, who: Operator, source: api.SourceName
) -> Response:
    """Begin a pull."""
    try:
        api.begin(site, source)
    except (Busy, Missing) as error:
        return _page(request, session, site, who, str(error))
    return done("/connectors", "begun")


@router.post("/connectors/{source}/test")
def test(
    request: Request, session: Session, site: TheSite, who: Operator, source: api.SourceName
) -> Response:
    """Call a webhook of ours as its vendor does, with a test."""
    try:
        send_test(session, source, site.settings.accounts.webhooks, _own_address(request))
    except OperatorError as error:
        return _page(request, session, site, who, str(error))
    return done("/connectors", "tested")


def _page(
    request: Request, session: Connection, site: Site, who: Who, fault: str | None = None
) -> Response:
    found = [api.as_seen_by(who, one) for one in overview(session, site.settings.accounts)]
    there = [one for one in found if one.configured or (one.webhook and one.webhook.configured)]
    absent = [one for one in found if one not in there]
    return shown(request, "connectors", fault=fault, sources=there, absent=absent)


def _own_address(request: Request) -> str:
    """The address that this very request came in at, whatever it was called by."""
    host, port = request.scope["server"]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
