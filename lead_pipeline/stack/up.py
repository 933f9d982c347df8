"""`lead-pipeline up`: database, code server, webserver, daemon and page as one unit on one machine.

The parts live and die together: when one of them ends, or this process does, the rest is stopped.
"""

import contextlib
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType
from typing import Any

import psutil

from lead_pipeline.access import tokens
from lead_pipeline.access.loopback import is_loopback
from lead_pipeline.bucket import open_bucket
from lead_pipeline.database import connect
from lead_pipeline.database.packaged import packaged
from lead_pipeline.errors import LeadPipelineError, OperatorError, OutsideTrouble
from lead_pipeline.matching.upgrade import upgrade
from lead_pipeline.settings import Settings
from lead_pipeline.settings.database import OWNER_VARIABLE, socket_folder
from lead_pipeline.settings.home import make_home
from lead_pipeline.stack.heartbeats import ADVICE, Rivals, forget_heartbeats, require_no_other
from lead_pipeline.stack.lock import only_one
from lead_pipeline.stack.logs import rotate_all
from lead_pipeline.stack.ports import LOOPBACK, Ports, answers, require_free
from lead_pipeline.stack.postgres import EmbeddedPostgres, make_private
from lead_pipeline.stack.presence import Presence
from lead_pipeline.stack.process import dies_with_parent

_ANSWER_SECONDS = 180
_STOP_SECONDS = 20
_LOOK_SECONDS = 10
Say = Callable[[str], None]


class PartEnded(LeadPipelineError):
    """A part of the stack ended by itself; the message names it and its log."""


@dataclass(slots=True)
class Part:
    """One process of the stack and the log file it writes."""

    name: str
    process: subprocess.Popen[bytes]
    log: Path


@dataclass(slots=True)
class Stack:
    """Everything `up` runs. `start` brings it up, `watch` waits for the first part to end."""

    settings: Settings
    ports: Ports
    say: Say
    _parts: list[Part] = field(default_factory=list)
    _postgres: EmbeddedPostgres | None = None
    _rivals: Rivals | None = None
    _presence: Presence = field(default_factory=Presence)

    def start(self) -> None:
        """Start the parts in order, each when what it needs answers.

        Raises:
            OperatorError: the port is taken, a part cannot run here, or another `up` or daemon
                works on the database.
            PartEnded: a part ended before it answered.
            OutsideTrouble: the database of LEADS_DATABASE_URL does not answer.
        """
        require_free(LOOPBACK, self.ports.dagster)
        require_free(self.ports.host, self.ports.page)
        self._prepare_home()
        if self.settings.embedded:
            self._postgres = EmbeddedPostgres(self.settings.home)
            self.say("starting the database ...")
            self._postgres.start()
        self.say("bringing the tables up to date ...")
        upgrade(self.settings)
        self._presence.claim(self.settings.database_url, self.settings.home)
        self._require_token()
        self.look_around()
        self.say("starting Dagster ...")
        code_socket = socket_folder(self.settings.home) / "code.sock"
        make_private(code_socket.parent)
        code_socket.unlink(missing_ok=True)
        self._run(
            "code-server",
            "lead_pipeline.stack.code_server", "api", "grpc", "--socket", str(code_socket),
            "--module-name", "lead_pipeline.definitions", "--location-name", "lead_pipeline",
        )  # fmt: skip
        self._wait_for(code_socket.exists)
        workspace = self._write_workspace(code_socket)
        self._run("webserver", "lead_pipeline.web.dagster_ui", "-p", str(self.ports.dagster),
                  "-w", str(workspace))  # fmt: skip
        self._run("page", "lead_pipeline.web.serve", self.ports.host, str(self.ports.page))
        self._rivals = Rivals(self.settings.database_url)
        self._run("daemon", "lead_pipeline.stack.daemon", "-w", str(workspace))
        self._wait_for(lambda: answers(f"{self.ports.dagster_url}/server_info"))
        self._wait_for(lambda: answers(f"{self.ports.page_url}/api/health"))

    def watch(self) -> None:
        """
        Raises:
            PartEnded: a part ended by itself.
        """
        look_at = 0.0
        while True:
            self._require_alive()
            if time.monotonic() > look_at:
                look_at = time.monotonic() + _LOOK_SECONDS
                rotate_all(self._logs())
                if self._rivals and self._rivals.appeared():
                    self.say(f"warning: another Dagster daemon works on this database: {ADVICE}")
            time.sleep(0.2)

    def stop(self) -> None:
        """Stop every part, the database last; nothing that was started here is left behind."""
        with contextlib.suppress(OSError):  # a full disk keeps nobody from stopping
            self.settings.stop_mark.touch()  # a tick under way would hold the daemon for seconds
        processes = [part.process for part in reversed(self._parts)]
        family = _with_descendants(processes)
        for process in processes:
            if process.poll() is None:
                process.terminate()
        _wait_until_none_runs(family)
        for survivor in family:
            with contextlib.suppress(psutil.NoSuchProcess):
                survivor.kill()
        for process in processes:
            process.wait()
        self._presence.leave()
        if processes:
            forget_heartbeats(self.settings.database_url)
        if self._postgres:
            self._postgres.stop()
        self.settings.stop_mark.unlink(missing_ok=True)

    def _prepare_home(self) -> None:
        prepare_home(self.settings)
        (self.settings.home / "logs").mkdir(exist_ok=True)
        # What workers left there that were killed; nobody else works in this home.
        shutil.rmtree(self.settings.scratch, ignore_errors=True)
        self.settings.scratch.mkdir(mode=0o700)
        self.settings.stop_mark.unlink(missing_ok=True)  # of one that was killed while it ended

    def _require_token(self) -> None:
        """
        Raises:
            OperatorError: others would reach the page, and nobody could come in.
        """
        if is_loopback(self.ports.host) or self.settings.api_token:
            return
        with connect(self.settings.database_url) as session:
            if not tokens.are_there(session):
                raise OperatorError(
                    f"others reach {self.ports.host}, and there is no token: set LEADS_API_TOKEN, "
                    "or make tokens first (`lead-pipeline up`, then `lead-pipeline tokens create`)"
                )

    def look_around(self) -> None:
        """Find and tell what should be known before Dagster starts; a bucket may still come back.

        Raises:
            OperatorError: another daemon works on the database.
        """
        if not self.settings.embedded:  # ours was not there for others until now
            require_no_other(self.settings.database_url, self.say)
        try:
            open_bucket(self.settings.bucket_url).keys()
        except OutsideTrouble as error:
            self.say(f"warning: {error}")

    def _write_workspace(self, code_socket: Path) -> Path:
        """The workspace of this stack: one code server shared by the webserver and the daemon."""
        workspace = self.settings.dagster_home / "workspace.yaml"
        server = {"socket": str(code_socket), "location_name": "lead_pipeline"}
        # JSON is YAML, and quotes whatever stands in a path.
        workspace.write_text(json.dumps({"load_from": [{"grpc_server": server}]}))
        return workspace

    def _run(self, name: str, module: str, *arguments: str) -> None:
        log = self.settings.home / "logs" / f"{name}.log"
        with log.open("ab") as output:
            process = subprocess.Popen(
                [sys.executable, "-m", module, *arguments],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                env=self._environment(),
                preexec_fn=dies_with_parent(),
                start_new_session=True,  # Ctrl-C in the terminal is ours to handle
            )
        self._parts.append(Part(name, process, log))

    def _environment(self) -> dict[str, str]:
        """Of each part; none of them makes tables."""
        ours = {name: value for name, value in os.environ.items() if name != OWNER_VARIABLE}
        return ours | {
            "DAGSTER_HOME": str(self.settings.dagster_home),
            "LEADS_HOME": str(self.settings.home),
            "TMPDIR": str(self.settings.scratch),
            "LEADS_PAGE_URL": self.settings.page_url or self.ports.page_url,
            "LEADS_DAGSTER_URL": self.settings.dagster_url or self.ports.dagster_url,
            "LEADS_LOG_FORMAT": self.settings.log_format,
            "PYTHONUNBUFFERED": "1",
        }

    def _wait_for(self, ready: Callable[[], bool]) -> None:
        deadline = time.monotonic() + _ANSWER_SECONDS
        while not ready():
            self._require_alive()
            if time.monotonic() > deadline:
                raise PartEnded(f"no answer within {_ANSWER_SECONDS} s; see {self._logs()}")
            time.sleep(0.1)

    def _require_alive(self) -> None:
        for part in self._parts:
            if (code := part.process.poll()) is not None:
                raise PartEnded(f"the {part.name} ended with code {code}; see {part.log}")
        if self._postgres and (code := self._postgres.poll()) is not None:
            raise PartEnded(f"the database ended with code {code}; see {self._postgres.log}")

    def _logs(self) -> Path:
        return self.settings.home / "logs"


