"""Rounds of use of a whole `lead-pipeline up` while its parts are killed, stopped and cut off.

A round drops files with known people, lets faults happen at random moments, heals everything, waits
for every file to reach its end, and counts: each person once, nobody lost, nothing left behind.
"""

import random
import signal
import stat
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from pathlib import Path

import psutil
import psycopg

from lead_pipeline.database import connect
from lead_pipeline.errors import LeadPipelineError, OutsideTrouble
from lead_pipeline.imports.site import Site
from lead_pipeline.imports.undo import undo_import
from lead_pipeline.settings import Settings
from lead_pipeline.stack.postgres import EmbeddedPostgres
from lead_pipeline.suppression.opt_outs import opt_out
from lead_pipeline_tests.faults.acts import site_of
from lead_pipeline_tests.faults.proxy import Proxy
from lead_pipeline_tests.integration.dagster_run import rows
from lead_pipeline_tests.integration.lead_state import broken_laws
from lead_pipeline_tests.integration.stack import Up, alive, eventually, running_up
from lead_pipeline_tests.integration.steps import tables
from lead_pipeline_tests.making import csv_file

HEADER = ["Full Name", "Email", "City"]
_END_SECONDS = 240.0
_NEW_IN_A_FILE = 12
_A_FILE = 0.6  # how often one comes before a fault
_STOPPED_SECONDS = (0.5, 4.0)


@dataclass(slots=True)
class Crowd:
    """Invented people, in which files they stand, and who of them has to be a lead."""

    dice: random.Random
    files: dict[str, set[str]] = field(default_factory=dict)
    undone: set[str] = field(default_factory=set)
    opted_out: set[str] = field(default_factory=set)
    _number: int = 0

    def next_file(self) -> tuple[str, bytes]:
        """Some who are new, some who are known, and some of whom nothing can be made."""
        known = sorted({mail for mails in self.files.values() for mail in mails})
        mails = self.dice.sample(known, min(len(known), self.dice.randrange(6)))
        for _ in range(_NEW_IN_A_FILE):
            self._number += 1
            mails.append(f"person{self._number}@example.com")
        key = f"{self.dice.choice(['Acme', 'Best'])}/list_{len(self.files)}.csv"
        lines = [[f"Person {mail.partition('@')[0]}", mail, "Reno"] for mail in mails]
        self.files[key] = set(mails)
        return key, csv_file(HEADER, [*lines, ["Nobody", "", ""]])

    @property
    def expected(self) -> list[str]:
        there = [mails for key, mails in self.files.items() if key not in self.undone]
        return sorted(set().union(*there) - self.opted_out)


@dataclass(slots=True)
class Rounds:
    """One database, one bucket, one `up`, which is started again whenever it ends."""

    home: Path
    dice: random.Random
    server: EmbeddedPostgres
    proxy: Proxy
    happened: list[str] = field(default_factory=list)
    crowd: Crowd = field(init=False)
    _machine: ExitStack = field(default_factory=ExitStack)
    _up: Up | None = None

    def __post_init__(self) -> None:
        self.crowd = Crowd(self.dice)
        self.home.mkdir(mode=0o700)
        (self.home / "lead-imports").mkdir()

    def one(self) -> list[str]:
        """A round; what was found wrong after it."""
        self._require_up()
        for _ in range(self.dice.randint(2, 6)):
            if self.dice.random() < _A_FILE:
                self._put(*self.crowd.next_file())
            time.sleep(self.dice.uniform(0, 1))
            self._let_happen(self.dice.choice(FAULTS))
        self._heal()
        return list(self._findings())

    def stop(self) -> None:
        self._machine.close()

    @property
    def up(self) -> Up:
        assert self._up is not None
        return self._up

    @property
    def site(self) -> Site:
        """By the server itself, not by way of the proxy."""
        return site_of(
            Settings(
                home=self.home,
                database_url=self.server.url,
                embedded=False,
                bucket_url=str(self.home / "lead-imports"),
            )
        )

    def family(self, *marks: str) -> list[psutil.Process]:
        """Living processes of the stack in whose command line one of the marks stands."""
        found = []
        for process in alive(self.up.family()):
            with suppress(psutil.Error):
                if any(mark in word for word in process.cmdline() for mark in marks):
                    found.append(process)
        return found

    def _let_happen(self, fault: "Happening") -> None:
        with suppress(psutil.Error, psycopg.Error, LeadPipelineError):
            if fault.do(self):
                self.happened.append(fault.name)

    def _put(self, key: str, content: bytes) -> None:
        """As another program does: whole, under its name at once."""
        target = self.home / "lead-imports" / key
        target.parent.mkdir(exist_ok=True)
        beside = self.home / "arriving"
        beside.write_bytes(content)
        beside.rename(target)

    def _heal(self) -> None:
        for process in alive(self.up.family()):
            with suppress(psutil.Error):
                process.resume()
        if self.server.poll() is not None:
            self.server.start()
        self._require_up()

    def _require_up(self) -> None:
        if self._up is not None and self._up.process.poll() is None:
            return
        self._machine.close()
        extra = {"LEADS_DATABASE_URL": self.proxy.of(self.server.url)}
        self._up = self._machine.enter_context(running_up(self.home, extra=extra))

    def _findings(self) -> Iterator[str]:
        try:
            eventually(self._all_ended, "every file has reached its end", _END_SECONDS)
        except AssertionError:
            open_ = "SELECT object_key, status, attempt, error FROM lead_sources"
            ended = " WHERE status NOT IN ('completed', 'undone')"
            yield f"files without an end: {rows(self.site, open_ + ended)}"
            return
        found = [
            row["mail"]
            for row in rows(
                self.site, "SELECT unnest(email_keys) AS mail FROM leads_master ORDER BY 1"
            )
        ]
        if found != self.crowd.expected:
            lost = sorted(set(self.crowd.expected) - set(found))
            strange = sorted(set(found) - set(self.crowd.expected))
            yield f"lost {lost}, not expected {strange}, {len(found) - len(set(found))} twice"
        yield from (f"broken law: {law}" for law in broken_laws(self.site))
        if left := tables(self.site, "staging"):
            yield f"staging is left: {left}"
        if left := rows(self.site, "SELECT * FROM leads LIMIT 1"):
            yield "staged rows are left"
        if left := sorted(str(p) for p in (self.home / "tmp").rglob("*")):
            yield f"files in work are left: {left}"
        yield from (f"others may read {path}" for path in self._open_to_others())

    def _all_ended(self) -> bool:
        if self.up.process.poll() is not None:
            self._require_up()
        query = "SELECT object_key FROM lead_sources WHERE status IN ('completed', 'undone')"
        try:
            ended = rows(self.site, query)
        except OutsideTrouble:  # it recovers
            return False
        return {row["object_key"] for row in ended} >= self.crowd.files.keys()

    def _open_to_others(self) -> Iterator[Path]:
        for path in (self.home / "logs", self.home / "dagster", self.home / "tmp"):
            if path.exists() and path.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO):
                yield path


