"""Coming in with a token, and going: a signed cookie stands for the token in between."""

import time
from collections import defaultdict, deque
from collections.abc import Callable
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Annotated
from urllib.parse import urlsplit

from fastapi import APIRouter, Form, HTTPException, Query, Request, Response
from fastapi.responses import RedirectResponse

from lead_pipeline.access import tokens
from lead_pipeline.web.guard import COOKIE, SESSION_SECONDS, Session, identified, of_gate
from lead_pipeline.web.pages.rendering import page

router = APIRouter(include_in_schema=False)
_MOST_FAILURES = 5
_WITHIN_SECONDS = 60.0
Next = Annotated[str, Query(max_length=2000)]


@dataclass(slots=True)
class Failures:
    """Logins that failed lately, by the address they came from: after some, all are refused until
    a minute has passed. A token of 256 bits is not guessed; this keeps the log and the database
    quiet, and short tokens of LEADS_API_TOKEN safe."""

    clock: Callable[[], float] = time.monotonic
    _of: defaultdict[str, deque[float]] = field(default_factory=lambda: defaultdict(deque))

    def require_few(self, address: str) -> None:
        """
        Raises:
            HTTPException: 429, there were too many.
        """
        now = self.clock()
        for known in [one for one, times in self._of.items() if now - times[-1] > _WITHIN_SECONDS]:
            del self._of[known]
        if address not in self._of:
            return
        times = self._of[address]
        while now - times[0] > _WITHIN_SECONDS:
            times.popleft()
        if len(times) >= _MOST_FAILURES:
            wait = round(_WITHIN_SECONDS - (now - times[0])) + 1
            raise HTTPException(
                HTTPStatus.TOO_MANY_REQUESTS,
                f"too many tokens that are none: try again in {wait} seconds",
                {"Retry-After": str(wait)},
            )

    def add(self, address: str) -> None:
        self._of[address].append(self.clock())


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
