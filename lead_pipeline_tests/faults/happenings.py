"""What befalls a running stack: parts are killed and stopped, surroundings fail, people work."""

import os
import random
import signal
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

import psutil
import psycopg

from lead_pipeline import ledger
from lead_pipeline.database import connect
from lead_pipeline.imports.undo import undo_import
from lead_pipeline.matching.look_back import load_and_look_back
from lead_pipeline.suppression.load import Order
from lead_pipeline.suppression.opt_outs import opt_out
from lead_pipeline_tests.faults.unwell_s3 import Ill
from lead_pipeline_tests.integration.dagster_run import rows
from lead_pipeline_tests.integration.stack import alive, running_up
from lead_pipeline_tests.integration.steps import run_steps

if TYPE_CHECKING:
    from lead_pipeline_tests.faults.rounds import Rounds

_MOMENT = (0.2, 3.0)  # seconds
_LONG = 0.1  # of those that might stop for so long
_LONG_SECONDS = 75.0  # a worker that is nowhere seen is given up after 60
_JUMPS = ("+2h", "-2h", "+3d", "-30m", "+400d")


@dataclass(frozen=True, slots=True)
class Happening:
    """Something that befalls a running stack; `do` tells whether there was what it befalls."""

    name: str
    do: Callable[["Rounds"], bool]


def _signalled(number: signal.Signals, *marks: str) -> Callable[["Rounds"], bool]:
    def do(rounds: "Rounds") -> bool:
        found = rounds.family(*marks)
        if not found:
            return False
        rounds.dice.choice(found).send_signal(number)
        return True

    return do


def _kill_worker(rounds: "Rounds") -> bool:
    """A process that works on a run, if one does within a moment."""
    return _when_there_is(rounds.workers, rounds.dice, lambda worker: worker.kill())


def _stop_worker(rounds: "Rounds") -> bool:
    return _when_there_is(rounds.workers, rounds.dice, lambda one: _stopped(one, rounds))


def _stop_worker_for_long(rounds: "Rounds") -> bool:
    """For longer than anybody waits for a word of it."""
    if rounds.dice.random() > _LONG:
        return False
    return _when_there_is(
        rounds.workers, rounds.dice, lambda one: _stopped(one, rounds, _LONG_SECONDS)
    )


def _when_there_is(
    look: Callable[[], list[psutil.Process]],
    dice: random.Random,
    do: Callable[[psutil.Process], None],
) -> bool:
    until = time.monotonic() + 3
    while time.monotonic() < until:
        if found := look():
            do(dice.choice(found))
            return True
        time.sleep(0.02)
    return False


def _stopped(process: psutil.Process, rounds: "Rounds", seconds: float | None = None) -> None:
    process.suspend()
    time.sleep(seconds or rounds.dice.uniform(*_MOMENT))
    process.resume()


def _kill_everything(rounds: "Rounds") -> bool:
    for process in alive(rounds.up.family()):
        process.kill()
    rounds.up.process.wait()
    return True


def _stop_for_a_while(rounds: "Rounds") -> bool:
    found = rounds.family("stack.daemon", "forking", "grpc", "web.serve")
    if not found:
        return False
    _stopped(rounds.dice.choice(found), rounds)
    return True


def _end_a_backend(rounds: "Rounds") -> bool:
    query = (
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
        " WHERE application_name = 'lead_pipeline' AND pid <> pg_backend_pid()"
        " ORDER BY random() LIMIT 1"
    )
    with psycopg.connect(rounds.server.superuser_url, autocommit=True) as session:
        return session.execute(query).fetchone() is not None


def _kill_a_backend(rounds: "Rounds") -> bool:
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


def _kill_the_server(rounds: "Rounds") -> bool:
    postmaster = psutil.Process(rounds.server.pid)
    backends = postmaster.children()
    postmaster.kill()
    psutil.wait_procs(backends, timeout=30)
    while rounds.server.poll() is None:
        time.sleep(0.05)
    time.sleep(rounds.dice.uniform(0, 3))
    rounds.server.start()
    return True


def _cut_connections(rounds: "Rounds") -> bool:
    return rounds.proxy.cut_all()


def _stall_connections(rounds: "Rounds") -> bool:
    rounds.proxy.stall(rounds.dice.uniform(*_MOMENT))
    return True


def _undo(rounds: "Rounds") -> bool:
    done = rows(rounds.site, "SELECT import_id, object_key FROM lead_sources"
                             " WHERE status = 'completed' ORDER BY random() LIMIT 1")  # fmt: skip
    for row in done:
        undo_import(rounds.site, row["import_id"])
        rounds.crowd.undone.add(row["object_key"])
    return bool(done)


