"""Imports: all of them, and one with its steps, its outcomes and what people may do with it."""

from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import RedirectResponse
from pydantic import BeforeValidator

from lead_pipeline.access.tokens import Role
from lead_pipeline.ledger import Status
from lead_pipeline.web.api import imports as api
from lead_pipeline.web.guard import Anybody, Session, Viewer
from lead_pipeline.web.pages.rendering import page

router = APIRouter(include_in_schema=False)
_SHOWN = 50
# A form sends what was not chosen as an empty word.
Chosen = Annotated[Status | None, BeforeValidator(lambda said: said or None)]


@router.get("/")
def first_page(who: Anybody) -> Response:
    return RedirectResponse("/lead-notices" if who.role is Role.SALES else "/imports", 303)


@router.get("/imports")
def imports(
    request: Request,
    session: Session,
    who: Viewer,
    cursor: Annotated[int | None, Query(ge=1, le=2**31 - 1)] = None,
    status: Chosen = None,
    supplier: Annotated[str | None, Query(max_length=200)] = None,
) -> Response:
    """The newest imports; empty fields of the form are filters that were not set."""
    found = api.list_imports(session, who, cursor, _SHOWN, status, supplier or None)
    asked = {name: value for name, value in (("status", status), ("supplier", supplier)) if value}
    return page(
        request, "imports", items=found.items, next=found.next, statuses=[*Status], status=status,
        supplier=supplier, more=f"/imports?{urlencode(asked)}{'&' if asked else ''}",
    )  # fmt: skip
