"""A real server of the page over HTTP, and a caller that says what it was answered."""

import json
import socket
import threading
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import pytest
import uvicorn
from starlette.types import ASGIApp

from lead_pipeline.imports.site import Site
from lead_pipeline.web.app import create_app


class _WhereItIs(urllib.request.HTTPRedirectHandler):
    """Follows no redirect: tests look at it."""

    def redirect_request(self, *_: Any) -> None:
        return None


_OPENER = urllib.request.build_opener(_WhereItIs)


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back: status, headers (by their names in small letters), and the body."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def text(self) -> str:
        return self.body.decode()


@dataclass(frozen=True, slots=True)
class Caller:
    """Asks one server; `headers` go with every request."""

    url: str
    headers: Mapping[str, str]

    def __call__(self, method: str, path: str, body: bytes | Any = None, **headers: str) -> Answer:
        data = body if isinstance(body, bytes | None) else json.dumps(body).encode()
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        if body is not None and not isinstance(body, bytes):
            named.setdefault("content-type", "application/json")
        request = urllib.request.Request(
            self.url + path, data, {**self.headers, **named}, method=method
        )
        try:
            with _OPENER.open(request, timeout=30) as reply:
                return _answer(reply)
        except urllib.error.HTTPError as error:
            return _answer(error)

    def form(self, path: str, **fields: str) -> Answer:
        """Send a form of a page, as a browser does."""
        kind = "application/x-www-form-urlencoded"
        return self("POST", path, urllib.parse.urlencode(fields).encode(), content_type=kind)

    def having(self, **headers: str) -> "Caller":
        return Caller(self.url, {**self.headers, **headers})


def _answer(reply: Any) -> Answer:
    headers = {name.lower(): value for name, value in reply.headers.items()}
    return Answer(reply.status, headers, reply.read())


@contextmanager
def serving(site: Site, host: str = "127.0.0.1", port: int = 0) -> Iterator[Caller]:
    """The page of a site on loopback; it is told that it is served on `host`."""
    with serving_app(create_app(site, host), port) as caller:
        yield caller


@contextmanager
def serving_app(app: ASGIApp, port: int = 0) -> Iterator[Caller]:
    """An application, served in a thread on loopback, on a free port where none is given."""
    with socket.socket() as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(("127.0.0.1", port))
        listener.listen()  # so that the first request waits for the server
        config = uvicorn.Config(app, log_config=None, timeout_graceful_shutdown=1)
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, args=([listener],))
        thread.start()
        try:
            yield Caller(f"http://127.0.0.1:{listener.getsockname()[1]}", {})
        finally:
            server.should_exit = True
            thread.join(timeout=30)


@pytest.fixture
def call(site: Site) -> Iterator[Caller]:
    """Asks the page of the site, on loopback and without tokens."""
    with serving(site) as caller:
        yield caller


Ask = Callable[..., Answer]
