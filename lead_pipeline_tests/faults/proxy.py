"""A TCP proxy before PostgreSQL that knows where a statement begins and ends, and breaks it there.

Messages are those of PostgreSQL's frontend/backend protocol 3 (its manual, chapter 55): a type of
one byte and a length of four. A statement ends in Query or Sync, its answer in ReadyForQuery; each
piece of a COPY counts as one.
"""

import socket
import struct
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Self

from psycopg import conninfo

_STATEMENTS = (b"Q", b"S", b"d", b"c")  # Query, Sync, and a piece and the end of a COPY
_ANSWERED = (b"Q", b"S", b"c")
_ANSWERS = (b"Z", b"G", b"H")  # ReadyForQuery, and that a COPY may begin
_KEY_DATA = b"K"
_HEAD = 5
_NO_TLS = {"sslmode": "disable", "gssencmode": "disable"}


class How(StrEnum):
    """What happens to a statement."""

    CUT_BEFORE = "connection cut before a statement"
    CUT_AFTER = "connection cut after a statement, before its answer"
    RESET = "connection reset in a statement"
    STALL = "connection stalled in a statement"
    TERMINATE = "backend ended before a statement"
    KILL_BEFORE = "process killed before a statement"
    KILL_AFTER = "process killed after a statement"


@dataclass(slots=True)
class Fault:
    """At which statement since it was armed, the first being 1, and what; `fired` when it was."""

    at: int
    how: How
    act: Callable[[int], None] = lambda _backend: None
    """For kills and terminations: called with the process id of the backend."""
    stall_seconds: float = 0.05
    fired: bool = False


@dataclass(slots=True)
class Proxy:
    """Forwards connections of loopback to the server of `url`, and counts their statements."""

    url: str
    statements: int = 0
    _fault: Fault | None = None
    _held_until: float = 0.0
    _links: "set[Link]" = field(default_factory=set)
    _listener: socket.socket = field(default_factory=socket.socket)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def __enter__(self) -> Self:
        self._listener.bind(("127.0.0.1", 0))
        self._listener.listen(64)
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()

    def of(self, url: str) -> str:
        """The address of a database of the server, by way of the proxy."""
        port = self._listener.getsockname()[1]
        parts = conninfo.conninfo_to_dict(url)
        at = {"host": "127.0.0.1", "port": port, **_NO_TLS}
        given = {name: value for name, value in parts.items() if name not in ("host", "port")}
        user, name = given.pop("user"), given.pop("dbname")
        query = "&".join(f"{key}={value}" for key, value in (given | _NO_TLS).items())
        return f"postgresql://{user}@{at['host']}:{port}/{name}?{query}"

    def arm(self, fault: Fault | None) -> None:
        """Count from here on, and let the fault happen when its statement comes."""
        with self._lock:
            self.statements, self._fault = 0, fault

    def fault_of_next(self) -> Fault | None:
        """Counts a statement; the fault if it is that one's."""
        with self._lock:
            self.statements += 1
            fault = self._fault
            if fault is None or fault.fired or self.statements != fault.at:
                return None
            fault.fired = True
            return fault

    def cut_all(self) -> bool:
        """Cut every connection that there is; whether there was one."""
        links = list(self._links)
        for link in links:
            link.close()
        return bool(links)

    def stall(self, seconds: float) -> None:
        """Hold back every statement for so long."""
        self._held_until = time.monotonic() + seconds

    def wait_while_stalled(self) -> None:
        time.sleep(max(0.0, self._held_until - time.monotonic()))

    def forget(self, link: "Link") -> None:
        self._links.discard(link)

    def _accept(self) -> None:
        with suppress(OSError):  # closed
            while True:
                client, _ = self._listener.accept()
                client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)  # else 40 ms an answer
                server = socket.socket(socket.AF_UNIX)
                try:
                    server.connect(_socket_path(self.url))
                except OSError:
                    client.close()
                    continue
                link = Link(self, client, server)
                self._links.add(link)
                link.start()


class Link:
    """One connection through the proxy, with a thread for each direction."""

    def __init__(self, proxy: Proxy, client: socket.socket, server: socket.socket) -> None:
        self._proxy = proxy
        self._client = client
        self._server = server
        self._backend = 0
        self._silent = False
        self._answered = threading.Event()

    def start(self) -> None:
        for pump in (self._from_client, self._from_server):
            threading.Thread(target=self._run, args=(pump,), daemon=True).start()

    def _run(self, pump: Callable[[], None]) -> None:
        with suppress(OSError, EOFError):
            pump()
        self.close()

    def _from_client(self) -> None:
        start = _exactly(self._client, 4)
        self._server.sendall(start + _exactly(self._client, _length(start) - 4))
        while True:
            head = _exactly(self._client, _HEAD)
            message = head + _exactly(self._client, _length(head[1:]) - 4)
            self._proxy.wait_while_stalled()
            fault = self._proxy.fault_of_next() if head[:1] in _STATEMENTS else None
            if fault is None:
                self._server.sendall(message)
            else:
                self._break(fault, message)

    def _from_server(self) -> None:
        while True:
            head = _exactly(self._server, _HEAD)
            message = head + _exactly(self._server, _length(head[1:]) - 4)
            if head[:1] == _KEY_DATA:
                self._backend = struct.unpack("!I", message[5:9])[0]
            if head[:1] in _ANSWERS:
                self._answered.set()
            if not self._silent:
                self._client.sendall(message)

    def _break(self, fault: Fault, message: bytes) -> None:
        match fault.how:
            case How.CUT_BEFORE:
                self.close()
            case How.RESET:
                self._client.setsockopt(
                    socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0)
                )
                self._server.sendall(message)
                self.close()
            case How.STALL:
                time.sleep(fault.stall_seconds)
                self._server.sendall(message)
            case How.TERMINATE:
                fault.act(self._backend)
                self._server.sendall(message)
            case How.KILL_BEFORE:
                fault.act(self._backend)
                self.close()
            case How.CUT_AFTER | How.KILL_AFTER:
                self._silent = True
                self._answered.clear()
                self._server.sendall(message)
                if message[:1] in _ANSWERED:
                    self._answered.wait(timeout=30)
                if fault.how is How.KILL_AFTER:
                    fault.act(self._backend)
                self.close()

    def close(self) -> None:
        self._proxy.forget(self)
        for end in (self._client, self._server):
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
            end.close()


def _socket_path(url: str) -> str:
    parts = conninfo.conninfo_to_dict(url)
    return f"{parts['host']}/.s.PGSQL.{parts.get('port', 5432)}"


def _exactly(source: socket.socket, size: int) -> bytes:
    pieces = []
    while size:
        piece = source.recv(min(size, 1 << 20))
        if not piece:
            raise EOFError
        pieces.append(piece)
        size -= len(piece)
    return b"".join(pieces)


def _length(four: bytes) -> int:
    return int(struct.unpack("!I", four)[0])
