"""One process that works on a run: how another process recognizes it, asks after it and ends it.

Linux only: procfs and pidfds, which name a process even after its number is given to another.
"""

import json
import os
import select
import signal
import socket
import threading
from contextlib import closing, suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Self

GRACE_SECONDS = 10  # between the request to end and SIGKILL


@dataclass(frozen=True, slots=True)
class Worker:
    """Where a run is worked on, or started from.

    `born` is the boot's id and the start time in clock ticks after it (proc_pid_stat(5), field 22),
    which unlike a time of day stays the same when the clock is set. The run's id stands here
    because Dagster copies the tags of a run to its retry.
    """

    run_id: str
    host: str
    pid: int
    born: str

    @classmethod
    def of_this_process(cls, run_id: str) -> Self:
        return cls(run_id, socket.gethostname(), os.getpid(), _born(os.getpid()) or "")

    @classmethod
    def from_json(cls, text: str) -> Self:
        return cls(**json.loads(text))

    def to_json(self) -> str:
        return json.dumps(asdict(self))

    @property
    def is_here(self) -> bool:
        return self.host == socket.gethostname()

    @property
    def is_alive(self) -> bool | None:
        """Whether it runs, if it is a process of this host; None elsewhere, for nobody can see."""
        return _born(self.pid) == self.born if self.is_here else None

    def terminate(self) -> bool:
        """Ask it to end, and kill it when it has not after GRACE_SECONDS.

        Returns at once; False if it was gone already.
        """
        try:
            handle = os.pidfd_open(self.pid)
        except ProcessLookupError:
            return False
        if not self.is_alive:  # the number is another's by now
            os.close(handle)
            return False
        signal.pidfd_send_signal(handle, signal.SIGTERM)
        threading.Thread(target=_kill_if_it_stays, args=(handle,), daemon=True).start()
        return True


def _kill_if_it_stays(handle: int) -> None:
    with closing(os.fdopen(handle, "rb", buffering=0)), suppress(ProcessLookupError):
        ended = select.poll()
        ended.register(handle, select.POLLIN)
        if not ended.poll(GRACE_SECONDS * 1000):
            signal.pidfd_send_signal(handle, signal.SIGKILL)


def _born(pid: int) -> str | None:
    """When process `pid` was started, or None when it is gone or only its exit code is left."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return None
    state, *fields = stat.rpartition(")")[2].split()  # the name before it may hold anything
    if state in "ZX":
        return None
    boot = Path("/proc/sys/kernel/random/boot_id").read_text().strip()
    return f"{boot}/{fields[18]}"
