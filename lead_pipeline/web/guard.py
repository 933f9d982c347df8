"""Who is let in, and from where.

On loopback, without LEADS_API_TOKEN and without tokens, everybody on this machine is an admin, and
every page says so. Else a token is asked for: as `Authorization: Bearer`, or once at /login, after
which a signed cookie stands for it. A browser that another site sent here is turned away by the
names in its headers (Host, Origin): neither that site's scripts nor its forms can do anything.
"""

import contextlib
import os
import secrets
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Annotated, Any
from urllib.parse import urlsplit

from fastapi import Depends, HTTPException, Request
from itsdangerous import BadSignature, URLSafeTimedSerializer
from starlette.requests import HTTPConnection

from lead_pipeline.access import tokens
from lead_pipeline.access.loopback import is_loopback
from lead_pipeline.access.tokens import Role, Who
from lead_pipeline.database import Connection, connect
from lead_pipeline.imports.site import Site
from lead_pipeline.ledger.facts import without_quotes
from lead_pipeline.settings import Settings

COOKIE = "lead_pipeline_session"
SESSION_SECONDS = 12 * 3600
LOCAL = Who("this machine", Role.ADMIN)
"""Who is let in without a token."""
_SAFE = {"GET", "HEAD", "OPTIONS"}


@dataclass(frozen=True, slots=True)
class Gate:
    """What the guard goes by: the site, the address the server listens on, and its secret."""

    site: Site
    host: str
    signer: URLSafeTimedSerializer

    @property
    def on_loopback(self) -> bool:
        return is_loopback(self.host)


def gate(site: Site, host: str) -> Gate:
    return Gate(site, host, URLSafeTimedSerializer(_secret(site.settings), salt=COOKIE))


def of_gate(request: Request) -> Gate:
    found: Gate = request.app.state.gate
    return found


def of_site(request: Request) -> Site:
    return of_gate(request).site


def session_of(request: Request) -> Iterator[Connection]:
    """A session with the database for one request."""
    with connect(of_site(request).settings.database_url, autocommit=True) as session:
        request.state.session = session  # pages show with it how many notices there are
        yield session


TheSite = Annotated[Site, Depends(of_site)]
Session = Annotated[Connection, Depends(session_of)]


def needs_token(session: Connection, at: Gate) -> bool:
    settings = at.site.settings
    return not at.on_loopback or bool(settings.api_token) or tokens.are_there(session)


def identified(request: Request, session: Session) -> Who | None:
    """Who asks; None if nobody is let in so. Pages find it in the state of the request as well."""
    at = of_gate(request)
    _require_own_names(request, at)
    who = who_asks(session, at, token_of(request, at))
    request.state.who = who
    return who


def who_asks(session: Connection, at: Gate, token: str | None) -> Who | None:
    """Whose token it is, or everybody where none is needed; None if nobody is let in so."""
    if not needs_token(session, at):
        return LOCAL
    return tokens.who_has(session, token, at.site.settings.api_token) if token else None


def token_of(connection: HTTPConnection, at: Gate) -> str | None:
    """The token that a request brings, as a bearer or in the cookie of a login."""
    return _bearer(connection) or _from_cookie(connection, at)


def at_least(role: Role) -> Callable[..., Who]:
    """The dependency of a route that asks for this role; it gives who it is."""

    def require(who: Annotated[Who | None, Depends(identified)]) -> Who:
        if who is None:
            raise HTTPException(401, "a token is needed", {"WWW-Authenticate": "Bearer"})
        if who.role < role:
            raise HTTPException(
                403, f"a token of {role.word} is needed, and this is {who.role.word}"
            )
        return who

    return require


def sees_leads(who: Annotated[Who | None, Depends(identified)]) -> Who:
    """The dependency of a route that shows leads and changes nothing in them."""
    who = at_least(Role.SALES)(who)
    if not who.role.sees_leads:
        raise HTTPException(403, "a token of sales or operator is needed, and this is viewer")
    return who


def briefly(role: Role) -> Callable[..., Who]:
    """As `at_least`, for requests that last, such as an upload or a stream of events: the session
    with the database ends with the question, so that many of them take no connections away."""
    require = at_least(role)

    def let_in(request: Request) -> Who:
        with connect(of_site(request).settings.database_url, autocommit=True) as session:
            return require(identified(request, session))

    return let_in


Anybody = Annotated[Who, Depends(at_least(Role.SALES))]
Viewer = Annotated[Who, Depends(at_least(Role.VIEWER))]
Operator = Annotated[Who, Depends(at_least(Role.OPERATOR))]
Seller = Annotated[Who, Depends(sees_leads)]
Admin = Annotated[Who, Depends(at_least(Role.ADMIN))]
LastingViewer = Annotated[Who, Depends(briefly(Role.VIEWER))]
LastingOperator = Annotated[Who, Depends(briefly(Role.OPERATOR))]


def seen_by(who: Who, facts: dict[str, Any]) -> dict[str, Any]:
    """The facts of an import as this role may see them: a viewer nothing that quotes its file."""
    return facts if who.role >= Role.OPERATOR else without_quotes(facts)


def _bearer(connection: HTTPConnection) -> str | None:
    kind, _, token = connection.headers.get("authorization", "").partition(" ")
    return token.strip() if kind.lower() == "bearer" and token.strip() else None


def _from_cookie(connection: HTTPConnection, at: Gate) -> str | None:
    try:
        token: str = at.signer.loads(connection.cookies.get(COOKIE, ""), max_age=SESSION_SECONDS)
    except BadSignature:
        return None
    return token


def _require_own_names(request: Request, at: Gate) -> None:
    """Turn away what a browser was sent here with by another site.

    A name that leads to loopback may be anybody's (DNS rebinding), so there it has to be a name of
    this machine; and what changes something has to come from a page of ours.
    """
    host = request.headers.get("host", "")
    name = urlsplit(f"//{host}").hostname or ""
    if at.on_loopback and not is_loopback(name):
        raise HTTPException(403, f"this page is called by a name of this machine, not {name!r}")
    origin = request.headers.get("origin")
    if origin is None or request.method in _SAFE:
        return
    if urlsplit(origin).netloc != host and origin not in at.site.settings.allowed_origins:
        raise HTTPException(403, "another site asked for it: open the page itself")


def _secret(settings: Settings) -> str:
    """The key that sessions are signed with, made once and readable by its owner alone."""
    path = settings.home / "web.secret"
    made = path.with_name(f"web.secret.{os.getpid()}")
    with os.fdopen(os.open(made, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as new:
        new.write(secrets.token_hex(32))
    with contextlib.suppress(FileExistsError):
        os.link(made, path)  # whole or not at all, and the first one stays
    made.unlink()
    return path.read_text(encoding="ascii")
