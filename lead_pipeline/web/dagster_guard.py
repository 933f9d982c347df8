"""What stands in front of Dagster's own UI, which asks nobody who it is.

Its GraphQL takes a mutation from a link (`GET /graphql?query=mutation...`) and from any page of
another site. Here such a request is turned away before Dagster sees it, and where the page asks for
a token the UI asks for the same one. Nothing of Dagster is imported: it is an application like any.
"""

import base64
import binascii
from urllib.parse import urlsplit

from fastapi import HTTPException
from starlette.concurrency import run_in_threadpool
from starlette.requests import HTTPConnection
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from lead_pipeline.access.loopback import is_loopback
from lead_pipeline.access.tokens import Role, Who
from lead_pipeline.database import Connection, connect
from lead_pipeline.errors import OutsideTrouble
from lead_pipeline.web.failures import Failures
from lead_pipeline.web.guard import Gate, token_of, who_asks

HEALTH = "/server_info"
"""Versions of Dagster and nothing else: `up` and health checks ask it without a token."""
_READS = ("GET", "HEAD", "OPTIONS")
# RFC 7617: a browser asks for it in a window of its own and sends it with every request.
_ASK = {"WWW-Authenticate": 'Basic realm="lead_pipeline: any name, the token is the password"'}
_POLICY_VIOLATION = 1008  # RFC 6455, 7.4.1


class DagsterGuard:
    """An ASGI application around that of Dagster's webserver.

    A request is let through if its names are ours (Host, Origin), if it changes something only by
    POST with a JSON body, and if an operator's token comes with it where tokens are asked for: as a
    bearer, in the cookie of the page's login, or as the password of HTTP Basic.
    """

    def __init__(self, app: ASGIApp, at: Gate) -> None:
        self._app = app
        self._at = at
        self._failures = Failures()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return
        try:
            await self._require(HTTPConnection(scope))
        except HTTPException as refused:
            if scope["type"] == "websocket":
                await send({"type": "websocket.close", "code": _POLICY_VIOLATION})
                return
            answer = PlainTextResponse(refused.detail, refused.status_code, refused.headers)
            await answer(scope, receive, send)
        else:
            await self._app(scope, receive, send)

    async def _require(self, connection: HTTPConnection) -> None:
        self._require_own_names(connection)
        if connection.scope["type"] == "http":
            _require_plain_way(connection)
        if connection.scope["path"] != HEALTH:
            await run_in_threadpool(self._require_operator, connection)

    def _require_own_names(self, connection: HTTPConnection) -> None:
        """A name that leads here may be anybody's (DNS rebinding): it has to be one of ours."""
        host = connection.headers.get("host", "")
        known = urlsplit(self._at.site.settings.dagster_url or "").netloc
        if not is_loopback(urlsplit(f"//{host}").hostname or "") and host != known:
            raise HTTPException(
                403, f"Dagster's UI is called by a name of this machine or LEADS_DAGSTER_URL, "
                f"not {host!r}"
            )  # fmt: skip
        origin = connection.headers.get("origin")
        changes = connection.scope.get("method") not in _READS  # as a websocket may
        if origin is not None and changes and urlsplit(origin).netloc != host:
            raise HTTPException(403, "another site asked for it: open Dagster's UI itself")

    def _require_operator(self, connection: HTTPConnection) -> None:
        try:
            with connect(self._at.site.settings.database_url, autocommit=True) as session:
                who = self._who(connection, session)
        except OutsideTrouble as error:
            raise HTTPException(503, str(error)) from error
        if who is None:
            raise HTTPException(401, "a token is needed: `lead-pipeline tokens create`", _ASK)
        if who.role < Role.OPERATOR:
            raise HTTPException(403, f"a token of operator is needed, and this is {who.role.word}")

    def _who(self, connection: HTTPConnection, session: Connection) -> Who | None:
        typed = _basic_password(connection)
        if typed is None:
            return who_asks(session, self._at, token_of(connection, self._at))
        address = connection.client.host if connection.client else ""
        self._failures.require_few(address)
        if (who := who_asks(session, self._at, typed)) is None:
            self._failures.add(address)
        return who


def _require_plain_way(connection: HTTPConnection) -> None:
    """What changes something comes by POST and as JSON, which no link and no form can send, and
    another site's script only after asking (Fetch standard, CORS-safelisted request headers)."""
    method, headers = connection.scope["method"], connection.headers
    if method in _READS:
        # A browser that navigates there gets the editor, which runs nothing by itself.
        is_page = "text/html" in headers.get("accept", "")
        if connection.scope["path"].rstrip("/").endswith("/graphql") and not is_page:
            raise HTTPException(405, "GraphQL is asked by POST with a JSON body", {"Allow": "POST"})
    elif method != "POST":
        raise HTTPException(405, "only GET and POST", {"Allow": "GET, POST"})
    elif headers.get("content-type", "").partition(";")[0].strip().lower() != "application/json":
        raise HTTPException(415, "only a body of Content-Type application/json")


def _basic_password(connection: HTTPConnection) -> str | None:
    kind, _, given = connection.headers.get("authorization", "").partition(" ")
    if kind.lower() != "basic":
        return None
    try:
        _, _, password = base64.b64decode(given, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return None
    return password.strip() or None
