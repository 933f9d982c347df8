"""The embedded PostgreSQL: its data folder, and the server as a child of the process that asks.

The server listens on a Unix socket only, in a folder of its own. Nobody but the user who started it
and root is let in: the kernel tells who calls (`peer`), so there is no password to keep.
"""

import os
import pwd
import shutil
import signal
import stat
import subprocess
import time
from pathlib import Path

import psutil
import psycopg

from lead_pipeline.errors import OperatorError, OutsideTrouble
from lead_pipeline.settings.database import OWNER, ROLE, embedded_url, socket_folder
from lead_pipeline.stack.process import dies_with_parent
from lead_pipeline.stack.programs import server_program
from lead_pipeline.stack.server_roles import (
    ANY_DATABASE,
    SUPERUSER,
    rename_superuser,
    settle_roles,
)
from lead_pipeline.stack.server_user import as_server_user, give_to_server, server_user

# The folder in which the server starts. It is entered before the server becomes another user than
# root, and so is reached though the folders above it are closed to that user.
_HERE = "/proc/self/cwd"
_START_SECONDS = 120  # crash recovery of a large import may take this long


class EmbeddedPostgres:
    """One data folder under `home` and, once started, the server on it.

    The server stops with the process that started it, even if that one is killed: it then stops at
    once (SIGQUIT, because SIGINT may be lost in a server that is just recovering), and the next
    start recovers all that was committed.
    """

    def __init__(self, home: Path, *, durable: bool = True) -> None:
        self._home = home
        self._data = home / "postgres"
        self._socket = socket_folder(home)
        self._durable = durable
        self._server: subprocess.Popen[bytes] | None = None
        self.log = home / "logs" / "postgres.log"

    @property
    def url(self) -> str:
        """For imports."""
        return embedded_url(self._home)

    @property
    def owner_url(self) -> str:
        """For whoever makes and changes tables."""
        return embedded_url(self._home, OWNER)

    @property
    def superuser_url(self) -> str:
        """For whoever makes databases and roles."""
        return self._address(SUPERUSER, ANY_DATABASE)

    @property
    def pid(self) -> int:
        if self._server is None:
            raise RuntimeError("the embedded database was not started")
        return self._server.pid

    def start(self) -> None:
        """Create the data folder at first, start the server, and wait until it answers.

        Raises:
            OperatorError: the server cannot run here; the message quotes its log.
            OutsideTrouble: it did not answer in time.
        """
        self._make_folders()
        if not (self._data / "PG_VERSION").exists():
            self._initialize()
        self._write_who_may_enter()
        socket = os.open(self._socket, os.O_PATH | os.O_DIRECTORY)
        try:
            with self.log.open("ab") as log:
                self._server = subprocess.Popen(
                    [str(server_program("postgres")), "-D", _HERE, *self._options(socket)],
                    cwd=self._data,
                    stdin=subprocess.DEVNULL,
                    stdout=log,
                    stderr=log,
                    preexec_fn=as_server_user(dies_with_parent(signal.SIGQUIT)),
                    pass_fds=[socket],
                    start_new_session=True,  # Ctrl-C in the terminal is `up`'s to handle
                )
        finally:
            os.close(socket)
        self._wait_until_it_answers()
        settle_roles(self._address)

    def poll(self) -> int | None:
        """The exit code of the server, or None while it runs."""
        return self._server.poll() if self._server else None

    def stop(self) -> None:
        """Fast shutdown: sessions are ended, what was committed is safe."""
        if self._server is None or self._server.poll() is not None:
            return
        self._server.send_signal(signal.SIGINT)
        try:
            self._server.wait(timeout=60)
        except subprocess.TimeoutExpired:
            self._server.send_signal(signal.SIGQUIT)
            self._server.wait(timeout=10)

    def _make_folders(self) -> None:
        self._home.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.log.parent.mkdir(exist_ok=True)
        for folder in (self._data, self._socket):
            if folder.parent != self._home:  # in it nobody else can have been
                make_private(folder)
            folder.mkdir(mode=0o700, exist_ok=True)
            give_to_server(folder)

    def _initialize(self) -> None:
        # The built-in C.UTF-8 sorts and folds case the same on every machine.
        done = subprocess.run(
            [
                str(server_program("initdb")), "-D", _HERE, "-U", SUPERUSER, "--auth=peer",
                "--encoding=UTF8", "--locale-provider=builtin", "--builtin-locale=C.UTF-8",
                "--locale=C", "--no-instructions", *([] if self._durable else ["--no-sync"]),
            ],
            cwd=self._data,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            preexec_fn=as_server_user(dies_with_parent(signal.SIGQUIT)),
            text=True,
            check=False,
        )  # fmt: skip
        if done.returncode != 0:
            raise OperatorError(
                f"the embedded database could not be created in {self._data}: {done.stdout.strip()}"
            )

    def _write_who_may_enter(self) -> None:
        """Ourselves, and root, who may become us. Rules of older releases let everybody in who
        reached the socket."""
        names = {pwd.getpwuid(user).pw_name for user in (os.geteuid(), 0)}
        roles = (ROLE, OWNER, SUPERUSER)
        users = [f'lead_pipeline "{name}" {role}' for name in sorted(names) for role in roles]
        for name, rules in (
            ("pg_hba.conf", ["local all all peer map=lead_pipeline"]),
            ("pg_ident.conf", users),
        ):
            with open(self._data / name, "w", opener=_no_link) as file:
                file.write("\n".join(["# Written by lead-pipeline at each start.", *rules, ""]))

    def _address(self, role: str, database: str) -> str:
        return embedded_url(self._home, role, database)

    def _options(self, socket: int) -> list[str]:
        memory = psutil.virtual_memory().total
        settings = {
            "listen_addresses": "",
            "unix_socket_directories": f"/proc/self/fd/{socket}",
            "unix_socket_permissions": "0700",
            "max_connections": "200",
            # Sized for bulk loads beside a machine's other work; the README says for a server.
            "shared_buffers": f"{_between(memory // 8, 64 << 20, 2 << 30) >> 20}MB",
            "effective_cache_size": f"{memory // 2 >> 20}MB",
            "maintenance_work_mem": f"{_between(memory // 32, 64 << 20, 1 << 30) >> 20}MB",
            "work_mem": "32MB",
            "max_wal_size": "8GB",
            # Without replicas a table filled in the transaction that made it needs no log.
            "wal_level": "minimal",
            "max_wal_senders": "0",
            "log_line_prefix": "%m [%p] %a ",
            # An error of a statement may quote what stands in a file: it is told to who asked.
            "log_min_messages": "log",
            "log_min_error_statement": "panic",
            "log_error_verbosity": "terse",
            "TimeZone": "UTC",
        }
        if not self._durable:
            settings |= {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
        return [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]

    def _wait_until_it_answers(self) -> None:
        deadline, told = time.monotonic() + _START_SECONDS, ""
        while time.monotonic() < deadline:
            if (code := self.poll()) is not None:
                raise OperatorError(
                    f"the embedded database ended with code {code}: {self._last_log_lines()}"
                )
            try:
                with psycopg.connect(self.superuser_url, connect_timeout=5):
                    return
            except psycopg.OperationalError as error:
                told = str(error)
                if f'role "{SUPERUSER}" does not exist' in told:
                    rename_superuser(self._address)
                time.sleep(0.05)
        raise OutsideTrouble(
            f"the embedded database did not answer within {_START_SECONDS} s ({told}); "
            f"see {self.log}"
        )

    def _last_log_lines(self) -> str:
        lines = self.log.read_text(encoding="utf-8", errors="replace").splitlines()
        return " / ".join(lines[-3:])


def make_private(folder: Path) -> None:
    """A folder that only we (or the server's user) can enter, also in a shared place such as /tmp.

    Raises:
        OperatorError: somebody else was there first.
    """
    if os.geteuid() == 0 and _is_of_nobody(folder):
        shutil.rmtree(folder)  # an older release, whose server was `nobody`, kept its socket there
    folder.mkdir(mode=0o700, exist_ok=True)
    ours = (os.geteuid(), server_user().pw_uid)
    if folder.is_symlink() or folder.stat().st_uid not in ours:
        raise OperatorError(f"{folder} belongs to another user: remove it or set LEADS_HOME")


def _is_of_nobody(folder: Path) -> bool:
    try:
        found = folder.lstat()
    except FileNotFoundError:
        return False
    return stat.S_ISDIR(found.st_mode) and found.st_uid == pwd.getpwnam("nobody").pw_uid


def _no_link(path: str, flags: int) -> int:
    """Open a file in the server's folder: a link there could lead us anywhere."""
    return os.open(path, flags | os.O_NOFOLLOW)


def _between(value: int, least: int, most: int) -> int:
    return max(least, min(most, value))
