"""The warm process: it has imported what a run needs, and forks a worker for every run asked for.

A program of its own (`python -m lead_pipeline.stack.forking`); warm.py starts it and talks to it.
What a worker does with Dagster is in `_work`, at the end; who asks for workers is in launcher.py.

The standard library's forkserver would import the launching program's main module into every
worker, let workers outlive it, and keep the code it began with. This one has a single thread and
no connection when it forks; stops the workers when the process that started it is gone; tells how
each worker ended; and begins anew when a file of the package has changed, so that a run works with
the files as they are when it is launched, as a run in a fresh process does.
"""

import contextlib
import gc
import importlib
import json
import os
import signal
import socket
import sys
import time
import traceback
from collections.abc import Iterable
from multiprocessing.connection import wait
from pathlib import Path
from typing import NoReturn

from lead_pipeline.defs.run_notes import note_worker
from lead_pipeline.defs.worker import GRACE_SECONDS
from lead_pipeline.stack.process import dies_with_parent

LONGEST = 1 << 17  # bytes of a message; a socket takes 208 KiB at once (wmem_default, socket(7))
_PACKAGE = Path(__file__).parents[1]
_DEFINITIONS = "lead_pipeline.definitions"
_WARMING = "lead_pipeline.stack.warming"
_IMPORTED = (
    _DEFINITIONS,
    _WARMING,
    "lead_pipeline.stack.storage",
    # What Dagster and SQLAlchemy import when they first need it, and every run does.
    "dagster._cli.api",
    "dagster._core.executor.in_process",
    "dagster._core.instance.factory",
    "dagster._core.storage.noop_compute_log_manager",
    "psycopg2.extras",
)
Stamp = dict[Path, tuple[int, int]]


class ForkServer:
    """Forks for each request on `channel`, a socket to the process that started this one.

    A request is the run's id and the arguments of `dagster api execute_run`. The first answer tells
    that the worker of a run is forked, the last how it ended: its exit code, negative for a signal,
    or why there was none.
    `workers` are the processes (pid, run id) that an earlier program of this process forked.
    """

    def __init__(
        self, channel: socket.socket, stamp: Stamp, workers: Iterable[tuple[int, str]]
    ) -> None:
        self._channel = channel
        self._stamp = stamp
        self._workers = {os.pidfd_open(pid): (pid, run_id) for pid, run_id in workers}
        self._end_with_server = dies_with_parent(signal.SIGKILL)

    def serve(self) -> str:
        """Returns in the workers only, with their arguments; ends the process when it is alone."""
        while True:
            for ready in wait([self._channel, *self._workers]):
                if isinstance(ready, int):
                    self._bury(ready)
                elif arguments := self._answer():
                    return arguments

    def _answer(self) -> str | None:
        if not self._is_owned():
            self._stop()
        if package_stamp() != self._stamp:
            self._begin_anew()
        request = json.loads(self._channel.recv(LONGEST))
        try:
            pid = os.fork()
        except OSError as error:
            self._tell(request["run_id"], end=f"no worker could be started: {error}")
            return None
        if pid == 0:
            self._become_worker()
            return str(request["arguments"])
        self._tell(request["run_id"])
        self._workers[os.pidfd_open(pid)] = (pid, request["run_id"])
        return None

    def _is_owned(self) -> bool:
        try:
            return bool(self._channel.recv(1, socket.MSG_PEEK))
        except ConnectionResetError:  # the owner ended with answers unread
            return False

    def _become_worker(self) -> None:
        os.setpgid(0, 0)
        self._end_with_server()
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        signal.signal(signal.SIGINT, signal.default_int_handler)
        self._channel.close()
        for handle in self._workers:
            os.close(handle)

    def _bury(self, handle: int) -> None:
        pid, run_id = self._workers.pop(handle)
        os.close(handle)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(pid, signal.SIGKILL)  # whatever it started and left behind
        self._tell(run_id, end=os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))

    def _tell(self, run_id: str, **more: int | str) -> None:
        with contextlib.suppress(OSError):  # nobody is left to be told
            self._channel.send(json.dumps({"run_id": run_id, **more}).encode())

    def _begin_anew(self) -> NoReturn:
        """Load the new code into this process: it stays the parent of its workers."""
        state = [str(self._channel.fileno()), json.dumps([*self._workers.values()])]
        os.execv(sys.executable, [sys.executable, "-m", "lead_pipeline.stack.forking", *state])  # noqa: S606

    def _stop(self) -> NoReturn:
        for pid, _ in self._workers.values():
            os.kill(pid, signal.SIGTERM)
        deadline = time.monotonic() + GRACE_SECONDS
        while self._workers and (left := deadline - time.monotonic()) > 0:
            for handle in self._workers.keys() & set(wait([*self._workers], left)):
                self._bury(handle)
        for handle, (pid, _) in [*self._workers.items()]:
            os.kill(pid, signal.SIGKILL)
            self._bury(handle)
        sys.exit()


def package_stamp() -> Stamp:
    """Time of change (ns) and size of every file of the package, code and data."""
    stamp: Stamp = {}
    for folder, _, names in os.walk(_PACKAGE):
        for path in (Path(folder, name) for name in names if not name.endswith(".pyc")):
            with contextlib.suppress(FileNotFoundError):  # an editor's file of a moment
                status = path.stat()
                stamp[path] = (status.st_mtime_ns, status.st_size)
    return stamp


def main() -> None:
    """The program: the number of the channel's file descriptor, and the workers there are."""
    # Its end is its owner's: a signal to all processes of a service leaves it to stop the workers.
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    channel, workers = socket.socket(fileno=int(sys.argv[1])), json.loads(sys.argv[2])
    stamp = package_stamp()  # before the import: what changes while it lasts is noticed
    _import_all()
    code = _work(ForkServer(channel, stamp, workers).serve())
    # Not by sys.exit: taking the interpreter down would write to, and so copy, all its memory.
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)


def _import_all() -> None:
    try:
        for module in _IMPORTED:
            importlib.import_module(module)
        sys.modules[_DEFINITIONS].defs().get_repository_def().get_all_jobs()  # remembered by it
        sys.modules[_WARMING].warm_up()
    except Exception:  # noqa: BLE001 - the worker meets it again and reports it to its run
        traceback.print_exc()
    gc.collect()
    gc.freeze()  # else the first collection in a worker writes to, and so copies, all this memory


def _work(arguments: str) -> int:
    """What `dagster api execute_run` does, after noting on the run which process works on it."""
    from dagster._cli.api import _execute_run_command_body
    from dagster._cli.utils import get_instance_for_cli
    from dagster._grpc.types import ExecuteRunArgs
    from dagster._serdes import deserialize_value
    from dagster._utils.interrupts import capture_interrupts

    args = deserialize_value(arguments, ExecuteRunArgs)
    with capture_interrupts(), get_instance_for_cli(instance_ref=args.instance_ref) as instance:
        note_worker(instance, args.run_id)
        return _execute_run_command_body(
            args.run_id, instance, lambda _event: None, set_exit_code_on_failure=False
        )


if __name__ == "__main__":
    main()
