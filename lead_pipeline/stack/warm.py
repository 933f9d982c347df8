"""The warm process as the process that launches runs sees it: started, asked, lost, replaced.

Nothing of Dagster here: the program it starts is forking.py, who asks is launcher.py.
"""

import contextlib
import functools
import json
import logging
import os
import socket
import subprocess
import sys
import threading
from collections.abc import Callable
from dataclasses import dataclass, field

from lead_pipeline.stack.forking import LONGEST

_logger = logging.getLogger(__name__)
# Nothing may start a thread when it is imported; of Arrow's allocators jemalloc gives most memory
# back (an import of 48 MB took 320 to 360 MB with it, and 460 to 500 with the usual one).
ENVIRONMENT = {
    "OPENBLAS_NUM_THREADS": "1",
    "ARROW_DEFAULT_MEMORY_POOL": "jemalloc",
    "JE_ARROW_MALLOC_CONF": "background_thread:false",
}
Told = Callable[[str, int | str], None]


@dataclass(slots=True)
class _Request:
    """A worker that was asked for, who is told of its end, and how often it may be asked for."""

    message: bytes
    told: Told
    tries: int = 2
    taken: bool = False  # the warm process has forked it


@dataclass(slots=True)
class _Server:
    """One warm process, the socket to it, and what was asked of it and has not ended."""

    process: subprocess.Popen[bytes]
    channel: socket.socket
    requests: dict[str, _Request] = field(default_factory=dict)


class WarmProcess:
    """At most one warm process at a time, started when it is first needed or found gone.

    It ends with this process, however that ends: the kernel closes the socket between them.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._server: _Server | None = None

    def start(self) -> None:
        """Begin to import, which takes seconds, before the first run is there. Returns at once."""
        with self._lock:
            self._running()

    def fork(self, run_id: str, arguments: str, told: Told) -> None:
        """Ask for a worker. Returns at once; `told(run_id, end)` is called when it has ended.

        `end` is its exit code, negative for a signal, or a text when there is none to know. The
        call comes from another thread.

        Raises:
            OSError: the warm process cannot be started.
            ValueError: the arguments are longer than a message may be.
        """
        message = json.dumps({"run_id": run_id, "arguments": arguments}).encode()
        if len(message) > LONGEST:
            raise ValueError(f"the arguments of run {run_id} are longer than {LONGEST} bytes")
        with self._lock:
            self._ask(run_id, _Request(message, told))

    def _ask(self, run_id: str, request: _Request) -> None:
        request.tries -= 1
        try:
            self._running().channel.send(request.message)
        except OSError:  # it ended, and its listener has not noticed yet
            self._server = None
            self._running().channel.send(request.message)
        self._running().requests[run_id] = request

    def _running(self) -> _Server:
        if self._server is None:
            self._server = _start()
            threading.Thread(target=self._listen, args=(self._server,), daemon=True).start()
        return self._server

    def _listen(self, server: _Server) -> None:
        with server.process, server.channel:
            while message := _receive(server.channel):
                answer = json.loads(message)
                with self._lock:
                    request = server.requests[answer["run_id"]]
                    request.taken = True
                    if "end" in answer:
                        del server.requests[answer["run_id"]]
                if "end" in answer:
                    _tell(request.told, answer["run_id"], answer["end"])
        with self._lock:
            if self._server is server:
                self._server = None
        for run_id, request in server.requests.items():
            self._lost(run_id, request)

    def _lost(self, run_id: str, request: _Request) -> None:
        """The warm process has ended; what it had not begun is asked of the next one."""
        if not request.taken and request.tries:
            try:
                with self._lock:
                    self._ask(run_id, request)
            except OSError as error:
                _tell(request.told, run_id, f"no worker could be started: {error}")
        else:
            _tell(request.told, run_id, "ended with the warm process that it was forked from")


@functools.cache
def warm_process() -> WarmProcess:
    """The one of this process; who is going to launch runs may `start()` it early."""
    return WarmProcess()


def _start() -> _Server:
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    with theirs:
        process = subprocess.Popen(
            [sys.executable, "-m", "lead_pipeline.stack.forking", str(theirs.fileno()), "[]"],
            stdin=subprocess.DEVNULL,
            pass_fds=[theirs.fileno()],
            env=os.environ | ENVIRONMENT,
            start_new_session=True,
        )
    return _Server(process, ours)


def _receive(channel: socket.socket) -> bytes:
    for _ in range(2):  # when it ended with requests unread that is told first, then its answers
        with contextlib.suppress(ConnectionResetError):
            return channel.recv(LONGEST)
    return b""


def _tell(told: Told, run_id: str, end: int | str) -> None:
    try:
        told(run_id, end)
    except Exception:
        # The listener goes on for the other runs; Dagster's run monitoring finds this one.
        _logger.exception("the end of the worker of run %s could not be reported", run_id)