def _opt_out(rounds: "Rounds") -> bool:
    mails = sorted(rounds.crowd.expected)
    if not mails:
        return False
    mail = rounds.dice.choice(mails)
    with connect(rounds.server.url, autocommit=True) as session:
        opt_out(session, [mail], "asked", rounds.site.settings)
    rounds.crowd.opted_out.add(mail)
    return True


def _load_list(rounds: "Rounds") -> bool:
    mails = sorted(rounds.crowd.expected)
    if not mails:
        return False
    mail = rounds.dice.choice(mails)
    path = rounds.home / "listed.csv"
    path.write_text(f"{mail}\n")
    name = f"list {len(rounds.crowd.opted_out)}"
    with connect(rounds.server.url, autocommit=True) as session:
        load_and_look_back(session, path, Order(name, kind="national"), "US")
    rounds.crowd.opted_out.add(mail)
    return True


def _fill_the_disk(rounds: "Rounds") -> bool:
    """Nobody can write a byte for a moment, the database and its log neither."""
    if not rounds.place.small:
        return False
    filler = rounds.place.disk / "filler"
    room = os.statvfs(rounds.place.disk)
    with filler.open("wb") as file:
        os.posix_fallocate(file.fileno(), 0, room.f_bavail * room.f_frsize)
    time.sleep(rounds.dice.uniform(*_MOMENT))
    filler.unlink()
    return True


def _move_the_clock(rounds: "Rounds") -> bool:
    """Forth or back, and to the right time again."""
    clock = rounds.place.clock
    if clock is None:
        return False
    clock.write_text(rounds.dice.choice(_JUMPS))
    time.sleep(rounds.dice.uniform(*_MOMENT))
    clock.write_text("+0")
    return True


def _unwell(ill: Ill) -> Callable[["Rounds"], bool]:
    def do(rounds: "Rounds") -> bool:
        s3 = rounds.place.s3
        if s3 is None:
            return False
        s3.ill = ill
        time.sleep(rounds.dice.uniform(*_MOMENT))
        s3.ill = None
        return True

    return do


def _work_too(rounds: "Rounds") -> bool:
    """Somebody else does the steps of an import that the stack is about to do."""
    with connect(rounds.server.url, autocommit=True) as session:
        found = ledger.open_imports(session, 10)
    if not found:
        return False
    run_steps(rounds.site, rounds.dice.choice(found))
    return True


def _second_stack(rounds: "Rounds") -> bool:
    """A stack with another home on the same database, which is refused as long as one is there."""
    if rounds.up.process.poll() is not None:
        return False
    other = rounds.place.disk / "other"
    other.mkdir(exist_ok=True, mode=0o700)
    with suppress(AssertionError), running_up(other, extra=rounds.extra):
        pass
    return True


HAPPENINGS = [
    Happening("worker killed", _kill_worker),
    Happening("worker killed", _kill_worker),
    Happening("worker stopped for a while", _stop_worker),
    Happening("worker stopped for longer than anybody waits", _stop_worker_for_long),
    Happening("daemon killed", _signalled(signal.SIGKILL, "stack.daemon")),
    Happening("warm process killed", _signalled(signal.SIGKILL, "stack/forking", "stack.forking")),
    Happening("code server killed", _signalled(signal.SIGKILL, "grpc")),
    Happening("webserver killed", _signalled(signal.SIGKILL, "dagster_ui")),
    Happening("page killed", _signalled(signal.SIGKILL, "web.serve")),
    Happening("the whole tree killed", _kill_everything),
    Happening("a part stopped for a while", _stop_for_a_while),
    Happening("session ended by the server", _end_a_backend),
    Happening("backend killed", _kill_a_backend),
    Happening("database killed", _kill_the_server),
    Happening("all connections cut", _cut_connections),
    Happening("all connections cut", _cut_connections),
    Happening("all connections stalled", _stall_connections),
    Happening("disk full", _fill_the_disk),
    Happening("clock moved", _move_the_clock),
    Happening("undo in the middle", _undo),
    Happening("opt-out in the middle", _opt_out),
    Happening("do-not-call list in the middle", _load_list),
    Happening("another worker on the same import", _work_too),
    Happening("a second stack on the same database", _second_stack),
    *(Happening(ill, _unwell(ill)) for ill in Ill),
]
