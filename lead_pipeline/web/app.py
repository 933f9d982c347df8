"""The application: its routes, and the headers that every answer has."""

from collections.abc import Awaitable, Callable
from importlib.metadata import version

from fastapi import FastAPI, Request, Response
from starlette.middleware.cors import CORSMiddleware

from lead_pipeline.imports.site import Site
from lead_pipeline.web import guard, metrics
from lead_pipeline.web.api import (
    bucket,
    choices,
    connectors,
    dnc,
    feedback,
    health,
    imports,
    lead_notices,
    leads,
    malformed,
    merges,
    money,
    notices,
    outcomes,
    pings,
    posting,
    previews,
    progress,
    registry,
    retries,
    settling,
    stats,
    uploads,
    webhooks,
)
from lead_pipeline.web.desk import Desk
from lead_pipeline.web.failures import Failures
from lead_pipeline.web.hybrid import routes as hybrid
from lead_pipeline.web.pages import faults
from lead_pipeline.web.pages.routes import PAGES
from lead_pipeline.web.ping_desk import PingDesk
from lead_pipeline.web.problems import answer_faults, problem

# No script, style or picture but ours, nothing inline, and no page of others around ours.
_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; "
    "img-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'",
    "Referrer-Policy": "same-origin",  # without one, forms of ours come from nowhere
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cache-Control": "no-store",
}

_PARTS = (
    health, uploads, previews, imports, outcomes, progress, settling, retries, leads,
    lead_notices, posting,
    pings, malformed, connectors, feedback, registry, dnc, merges, choices, bucket, stats, notices,
    money, hybrid,
)  # fmt: skip


def create_app(site: Site, host: str = "127.0.0.1") -> FastAPI:
    """The page and its API for a site; `host` is the address that it will be served on."""
    app = FastAPI(
        title="lead_pipeline",
        version=version("lead-pipeline"),
        openapi_url="/api/openapi.json",
        docs_url=None,  # they bring scripts from elsewhere
        redoc_url=None,
        max_body_size=site.settings.max_file_bytes,  # of any request; uploads tell it better
    )
    app.state.gate = guard.gate(site, host)
    app.state.desk = Desk(site)
    app.state.ping_desk = PingDesk(site)
    app.state.failures = Failures()
    answer_faults(app, faults.show)
    for part in _PARTS:
        app.include_router(part.router, prefix="/api")
    app.include_router(connectors.older)
    app.include_router(webhooks.router)
    app.include_router(metrics.router)
    for part in PAGES:
        app.include_router(part.router)
    app.middleware("http")(_with_headers)
    if site.settings.allowed_origins:
        app.add_middleware(
            CORSMiddleware,
            allow_origins=list(site.settings.allowed_origins),
            allow_methods=["*"],
            allow_headers=["Authorization", "Content-Type", "Idempotency-Key"],
        )
    return app


async def _with_headers(
    request: Request, call_next: Callable[[Request], Awaitable[Response]]
) -> Response:
    if b"%00" in request.scope.get("raw_path", b"") + request.scope["query_string"]:
        response: Response = problem(422, "there is a NUL in the address, and no text has one")
    else:
        response = await call_next(request)
    for name, value in _HEADERS.items():
        response.headers.setdefault(name, value)
    return response
