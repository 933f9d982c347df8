"""A real `lead-pipeline up` for tests: started, asked, killed in parts, and never left behind.

Only processes and what they left in the database; what must be true is said by the tests.
"""

import os
import pwd
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

import psutil
import psycopg
from psycopg.rows import dict_row

from lead_pipeline.bucket import open_bucket
from lead_pipeline.settings import Settings, read_settings
from lead_pipeline.stack.process import dies_with_parent

BIN = Path(sys.executable).parent
PARTS = {
    "database": "postgres",
    "code-server": "grpc",
    "webserver": "lead_pipeline.web.dagster_ui",
    "daemon": "lead_pipeline.stack.daemon",
    "page": "lead_pipeline.web.serve",
}
_DEADLINE = 120.0
_HOLD_KEY = 20_26
_T = TypeVar("_T")
Row = dict[str, Any]
Session = psycopg.Connection[Row]


def eventually(ask: Callable[[], _T | None], what: str, seconds: float = _DEADLINE) -> _T:
    """The first answer of `ask` that is true, or a failure that tells what never came true."""
    deadline = time.monotonic() + seconds
    while not (answer := ask()):
        if time.monotonic() > deadline:
            raise AssertionError(f"not within {seconds:.0f} s: {what}")
        time.sleep(0.1)
    return answer


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def environment(home: Path, extra: Mapping[str, str] | None = None) -> dict[str, str]:
    """The environment of a command that works for `home`, without this process's own settings."""
    own = ("LEADS_", "DAGSTER_", "AWS_")
    plain = {name: value for name, value in os.environ.items() if not name.startswith(own)}
    return plain | {"LEADS_HOME": str(home)} | dict(extra or {})


def command(
    home: Path,
    program: str,
    *arguments: str | Path,
    extra: Mapping[str, str] | None = None,
    user: tuple[str, ...] = (),
) -> subprocess.CompletedProcess[str]:
    """Run a console script of this installation to its end."""
    return subprocess.run(
        [*user, BIN / program, *map(str, arguments)],
        env=environment(home, extra),
        cwd=home,
        capture_output=True,
        text=True,
        timeout=_DEADLINE,
        check=False,
    )


def ordinary_user() -> tuple[str, ...]:
    """What stands before a command line to run it as `nobody`.

    The one capability left lets it read an interpreter and a checkout that root keeps to itself.
    """
    user = pwd.getpwnam("nobody")
    read = "+dac_read_search"
    return (
        "setpriv", f"--reuid={user.pw_uid}", f"--regid={user.pw_gid}", "--clear-groups",
        f"--inh-caps={read}", f"--ambient-caps={read}", "--pdeathsig=TERM",
    )  # fmt: skip


