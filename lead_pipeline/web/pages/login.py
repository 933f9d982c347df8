"""Coming in with a token, and going: a signed cookie stands for the token in between."""

from http import HTTPStatus
from typing import Annotated
from urllib.parse import urlsplit

from fastapi import APIRouter, Form, Query, Request, Response
from fastapi.responses import RedirectResponse

from lead_pipeline.access import tokens
from lead_pipeline.web.guard import COOKIE, SESSION_SECONDS, Session, identified, of_gate
from lead_pipeline.web.pages.rendering import page

router = APIRouter(include_in_schema=False)
Next = Annotated[str, Query(max_length=2000)]


@router.get("/login")
def ask(request: Request, session: Session, next: Next = "/") -> Response:  # noqa: A002 - of the address
    """The form for a token; who needs none is led on."""
    if identified(request, session) is not None:
        return RedirectResponse(_local(next), HTTPStatus.SEE_OTHER)
    return page(request, "login", next=_local(next), wrong=False)


@router.post("/login")
def come_in(
    request: Request,
    session: Session,
    token: Annotated[str, Form(max_length=500)],
    next: Annotated[str, Form(max_length=2000)] = "/",  # noqa: A002 - of the form
) -> Response:
    """Set the cookie, if it is a token."""
    identified(request, session)  # the names in the headers have to be ours here too
    at, failures = of_gate(request), request.app.state.failures
    address = request.client.host if request.client else ""
    failures.require_few(address)
    token = token.strip()
    if tokens.who_has(session, token, at.site.settings.api_token) is None:
        failures.add(address)
        return page(request, "login", code=HTTPStatus.FORBIDDEN, next=_local(next), wrong=True)
    response = RedirectResponse(_local(next), HTTPStatus.SEE_OTHER)
    response.set_cookie(
        COOKIE, at.signer.dumps(token), max_age=SESSION_SECONDS, httponly=True, samesite="lax",
        secure=request.url.scheme == "https",
    )  # fmt: skip
    return response


@router.post("/logout")
def go(request: Request, session: Session) -> Response:
    """Take the cookie away."""
    identified(request, session)
    response = RedirectResponse("/login", HTTPStatus.SEE_OTHER)
    response.delete_cookie(COOKIE, httponly=True, samesite="lax")
    return response


def _local(address: str) -> str:
    """A path of ours; anything that could lead elsewhere is the first page."""
    parts = urlsplit(address)
    plain = address.startswith("/") and not parts.netloc and not parts.scheme
    return address if plain and "\\" not in address and not address.startswith("//") else "/"
