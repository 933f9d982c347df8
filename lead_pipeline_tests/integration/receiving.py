"""Somebody who is told things over HTTP, and who does not always take them."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass
class Receiver:
    """Takes what Apprise sends to an address of the kind `json://`, unless it is `broken`."""

    port: int = 0
    broken: bool = False
    taken: list[dict[str, str]] = field(default_factory=list)
    refused: int = 0

    @property
    def url(self) -> str:
        return f"json://127.0.0.1:{self.port}/hook/a-secret"

    @property
    def lines(self) -> list[str]:
        """All that it was told, line by line."""
        return [line for one in self.taken for line in one["message"].splitlines()]


@contextmanager
def receiver() -> Iterator[Receiver]:
    here = Receiver()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            if here.broken:
                here.refused += 1
            else:
                here.taken.append(json.loads(body))
            self.send_response(503 if here.broken else 200)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    here.port = server.server_port
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield here
    finally:
        server.shutdown()
        server.server_close()