@dataclass(slots=True)
class Up:
    """One `lead-pipeline up` and every process that it has started as far as the test saw."""

    home: Path
    port: int
    page_port: int
    process: subprocess.Popen[bytes]
    output: Path
    extra: Mapping[str, str]
    user: tuple[str, ...]
    _seen: set[psutil.Process] = field(default_factory=set)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def page_url(self) -> str:
        return f"http://127.0.0.1:{self.page_port}"

    @property
    def settings(self) -> Settings:
        return read_settings(environment(self.home, self.extra))

    @property
    def said(self) -> str:
        return self.output.read_text()

    def run(self, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
        """Run `lead-pipeline` for the same home, as the same user."""
        return command(self.home, "lead-pipeline", *arguments, extra=self.extra, user=self.user)

    def dagster(self, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
        """Run Dagster's own command line for the same home."""
        extra = {**self.extra, "DAGSTER_HOME": str(self.settings.dagster_home)}
        return command(self.home, "dagster", *arguments, extra=extra)

    def put(self, name: str, content: str) -> str:
        """Put a file into the bucket as another program would; returns its key."""
        source = self.home / "source"
        source.write_text(content)
        return open_bucket(self.settings.bucket_url).put(source, name).key

    def part(self, name: str) -> psutil.Process:
        """The process of one part, by the name that `up` gives it."""
        mark = PARTS[name]
        (found,) = (
            child
            for child in psutil.Process(self.process.pid).children()
            if any(Path(word).name == mark for word in child.cmdline())
        )
        return found

    def family(self) -> set[psutil.Process]:
        """`up` and everything below it, with what was there at an earlier look."""
        with suppress(psutil.NoSuchProcess):
            root = psutil.Process(self.process.pid)
            self._seen |= {root, *root.children(recursive=True)}
        return self._seen

    def wait_until_ready(self) -> None:
        def ready() -> bool:
            assert self.process.poll() is None, f"`up` ended: {self.said}"
            return "Ctrl-C stops it all" in self.said

        eventually(ready, "`up` prints the URLs")
        self.family()

    def wait_until_over(self) -> int:
        """The exit code of `up`, once it and everything that it started is gone."""
        code = self.process.wait(_DEADLINE)
        eventually(lambda: not alive(self._seen), "nothing that `up` started is left", 30)
        return code

    def stop(self, number: signal.Signals = signal.SIGINT) -> int:
        """End `up` by a signal, as Ctrl-C does."""
        self.family()
        self.process.send_signal(number)
        return self.wait_until_over()


@contextmanager
def running_up(
    home: Path,
    *options: str,
    port: int | None = None,
    extra: Mapping[str, str] | None = None,
    user: tuple[str, ...] = (),
) -> Iterator[Up]:
    """`lead-pipeline up` for `home`, ready; whatever is left of it afterwards is killed."""
    home.mkdir(parents=True, exist_ok=True)
    port, page_port = port or free_port(), free_port()
    output = home / "up.output"
    with output.open("wb") as said:
        process = subprocess.Popen(
            [
                *user,
                BIN / "lead-pipeline",
                "up",
                "--port",
                str(port),
                "--page-port",
                str(page_port),
                *options,
            ],
            env=environment(home, extra) | {"PYTHONUNBUFFERED": "1"},
            cwd=home,
            stdin=subprocess.DEVNULL,
            stdout=said,
            stderr=said,
            preexec_fn=dies_with_parent(),
            start_new_session=True,
        )
    stack = Up(home, port, page_port, process, output, extra or {}, user)
    try:
        stack.wait_until_ready()
        yield stack
        if process.poll() is None:
            stack.stop()
    finally:
        for survivor in alive(stack.family()):
            with suppress(psutil.NoSuchProcess):
                survivor.kill()
        process.wait()


def alive(processes: Iterable[psutil.Process]) -> list[psutil.Process]:
    """Those that still run; a zombie nobody has waited for does not."""
    found = []
    for process in processes:
        with suppress(psutil.NoSuchProcess):
            if process.is_running() and process.status() != psutil.STATUS_ZOMBIE:
                found.append(process)
    return found


@contextmanager
def session_of(settings: Settings) -> Iterator[Session]:
    with psycopg.connect(
        settings.database_url, autocommit=True, row_factory=dict_row
    ) as connection:
        yield connection


def import_of(session: Session, key: str) -> Row | None:
    """The ledger's row of the only version of an object."""
    return session.execute("SELECT * FROM lead_sources WHERE object_key = %s", [key]).fetchone()


def ended_import(session: Session, key: str, seconds: float = _DEADLINE) -> Row:
    """The ledger's row once the import has reached an end."""

    def ended() -> Row | None:
        row = import_of(session, key)
        return row if row and row["completed_at"] else None

    return eventually(ended, f"the import of {key} ends", seconds)


def tables_of(session: Session, schema: str) -> list[str]:
    found = session.execute(
        "SELECT table_name FROM information_schema.tables WHERE table_schema = %s ORDER BY 1",
        [schema],
    )
    return [row["table_name"] for row in found]


def worker_of(session: Session, run_id: str) -> psutil.Process:
    """The process that works on a run, as it told Dagster's event log."""
    row = session.execute(
        r"""SELECT (regexp_match(event, 'Executing steps in process \(pid: (\d+)\)'))[1] AS pid
            FROM dagster.event_logs
            WHERE run_id = %s AND event LIKE '%%Executing steps in process%%'""",
        [run_id],
    ).fetchone()
    assert row, f"run {run_id} has no worker"
    return psutil.Process(int(row["pid"]))


@dataclass(frozen=True, slots=True)
class Hold:
    """Writers that a trigger makes wait for us at one place of their work."""

    session: Session

    def wait_for_somebody(self) -> None:
        def somebody_waits() -> bool:
            query = """SELECT FROM pg_locks WHERE locktype = 'advisory' AND NOT granted
                       AND objid = %s AND objsubid = 1"""
            return self.session.execute(query, [_HOLD_KEY]).fetchone() is not None

        eventually(somebody_waits, "somebody waits at the held place")


@contextmanager
def held(session: Session, table: str, event: str, when: str) -> Iterator[Hold]:
    """Whoever does `event` (INSERT, UPDATE) on a row for which `when` is true waits at it."""
    session.execute(
        f"""CREATE FUNCTION wait_for_the_test() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN PERFORM pg_advisory_xact_lock_shared({_HOLD_KEY}); RETURN NEW; END $$"""
    )
    session.execute(
        f"""CREATE TRIGGER wait_for_the_test BEFORE {event} ON {table}
            FOR EACH ROW WHEN ({when}) EXECUTE FUNCTION wait_for_the_test()"""
    )
    session.execute(f"SELECT pg_advisory_lock({_HOLD_KEY})")
    try:
        yield Hold(session)
    finally:
        session.execute(f"SELECT pg_advisory_unlock({_HOLD_KEY})")
        session.execute("DROP FUNCTION wait_for_the_test CASCADE")
