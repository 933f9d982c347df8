"""Rounds of use of a whole `lead-pipeline up` while its parts are killed, stopped and cut off.

A round drops files with known people, lets faults happen at random moments, heals everything, waits
for every file to reach its end, and counts: each person once, nobody lost, nothing left behind.
"""

import random
import stat
import time
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from pathlib import Path

import psutil
import psycopg

from lead_pipeline.errors import LeadPipelineError, OutsideTrouble
from lead_pipeline.imports.site import Site
from lead_pipeline.settings import Settings
from lead_pipeline.stack.postgres import EmbeddedPostgres
from lead_pipeline_tests.faults.happenings import HAPPENINGS, Happening
from lead_pipeline_tests.faults.places import Place
from lead_pipeline_tests.faults.proxy import Proxy
from lead_pipeline_tests.integration.dagster_run import rows
from lead_pipeline_tests.integration.lead_state import broken_laws
from lead_pipeline_tests.integration.stack import Up, alive, eventually, running_up
from lead_pipeline_tests.integration.steps import tables
from lead_pipeline_tests.making import csv_file

HEADER = ["Full Name", "Email", "City"]
_END_SECONDS = 240.0
_NEW_IN_A_FILE = 12
_A_FILE = 0.5  # how often one comes before a fault
_FAULTS = (6, 14)  # of a round


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

    place: Place
    dice: random.Random
    server: EmbeddedPostgres
    proxy: Proxy
    crowd: Crowd = field(init=False)
    _machine: ExitStack = field(default_factory=ExitStack)
    _up: Up | None = None

    def __post_init__(self) -> None:
        self.crowd = Crowd(self.dice)

    def one(self) -> tuple[list[str], list[str]]:
        """A round: what befell the stack, and what was found wrong after it."""
        self._require_up()
        happened: list[str] = []
        for _ in range(self.dice.randint(*_FAULTS)):
            if self.dice.random() < _A_FILE:
                self.place.put(*self.crowd.next_file())
            time.sleep(self.dice.uniform(0, 0.6))
            happened += self._let_happen(self.dice.choice(HAPPENINGS))
        self._heal()
        return happened, list(self._findings())

    def stop(self) -> None:
        self._machine.close()

    @property
    def up(self) -> Up:
        assert self._up is not None
        return self._up

    @property
    def home(self) -> Path:
        return self.place.home

    @property
    def site(self) -> Site:
        """By the server and the bucket themselves, not by way of what breaks them."""
        settings = Settings(
            home=self.home,
            database_url=self.server.url,
            database_owner_url=self.server.owner_url,
            embedded=False,
            bucket_url=self.place.bucket_url,
        )
        return Site(settings, self.place.bucket)

    @property
    def extra(self) -> dict[str, str]:
        """The environment of a stack of this place."""
        return self.place.extra | {
            "LEADS_DATABASE_URL": self.proxy.of(self.server.url),
            "LEADS_DATABASE_OWNER_URL": self.proxy.of(self.server.owner_url),
        }

    def family(self, *marks: str) -> list[psutil.Process]:
        """Living processes of the stack in whose command line one of the marks stands."""
        found = []
        for process in alive(self.up.family()):
            with suppress(psutil.Error):
                if any(mark in word for word in process.cmdline() for mark in marks):
                    found.append(process)
        return found

    def _let_happen(self, happening: Happening) -> list[str]:
        with suppress(psutil.Error, psycopg.Error, LeadPipelineError):
            if happening.do(self):
                return [happening.name]
        return []

    def workers(self) -> list[psutil.Process]:
        """Processes that work on a run: forks of the warm process."""
        found = []
        for process in self.family("forkserver", "stack.warm", "stack.forking"):
            with suppress(psutil.Error):
                parent = process.parent()
                if parent is not None and "forking" in " ".join(parent.cmdline()):
                    found.append(process)
        return found

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
        self._up = self._machine.enter_context(running_up(self.home, extra=self.extra))

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
        if staging := tables(self.site, "staging"):
            yield f"staging is left: {staging}"
        if rows(self.site, "SELECT * FROM leads LIMIT 1"):
            yield "staged rows are left"
        if files := sorted(str(p) for p in (self.home / "tmp").rglob("*")):
            yield f"files in work are left: {files}"
        yield from (f"others may read {path}" for path in self._open_to_others())
        yield from self._orphans()

    def _all_ended(self) -> bool:
        if self.up.process.poll() is not None:
            self._require_up()
        query = "SELECT object_key FROM lead_sources WHERE status IN ('completed', 'undone')"
        try:
            ended = rows(self.site, query)
        except OutsideTrouble:  # it recovers
            return False
        return {row["object_key"] for row in ended} >= self.crowd.files.keys()

    def _orphans(self) -> Iterator[str]:
        """Workers without work, and archived tables that no import knows."""
        try:
            eventually(lambda: not self.workers(), "every worker has ended", _END_SECONDS)
        except AssertionError:
            yield f"workers are left: {[worker.cmdline() for worker in self.workers()]}"
        known = rows(self.site, "SELECT archive_table FROM lead_sources")
        names = {f"archive.{row['archive_table']}" for row in known}
        undone = {name for name in tables(self.site, "archive") if ".undone_" in name}
        if strange := set(tables(self.site, "archive")) - names - undone:
            yield f"archived tables of no import: {sorted(strange)}"

    def _open_to_others(self) -> Iterator[Path]:
        for path in (self.home / "logs", self.home / "dagster", self.home / "tmp"):
            if path.exists() and path.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO):
                yield path