def prepare_home(settings: Settings) -> None:
    """The bucket, unless it is somebody else's, and Dagster's home with what it runs by."""
    settings.dagster_home.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(packaged("dagster.yaml"), settings.dagster_home / "dagster.yaml")
    settings.make_own_bucket()


@contextlib.contextmanager
def running(settings: Settings, ports: Ports, say: Say) -> Iterator[Stack]:
    """The stack for the length of a `with` block; SIGTERM and SIGHUP end it like Ctrl-C.

    Raises:
        OperatorError: it already runs for this LEADS_HOME, or that cannot be written.
    """
    make_home(settings.home, say)
    with only_one(settings.home, ports.page_url):
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            # Under nohup SIGHUP stays ignored; SIGINT is ours, also in a shell's background.
            if number != signal.SIGHUP or signal.getsignal(number) != signal.SIG_IGN:
                signal.signal(number, _interrupt)
        stack = Stack(settings, ports, say)
        try:
            stack.start()
            yield stack
        finally:
            for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT):
                signal.signal(number, signal.SIG_IGN)  # stopping is not interrupted halfway
            say("stopping ...")
            stack.stop()


def _interrupt(_number: int, _frame: FrameType | None) -> Any:
    raise KeyboardInterrupt


def _with_descendants(processes: list[subprocess.Popen[bytes]]) -> list[psutil.Process]:
    family: list[psutil.Process] = []
    for process in processes:
        with contextlib.suppress(psutil.NoSuchProcess):
            root = psutil.Process(process.pid)
            family += [*root.children(recursive=True), root]
    return family


def _wait_until_none_runs(family: list[psutil.Process]) -> None:
    """At most `_STOP_SECONDS`; what is dead and not yet buried by its new parent runs no more."""
    deadline = time.monotonic() + _STOP_SECONDS
    while any(map(_runs, family)) and time.monotonic() < deadline:
        time.sleep(0.05)


def _runs(process: psutil.Process) -> bool:
    try:
        return bool(process.is_running() and process.status() != psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return False
