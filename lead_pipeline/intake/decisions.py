"""What one look at the bucket leads to: which imports get a run now, again, or no more.

`decide` is a pure function of what was seen; the sensor in defs/ gathers and carries out. The
ledger decides what is done: a run key that exists never means that the import succeeded. What runs
are, and whether the end of one was an outage, stands in runs.py.
"""

from collections import deque
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from lead_pipeline.intake.runs import Phase, RunSeen, is_outage, is_told_by_worker, told
from lead_pipeline.ledger import Import


@dataclass(frozen=True, slots=True)
class Limits:
    """How patient the intake is, from when a file came, or a person asked for it once more.

    `attempts` counts runs that ended by a fault, `outage_attempts` those that an outage ended; each
    waits longer than the one before, `longest_pause` at most: a fault four times as long
    (`fault_pause` first), an outage `outage_pause` longer. An outage delays and never drops.

    A run is lost if nobody has been seen to hold its import for `silence`; for `several_looks` if
    its worker is known to be gone. One whose worker is known to live never is.

    Runs are asked for up to `under_way` at a time, for a long queue is slow and is served in order:
    of more imports than a `line`, some that came first and some that came last get the next turns.
    """

    attempts: int = 4
    fault_pause: timedelta = timedelta(seconds=5)
    outage_attempts: int = 300
    outage_pause: timedelta = timedelta(seconds=20)
    longest_pause: timedelta = timedelta(minutes=10)
    silence: timedelta = timedelta(seconds=60)
    several_looks: timedelta = timedelta(seconds=2)
    unlaunched: timedelta = timedelta(seconds=15)
    under_way: int = 8
    line: int = 24


@dataclass(frozen=True, slots=True)
class Launch:
    """A run to ask for. The attempt is in the key, because a run key is remembered for ever."""

    partition: str
    run_key: str
    object_key: str


@dataclass(frozen=True, slots=True)
class Again:
    """An import whose last attempt ended by an outage or a fault, and that gets another."""

    import_: Import
    reason: str
    outage: bool


@dataclass(slots=True)
class Decision:
    """What to do: close lost runs, count new attempts, give up imports, then launch."""

    lost: list[RunSeen] = field(default_factory=list)
    again: list[Again] = field(default_factory=list)
    give_up: list[tuple[Import, str]] = field(default_factory=list)
    launch: list[Launch] = field(default_factory=list)


def decide(
    imports: Iterable[Import],
    runs: Mapping[str, Sequence[RunSeen]],
    silent: Mapping[int, timedelta],
    now: datetime,
    limits: Limits,
) -> Decision:
    """What to do for the imports that have not reached an end.

    Args:
        imports: open imports of the ledger, oldest first.
        runs: partition -> its runs, newest first.
        silent: imports that nobody holds, and for how long that has been seen (silence.py); of all
            others a living worker is the owner.
        now: an aware time, by the clock that stamps the runs.
        limits: see `Limits`.
    """
    decision = Decision()
    under_way: list[int] = []
    line: dict[int, Launch] = {}
    for import_ in imports:
        number = import_.import_id
        its_runs = runs.get(import_.partition_key or "", ())
        active = next((run for run in its_runs if not run.phase.ended), None)
        if active is not None and _is_lost(active, silent.get(number), now, limits):
            decision.lost.append(active)  # the next look finds it ended
        elif active is not None or number not in silent:
            under_way.append(number)
            if active is not None and _is_unlaunched(active, import_, now, limits):
                decision.launch.append(_launch(import_, import_.attempt))
        elif launch := _after(decision, import_, its_runs, now, limits):
            line[number] = launch
    decision.launch += _next_turns(line, under_way, limits)
    return decision


def _next_turns(line: dict[int, Launch], under_way: list[int], limits: Limits) -> list[Launch]:
    """Whose turn it is of a line in order of arrival, when these imports have theirs."""
    free = min(max(0, limits.under_way - len(under_way)), len(line))
    if len(line) <= limits.line:
        return [*line.values()][:free]
    waiting = deque(line)
    older = sum(import_id < waiting[0] for import_id in under_way)
    newer = sum(import_id > waiting[-1] for import_id in under_way)
    turns = []
    for _ in range(free):
        if newer < older:
            newer += 1
            turns.append(line[waiting.pop()])
        else:
            older += 1
            turns.append(line[waiting.popleft()])
    return turns


def _is_lost(run: RunSeen, silent: timedelta | None, now: datetime, limits: Limits) -> bool:
    """Whether its worker has to be taken for dead: nobody holds the import, however often we look.

    What was to be started by a process that is gone will never begin.
    """
    if silent is None or run.alive:
        return False
    if run.phase is Phase.STARTING:
        return run.alive is False
    patience = limits.silence if run.alive is None else limits.several_looks
    return run.phase is Phase.WORKING and min(silent, run.age(now)) >= patience


def _is_unlaunched(run: RunSeen, import_: Import, now: datetime, limits: Limits) -> bool:
    ours = run.phase is Phase.CREATED and run.run_key == run_key(import_, import_.attempt)
    return ours and run.age(now) > limits.unlaunched


def _after(
    decision: Decision, import_: Import, runs: Sequence[RunSeen], now: datetime, limits: Limits
) -> Launch | None:
    """What follows when none of an import's runs is under way: its next run, if there is one."""
    own = next((run for run in runs if run.run_key == run_key(import_, import_.attempt)), None)
    if own is None:
        return _launch(import_, import_.attempt)
    last = runs[0]
    if last.phase is Phase.CANCELED:
        decision.give_up.append((import_, f"run {last.run_id} was cancelled by a person"))
        return None
    outage = is_outage(import_, last)
    before = import_.outages if outage else import_.faults
    most = limits.outage_attempts if outage else limits.attempts
    # What is archived counts already: only its staging is to be emptied, whenever that works.
    if before + 1 >= most and not import_.archived_at:
        reason = f"given up after {before + 1} attempts: {told(import_, last)}"
        decision.give_up.append((import_, reason))
        return None
    if last.age(now) < _pause(import_, outage, limits):
        return None
    decision.again.append(Again(import_, told(import_, last), outage))
    return _launch(import_, import_.attempt + 1)


def _pause(import_: Import, outage: bool, limits: Limits) -> timedelta:
    """How long to wait: after what a worker told, and after a worker that died for the first time
    before it could, not at all."""
    if outage:
        times = import_.outages + is_told_by_worker(import_)
        return min(limits.outage_pause * times, limits.longest_pause)
    fourfold = 1 << 2 * min(import_.faults, 10)  # beyond that the pause is the longest anyway
    return min(limits.fault_pause * fourfold, limits.longest_pause)


def run_key(import_: Import, attempt: int) -> str:
    """A run key is remembered for ever: the same file may be another import, once one is undone."""
    return f"{import_.partition_key}:{import_.import_id}:{attempt}"


def _launch(import_: Import, attempt: int) -> Launch:
    return Launch(import_.partition_key or "", run_key(import_, attempt), import_.object_key)
