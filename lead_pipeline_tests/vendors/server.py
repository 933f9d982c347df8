"""What every fake vendor stands on: an HTTP server on loopback, a clock that tests move, a journal.

A fake is an object with `answer(call)`, driven from the test by its own methods:

    with serving() as vendors:  # real HTTP, on a free port
        vendors.mount("/kpi", KpiFake(vendors.time))  # mounted again: the old one is gone
        vendors.fault("/kpi/*calllog", too_many(30), nth=2)
        ...  # a client of vendors.url + "/kpi" that is given vendors.clock
        assert [call.status for call in vendors.journal] == [200, 429, 200]

What goes wrong on purpose is in faults.py. No time passes unless somebody sleeps or moves the
clock. After `clear`, for the next of many runs, both `time` and `clock` are to be taken anew.
"""

import json
import threading
from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from fnmatch import fnmatchcase
from typing import Any, Protocol
from urllib.parse import parse_qsl

import uvicorn
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from lead_pipeline.connectors.clock import Clock

START = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)  # a Monday


class VirtualTime:
    """The time of the vendors, and of the client as far as `client_ahead` lets it be right.

    `slept` is how long a client waited each time; the hour moves only by `sleep` and `advance`.
    """

    def __init__(self, start: datetime = START) -> None:
        self._now = start
        self.slept: list[float] = []
        self.skew = timedelta(0)  # of the header `Date` of every reply
        self.client_ahead = timedelta(0)  # of the clock that the client is given

    def now(self) -> datetime:
        return self._now

    def advance(self, **how_long: float) -> datetime:
        """Let time pass: `advance(hours=1, minutes=30)`."""
        self._now += timedelta(**how_long)
        return self._now

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.advance(seconds=seconds)

    def client_now(self) -> datetime:
        return self._now + self.client_ahead


@dataclass(slots=True)
class Call:
    """One request: `path` below the fake's mount, `full_path` with it; `status` once answered (0:
    the connection was cut or left hanging)."""

    method: str
    full_path: str
    path: str
    query: list[tuple[str, str]]  # decoded as a form is: a bare `+` is a space
    headers: Mapping[str, str]  # names in small letters
    body: bytes
    at: datetime
    status: int = 0

    @property
    def params(self) -> dict[str, str]:
        """The query where every name stands once."""
        return dict(self.query)

    def all(self, name: str) -> list[str]:
        return [value for key, value in self.query if key == name]

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def form(self) -> dict[str, str]:
        return dict(parse_qsl(self.body.decode(), keep_blank_values=True))


class Fake(Protocol):
    """A vendor: answers one call at a time, from state that the test drives."""

    def answer(self, call: Call) -> Response: ...


Answering = Callable[[Call], Response]
Action = Callable[[Call, Answering], Awaitable[Response]]
"""What a fault does with a call, given how the fake would answer it."""


@dataclass(slots=True)
class Planted:
    """A fault on its way: from the `nth` matching call after it was planted, `times` calls long."""

    route: str
    action: Action
    nth: int
    times: int
    seen: int = 0

    def hits(self, call: Call) -> bool:
        if not fnmatchcase(call.full_path, self.route):
            return False
        self.seen += 1
        return self.nth <= self.seen < self.nth + self.times


@dataclass(slots=True)
class Vendors:
    """The server with its mounts, as tests hold it."""

    url: str = ""
    time: VirtualTime = field(default_factory=VirtualTime)
    journal: list[Call] = field(default_factory=list)
    most_at_once: int = 0  # requests that were open together
    _mounts: dict[str, Fake] = field(default_factory=dict)
    _faults: list[Planted] = field(default_factory=list)
    _open: int = 0

    @property
    def clock(self) -> Clock:
        """For the client: its sleep moves the time of everybody."""
        return Clock(now=self.time.client_now, sleep=self.time.sleep)

    def mount(self, prefix: str, fake: Fake) -> None:
        self._mounts[prefix] = fake

    def fault(self, route: str, action: Action, nth: int = 1, times: int = 1) -> None:
        """Plant a fault on the calls whose full path (with the mount) matches the glob `route`."""
        self._faults.append(Planted(route, action, nth, times))

    def forgive(self) -> None:
        """No fault is on its way any more."""
        self._faults = []

    def clear(self) -> None:
        """Forget mounts, faults, journal and time, for the next of many runs on one server."""
        self._mounts, self._faults, self.journal = {}, [], []
        self.time, self.most_at_once = VirtualTime(), 0

    def calls(self, route: str) -> list[Call]:
        return [call for call in self.journal if fnmatchcase(call.full_path, route)]

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """One request, as ASGI has it."""
        request = Request(scope, receive)
        call = await self._read(request)
        self.journal.append(call)
        self._open += 1
        self.most_at_once = max(self.most_at_once, self._open)
        try:
            response = await self._respond(call)
            response.headers["Date"] = format_datetime(
                self.time.now() + self.time.skew, usegmt=True
            )
            call.status = response.status_code
            await response(scope, receive, send)
        finally:
            self._open -= 1

    async def _read(self, request: Request) -> Call:
        full = request.scope["path"]
        prefix = next((p for p in self._mounts if full == p or full.startswith(p + "/")), "")
        query = request.scope["query_string"].decode()
        return Call(
            method=request.method,
            full_path=full,
            path=full.removeprefix(prefix),
            query=parse_qsl(query, keep_blank_values=True),
            headers=dict(request.headers),
            body=await request.body(),
            at=self.time.now(),
        )

    async def _respond(self, call: Call) -> Response:
        hit = [planted for planted in self._faults if planted.hits(call)]
        if hit:
            return await hit[0].action(call, self._answer)
        return self._answer(call)

    def _answer(self, call: Call) -> Response:
        mounted = self._mounts.get(call.full_path.removesuffix(call.path) or call.full_path)
        return mounted.answer(call) if mounted else JSONResponse({"no": "such mount"}, 404)


@contextmanager
def serving() -> Iterator[Vendors]:
    """A server in a thread, on a free port of loopback."""
    vendors = Vendors()
    config = uvicorn.Config(
        vendors, port=0, lifespan="off", date_header=False, log_config=None, log_level="critical"
    )
    server = uvicorn.Server(config)
    listener = config.bind_socket()
    listener.listen()  # so that the first request waits for the server
    vendors.url = f"http://127.0.0.1:{listener.getsockname()[1]}"
    thread = threading.Thread(target=server.run, args=([listener],), daemon=True)
    thread.start()
    try:
        yield vendors
    finally:
        server.should_exit = server.force_exit = True
        thread.join(timeout=30)
        listener.close()