@dataclass(frozen=True, slots=True)
class Happening:
    """Something that befalls a running stack; `do` tells whether there was what it befalls."""

    name: str
    do: Callable[[Rounds], bool]


def _signalled(number: signal.Signals, *marks: str) -> Callable[[Rounds], bool]:
    def do(rounds: Rounds) -> bool:
        found = rounds.family(*marks)
        if not found:
            return False
        rounds.dice.choice(found).send_signal(number)
        return True

    return do


def _kill_worker(rounds: Rounds) -> bool:
    """A process that works on a run, if one does within a moment: a fork of the warm process."""
    until = time.monotonic() + 3
    while time.monotonic() < until:
        workers = [p for p in rounds.family("forkserver", "stack.warm") if not p.children()]
        if workers:
            rounds.dice.choice(workers).kill()
            return True
        time.sleep(0.02)
    return False


def _kill_everything(rounds: Rounds) -> bool:
    for process in alive(rounds.up.family()):
        process.kill()
    rounds.up.process.wait()
    return True


def _stop_for_a_while(rounds: Rounds) -> bool:
    found = rounds.family("stack.daemon", "forkserver", "grpc", "web.serve")
    if not found:
        return False
    process = rounds.dice.choice(found)
    process.suspend()
    time.sleep(rounds.dice.uniform(*_STOPPED_SECONDS))
    process.resume()
    return True


def _end_a_backend(rounds: Rounds) -> bool:
    query = (
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
        " WHERE application_name = 'lead_pipeline' AND pid <> pg_backend_pid()"
        " ORDER BY random() LIMIT 1"
    )
    with psycopg.connect(rounds.server.url, autocommit=True) as session:
        return session.execute(query).fetchone() is not None


def _kill_a_backend(rounds: Rounds) -> bool:
    """The server then ends every session and recovers."""
    backends = [
        process
        for process in psutil.Process(rounds.server.pid).children()
        if "lead" in " ".join(process.cmdline())
    ]
    if not backends:
        return False
    rounds.dice.choice(backends).kill()
    return True


def _kill_the_server(rounds: Rounds) -> bool:
    postmaster = psutil.Process(rounds.server.pid)
    backends = postmaster.children()
    postmaster.kill()
    psutil.wait_procs(backends, timeout=30)
    while rounds.server.poll() is None:
        time.sleep(0.05)
    time.sleep(rounds.dice.uniform(0, 3))
    rounds.server.start()
    return True


def _cut_connections(rounds: Rounds) -> bool:
    return rounds.proxy.cut_all()


def _stall_connections(rounds: Rounds) -> bool:
    rounds.proxy.stall(rounds.dice.uniform(*_STOPPED_SECONDS))
    return True


def _undo(rounds: Rounds) -> bool:
    done = rows(rounds.site, "SELECT import_id, object_key FROM lead_sources"
                             " WHERE status = 'completed' ORDER BY random() LIMIT 1")  # fmt: skip
    for row in done:
        undo_import(rounds.site, row["import_id"])
        rounds.crowd.undone.add(row["object_key"])
    return bool(done)


def _opt_out(rounds: Rounds) -> bool:
    mails = sorted(rounds.crowd.expected)
    if not mails:
        return False
    mail = rounds.dice.choice(mails)
    with connect(rounds.server.url, autocommit=True) as session:
        opt_out(session, [mail], "asked", rounds.site.settings)
    rounds.crowd.opted_out.add(mail)
    return True


FAULTS = [
    Happening("worker killed", _kill_worker),
    Happening("worker killed", _kill_worker),
    Happening("daemon killed", _signalled(signal.SIGKILL, "stack.daemon")),
    Happening("code server killed", _signalled(signal.SIGKILL, "grpc")),
    Happening("webserver killed", _signalled(signal.SIGKILL, "dagster_ui")),
    Happening("page killed", _signalled(signal.SIGKILL, "web.serve")),
    Happening("the whole tree killed", _kill_everything),
    Happening("a part stopped for a while", _stop_for_a_while),
    Happening("a part stopped for a while", _stop_for_a_while),
    Happening("session ended by the server", _end_a_backend),
    Happening("backend killed", _kill_a_backend),
    Happening("database killed", _kill_the_server),
    Happening("all connections cut", _cut_connections),
    Happening("all connections stalled", _stall_connections),
    Happening("undo in the middle", _undo),
    Happening("opt-out in the middle", _opt_out),
]
