"""An HTTP proxy before an S3 server that is unwell in the ways of real ones."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import urlsplit

_EMPTY_LIST = (
    b'<?xml version="1.0"?><ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/">'
    b"<KeyCount>0</KeyCount><MaxKeys>1000</MaxKeys><IsTruncated>false</IsTruncated>"
    b"</ListBucketResult>"
)
_HOP_BY_HOP = {"connection", "transfer-encoding", "content-length", "keep-alive"}
_SLOW_SECONDS = 0.4


class Ill(StrEnum):
    """What a request meets."""

    ERROR = "S3 answers 500"
    SLOW_DOWN = "S3 answers 503"
    SLOW = "S3 is slow"
    TRUNCATED = "S3 ends in the middle of a body"
    LYING = "S3 promises more than it sends"
    EMPTY = "S3 lists nothing"


class UnwellS3(ThreadingHTTPServer):
    """Forwards to `endpoint`; `ill` says what befalls every request at this moment."""

    daemon_threads = True

    def __init__(self, endpoint: str) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.target = urlsplit(endpoint).netloc
        self.ill: Ill | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"


@contextmanager
def before(endpoint: str) -> Iterator[UnwellS3]:
    server = UnwellS3(endpoint)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: UnwellS3

    def _forward(self) -> None:
        ill = self.server.ill
        size = int(self.headers.get("Content-Length") or 0)
        body = self.rfile.read(size) if size else b""
        if ill in (Ill.ERROR, Ill.SLOW_DOWN):
            self._answer(500 if ill is Ill.ERROR else 503, {}, b"")
            return
        if ill is Ill.EMPTY and self.command == "GET" and "list-type" in self.path:
            self._answer(200, {"Content-Type": "application/xml"}, _EMPTY_LIST)
            return
        if ill is Ill.SLOW:
            time.sleep(_SLOW_SECONDS)
        upstream = HTTPConnection(self.server.target, timeout=30)
        given = {k: v for k, v in self.headers.items() if k.lower() not in _HOP_BY_HOP}
        upstream.request(self.command, self.path, body or None, given)
        reply = upstream.getresponse()
        found, status = reply.read(), reply.status
        headers = {k: v for k, v in reply.getheaders() if k.lower() not in _HOP_BY_HOP}
        upstream.close()
        if self.command == "HEAD":
            headers["Content-Length"] = reply.getheader("Content-Length") or "0"
        self._answer(status, headers, found, cut=ill in (Ill.TRUNCATED, Ill.LYING))

    def _answer(
        self, status: int, headers: dict[str, str], body: bytes, *, cut: bool = False
    ) -> None:
        promised = len(body) + (64 if cut and self.server.ill is Ill.LYING else 0)
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        if self.command != "HEAD":
            self.send_header("Content-Length", str(promised))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body[: len(body) // 2] if cut else body)
        if cut:
            self.close_connection = True

    do_GET = do_PUT = do_HEAD = do_POST = do_DELETE = _forward  # noqa: N815 - the names of the base

    def log_message(self, *_: Any) -> None:
        """Nothing is said of requests."""
