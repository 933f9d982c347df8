"""How faults are run and counted: all statements in turn, then rounds of a whole stack."""

import random
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path

from lead_pipeline.stack.postgres import EmbeddedPostgres
from lead_pipeline_tests.faults.acts import ACTS, Act
from lead_pipeline_tests.faults.every_statement import Statements
from lead_pipeline_tests.faults.proxy import How, Proxy
from lead_pipeline_tests.faults.rounds import Rounds

Say = Callable[[str], None]
Over = Callable[["Tally"], bool]
"""Whether enough has been broken."""
FaultAt = tuple[Act, How, int]


@dataclass(slots=True)
class Tally:
    """Faults by their kind, and what was found."""

    faults: Counter[str] = field(default_factory=Counter)
    findings: list[str] = field(default_factory=list)

    def table(self) -> str:
        width = max(map(len, self.faults), default=0)
        lines = [f"{kind:<{width}}  {count:>7,}" for kind, count in sorted(self.faults.items())]
        total = f"{'all':<{width}}  {self.faults.total():>7,}, {len(self.findings)} findings"
        return "\n".join([*lines, total, *self.findings])


@contextmanager
def broken_server(folder: Path) -> Iterator[tuple[EmbeddedPostgres, Proxy]]:
    """A server of one's own, and the proxy before it."""
    server = EmbeddedPostgres(folder / "server", durable=False)
    server.start()
    try:
        with Proxy(server.url) as proxy:
            yield server, proxy
    finally:
        server.stop()


def run_statements(
    folder: Path, dice: random.Random, over: Over, tally: Tally, acts: list[Act] = ACTS
) -> None:
    """Each statement of each act with each kind of fault, in an order of the dice in which kinds
    take turns, and again from the first."""
    with broken_server(folder) as (server, proxy):
        statements = Statements(server, proxy, folder / "home")
        worlds = {act.name: statements.begin(act) for act in acts}
        faults = [
            (act, how, at)
            for act in acts
            for at in range(1, worlds[act.name].statements + 1)
            for how in How
        ]
        for act, how, at in _over_and_over(dice, faults):
            if over(tally):
                return
            if tried := statements.try_one(act, how, at, worlds[act.name].state):
                tally.faults[how] += 1
                tally.findings += [str(one) for one in tried.findings]


def _over_and_over(dice: random.Random, faults: list[FaultAt]) -> Iterator[FaultAt]:
    while True:
        turns = [[one for one in faults if one[1] is how] for how in How]
        for kind in turns:
            dice.shuffle(kind)
        yield from chain.from_iterable(zip(*turns, strict=True))


def run_rounds(folder: Path, dice: random.Random, over: Over, tally: Tally, say: Say) -> None:
    """Rounds of a whole stack until something is found."""
    with broken_server(folder) as (server, proxy):
        rounds = Rounds(folder / "home", dice, server, proxy)
        try:
            while not over(tally) and not tally.findings:
                before = len(rounds.happened)
                found = rounds.one()
                tally.faults.update(rounds.happened[before:])
                tally.findings += [f"after {rounds.happened[before:]}: {what}" for what in found]
                say(f"{len(rounds.crowd.files)} files, {rounds.happened[before:]}")
        finally:
            rounds.stop()
