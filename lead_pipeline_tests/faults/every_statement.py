"""Each statement of each act in turn, with each kind of fault: afterwards all is as without it.

An act runs in a process of its own, by way of the proxy, on a copy of a small world. It is broken
at one statement, done again and broken at the next, until it got through; the laws hold after each
fault, and in the end what the database says is what it says without any.
"""

import multiprocessing
import os
import signal
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import psycopg

from lead_pipeline.imports.site import Site
from lead_pipeline.ledger import Import
from lead_pipeline.matching.upgrade import upgrade
from lead_pipeline.settings import Settings
from lead_pipeline.stack.postgres import EmbeddedPostgres
from lead_pipeline.stack.warm import ENVIRONMENT
from lead_pipeline_tests.faults.acts import ACTS, Act, begin_world, go_on, site_of
from lead_pipeline_tests.faults.proxy import Fault, How, Proxy
from lead_pipeline_tests.faults.tally import Bound, Tally
from lead_pipeline_tests.integration.dagster_run import rows
from lead_pipeline_tests.integration.lead_state import broken_laws, lead_state
from lead_pipeline_tests.integration.steps import STEPS, run_steps, tables

_SECONDS = 60
State = dict[str, Any]
Kinds = Callable[[], How]
"""Says what befalls the next statement."""


@dataclass(frozen=True, slots=True)
class Undisturbed:
    """How many statements an act has, and all that the database says after it."""

    statements: int
    state: State


class Statements:
    """The acts on a server that is ours alone."""

    def __init__(self, server: EmbeddedPostgres, proxy: Proxy, home: Path) -> None:
        self._server = server
        self._proxy = proxy
        self._home = home
        self._fork = multiprocessing.get_context("forkserver")
        os.environ.update(ENVIRONMENT)  # who forks may have no threads
        self._fork.set_forkserver_preload(["lead_pipeline_tests.faults.warm"])
        (home / "lead-imports").mkdir(parents=True)
        self._new("world", "template0")
        upgrade(self._settings("world"))
        self._import = begin_world(site_of(self._settings("world")))

    def begin(self, act: Act) -> Undisturbed:
        """Make the world of an act, and let it happen without a fault."""
        self._new(f"before_{act.name}", "world")
        run_steps(self._site(f"before_{act.name}"), self._import, STEPS[: act.done])
        self._new("undisturbed", f"before_{act.name}")
        self._proxy.arm(None)
        self._in_child(act, "undisturbed")
        statements = self._proxy.statements
        go_on(self._site("undisturbed"), self._import, act)
        return Undisturbed(statements, self._state("undisturbed"))

    def break_in_turn(
        self, act: Act, kinds: Kinds, expected: Undisturbed, tally: Tally, bound: Bound
    ) -> None:
        """Each statement of an act, on one database until the act got through, then on another."""
        at, how = 1, kinds()
        while at <= expected.statements and not bound.reached(tally):
            self._new("faulted", f"before_{act.name}")
            past: list[str] = []
            while at <= expected.statements and not bound.reached(tally):
                fault = Fault(at, how)
                self._in_child(act, "faulted", fault)
                if not fault.fired and past:
                    break  # it got through before: another one is broken there, in the same way
                at, how = at + 1, kinds()
                if fault.fired:
                    past.append(f"{fault.how} {fault.at}")
                    tally.add(fault.how, act.name)
                    self._hold_laws(act, past, tally)
            found = self._differences(act, expected.state)
            tally.findings += [f"{act.name} after {', '.join(past)}: {what}" for what in found]

    def _hold_laws(self, act: Act, past: list[str], tally: Tally) -> None:
        for law in broken_laws(self._site("faulted")):
            tally.findings.append(f"{act.name} after {', '.join(past)}: broken law: {law}")

    def _differences(self, act: Act, expected: State) -> Iterator[str]:
        site = self._site("faulted")
        try:
            go_on(site, self._import, act)
        except Exception as error:  # noqa: BLE001 - whatever it is, it is a finding
            yield f"it could not be done again: {type(error).__name__}: {error}"
            return
        after = self._state("faulted")
        for name, value in expected.items():
            if after[name] != value:
                yield f"{name}: {after[name]} in the place of {value}"
        yield from (f"broken law: {law}" for law in broken_laws(site))

    def _state(self, database: str) -> State:
        """All that is to be equal, and what is to be gone."""
        site = self._site(database)
        held = (
            "SELECT count(*) AS locks FROM pg_locks JOIN pg_database AS d ON d.oid = database"
            " WHERE locktype = 'advisory' AND datname = current_database()"
        )
        import_ = rows(
            site, "SELECT status, error_code, error FROM lead_sources ORDER BY import_id"
        )
        return {
            **lead_state(site),
            "imports of the ledger": import_,
            "tables": tables(site, "staging", "archive"),
            "staged rows": rows(site, "SELECT * FROM leads"),
            "notes of progress": rows(site, "SELECT * FROM import_progress"),
            "locks": rows(site, held),
            "files in work": sorted(p.name for p in (self._home / "tmp").glob("*")),
        }

    def _in_child(self, act: Act, database: str, fault: Fault | None = None) -> None:
        """Run the act in a process of its own, whatever becomes of it."""
        url = self._proxy.of(self._settings(database).database_url)
        settings = replace(self._settings(database), database_url=url)
        child = self._fork.Process(target=_act, args=(act.name, settings, self._import))
        if fault is not None:
            fault.act = self._end_backend if fault.how is How.TERMINATE else lambda _: _kill(child)
        self._proxy.arm(fault)
        child.start()
        child.join(_SECONDS)
        if child.is_alive():
            child.kill()
            child.join()
            raise AssertionError(f"{act.name} hangs after {fault}")
        if fault is None and child.exitcode:
            raise AssertionError(f"{act.name} fails though nothing befell it")
        self._wait_for_backends(database)

    def _end_backend(self, backend: int) -> None:
        with psycopg.connect(self._server.superuser_url, autocommit=True) as session:
            session.execute("SELECT pg_terminate_backend(%s, 5000)", [backend])

    def _wait_for_backends(self, database: str) -> None:
        """Until the server has noticed that nobody is there any more."""
        query = "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = %s"
        with psycopg.connect(self._server.superuser_url, autocommit=True) as session:
            session.execute(query, [database])

    def _new(self, database: str, template: str) -> None:
        name, of = f'"{database}"', f'"{template}"'
        with psycopg.connect(self._server.superuser_url, autocommit=True) as session:
            session.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
            session.execute(
                f"CREATE DATABASE {name} OWNER leads_owner TEMPLATE {of} STRATEGY file_copy"
            )

    def _site(self, database: str) -> Site:
        return site_of(self._settings(database))

    def _settings(self, database: str) -> Settings:
        path = f"/{database.replace(' ', '%20')}?"
        return Settings(
            home=self._home,
            database_url=self._server.url.replace("/leads?", path),
            database_owner_url=self._server.owner_url.replace("/leads?", path),
            embedded=False,
            bucket_url=str(self._home / "lead-imports"),
        )


def _act(name: str, settings: Settings, import_: Import) -> None:
    """What the child does; a fault ends it, which is no news."""
    act = next(one for one in ACTS if one.name == name)
    try:
        act.do(site_of(settings), import_)
    except Exception:  # noqa: BLE001 - it was broken on purpose
        os._exit(1)


def _kill(child: Any) -> None:
    os.kill(child.pid, signal.SIGKILL)
    child.join()
