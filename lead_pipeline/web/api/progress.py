"""How far an import is: asked once, or told by events as it changes."""

import asyncio
import json
from collections.abc import AsyncIterator
from hashlib import sha256
from typing import Annotated, Any

from fastapi import APIRouter, Header
from sse_starlette import EventSourceResponse, ServerSentEvent
from starlette.concurrency import run_in_threadpool

from lead_pipeline.database import connect
from lead_pipeline.errors import OperatorError, OutsideTrouble
from lead_pipeline.imports.progress import progress
from lead_pipeline.imports.site import Site
from lead_pipeline.stack.heartbeats import daemon_works
from lead_pipeline.web.api.imports import Number
from lead_pipeline.web.guard import LastingViewer, TheSite
from lead_pipeline.web.problems import Missing

router = APIRouter(prefix="/imports/{import_id}", tags=["imports"])
_LOOK_SECONDS = 1.0
_PING_SECONDS = 15


@router.get("/progress")
def progress_now(site: TheSite, _who: LastingViewer, import_id: Number) -> dict[str, Any]:
    """How far an import is, its rows a second, what comes next, and whether its worker lives."""
    return _look(site, import_id)


@router.get("/events", response_class=EventSourceResponse)
async def progress_events(
    site: TheSite,
    _who: LastingViewer,
    import_id: Number,
    last_event_id: Annotated[str | None, Header(max_length=64)] = None,
) -> EventSourceResponse:
    """The same as server-sent events: `progress` whenever it changes, `end` when it has ended.

    The id of an event is that of its content, so that who comes back with `Last-Event-ID` is told
    what is new to them.
    """
    first = await run_in_threadpool(_look, site, import_id)
    return EventSourceResponse(_events(site, first, last_event_id), ping=_PING_SECONDS)


async def _events(
    site: Site, told: dict[str, Any], known: str | None
) -> AsyncIterator[ServerSentEvent]:
    """Between two looks nothing is held: no session with the database, no thread."""
    while True:
        content = _content_id(told)
        if content != known:
            yield ServerSentEvent(json.dumps(told), event="progress", id=content)
            known = content
        if told["finished"]:
            yield ServerSentEvent(json.dumps(told), event="end", id=content)
            return
        await asyncio.sleep(_LOOK_SECONDS)
        try:
            told = await run_in_threadpool(_look, site, told["import_id"])
        except OutsideTrouble:
            continue  # the database comes back, and with it the next event


def _look(site: Site, import_id: int) -> dict[str, Any]:
    """
    Raises:
        Missing: there is no such import.
    """
    with connect(site.settings.database_url, autocommit=True) as session:
        try:
            return progress(session, import_id, daemon_works)
        except OperatorError as error:
            raise Missing(str(error)) from error


def _content_id(told: dict[str, Any]) -> str:
    """The same for the same state of things: what only the clock moves does not count."""
    steps = [(step["step"], step["state"]) for step in told["steps"]]
    lasting = {name: what for name, what in told.items() if name != "elapsed_seconds"}
    return sha256(json.dumps(lasting | {"steps": steps}).encode()).hexdigest()[:16]
