"""How faults are run: all statements in turn, then rounds of a whole stack, on every core."""

import multiprocessing
import os
import random
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from itertools import count, cycle
from pathlib import Path

from lead_pipeline.stack.postgres import EmbeddedPostgres
from lead_pipeline_tests.faults.acts import ACTS, Act
from lead_pipeline_tests.faults.every_statement import Statements
from lead_pipeline_tests.faults.places import place
from lead_pipeline_tests.faults.proxy import How, Proxy
from lead_pipeline_tests.faults.rounds import Rounds
from lead_pipeline_tests.faults.tally import Bound, Tally

Part = Callable[[Path, int, Bound], Tally]
_ROUNDS_OF_A_SITE = 10


@contextmanager
def broken_server(folder: Path, *, durable: bool) -> Iterator[tuple[EmbeddedPostgres, Proxy]]:
    """A server of one's own, and the proxy before it; one that is killed has to be `durable`, for
    else what it has committed may be gone with it."""
    server = EmbeddedPostgres(folder / "server", durable=durable)
    server.start()
    try:
        with Proxy(server.url) as proxy:
            yield server, proxy
    finally:
        server.stop()


def break_statements(folder: Path, seed: int, bound: Bound, acts: list[Act] = ACTS) -> Tally:
    """Each statement of each act in turn, the acts and the kinds of faults in an order of the
    dice in which kinds take turns; and again, until there are enough."""
    dice, tally = random.Random(seed), Tally()
    turns = cycle(dice.sample(list(How), len(How)))
    with broken_server(folder, durable=False) as (server, proxy):
        statements = Statements(server, proxy, folder / "home")
        worlds = {act.name: statements.begin(act) for act in acts}
        while not bound.reached(tally):
            for act in dice.sample(acts, len(acts)):
                statements.break_in_turn(act, lambda: next(turns), worlds[act.name], tally, bound)
            next(turns)  # the next time another kind meets the same statement
    return tally


def break_stacks(folder: Path, seed: int, bound: Bound) -> Tally:
    """Rounds of whole stacks, each of some rounds on a machine and a bucket of its own, until
    something is found or there are enough."""
    dice, tally = random.Random(seed), Tally()
    for number in count():
        if bound.reached(tally) or tally.findings:
            return tally
        with place(folder / str(number), with_s3=number % 2 == 1) as here:
            tally.left_out |= here.left_out
            with broken_server(here.disk, durable=True) as (server, proxy):
                rounds = Rounds(here, dice, server, proxy)
                try:
                    _some_rounds(rounds, tally, bound)
                finally:
                    rounds.stop()
    raise AssertionError("numbers have no end")


def _some_rounds(rounds: Rounds, tally: Tally, bound: Bound) -> None:
    for _ in range(_ROUNDS_OF_A_SITE):
        if bound.reached(tally) or tally.findings:
            return
        happened, found = rounds.one()
        for kind in happened:
            tally.add(kind, "a whole stack")
        tally.findings += [f"after {', '.join(happened)}: {what}" for what in found]


def on_every_core(part: Part, folder: Path, seed: int, bound: Bound) -> Tally:
    """The same with other dice on each core at once; the faults of all together."""
    cores = len(os.sched_getaffinity(0))
    spawn = multiprocessing.get_context("spawn")
    tally = Tally()
    with ProcessPoolExecutor(cores, mp_context=spawn) as pool:
        seeds = [seed + number for number in range(cores)]
        folders = [folder / str(one) for one in seeds]
        for own in folders:
            own.mkdir(parents=True)
        for done in pool.map(part, folders, seeds, [bound] * cores):
            tally += done
    return tally
