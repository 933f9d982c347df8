"""What one look at the bucket leads to: which imports get a run now, again, or no more.

`decide` is a pure function of what was seen; the sensor in defs/ gathers and carries out. The
ledger decides what is done: a run key that exists never means that the import succeeded.
"""

from collections import deque
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from lead_pipeline.ledger import OUTSIDE_TROUBLE, Import


class Phase(StrEnum):
    """How far a run is, as its host tells."""

    CREATED = "created"
    WAITING = "waiting"
    WORKING = "working"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    CANCELED = "canceled"

    @property
    def ended(self) -> bool:
        return self in (Phase.SUCCEEDED, Phase.FAILED, Phase.CANCELED)


@dataclass(frozen=True, slots=True)
class RunSeen:
    """A run of one partition; `run_key` is None where a person or a backfill started it."""

    run_id: str
    run_key: str | None
    phase: Phase
    changed_at: datetime


@dataclass(frozen=True, slots=True)
class Limits:
    """How patient the intake is, from when a file came, or a person asked for it once more.

    `attempts` counts runs that died or failed by themselves; an outage outside may take up to
    `outage_attempts`, each later than the one before (`outage_pause` times the attempt, at most
    `longest_pause`): it delays and never drops. A run that works in name only (nobody has held its
    import for `silence`) is lost.

    Runs are asked for up to `under_way` at a time, for a long queue is slow and is served in order:
    of more imports than a `line`, some that came first and some that came last get the next turns.
    """

    attempts: int = 3
    outage_attempts: int = 300
    outage_pause: timedelta = timedelta(seconds=20)
    longest_pause: timedelta = timedelta(minutes=10)
    silence: timedelta = timedelta(seconds=60)
    unlaunched: timedelta = timedelta(seconds=15)
    under_way: int = 8
    line: int = 24


@dataclass(frozen=True, slots=True)
class Launch:
    """A run to ask for. The attempt is in the key, because a run key is remembered for ever."""

    partition: str
    run_key: str
    object_key: str


@dataclass(slots=True)
class Decision:
    """What to do: close lost runs, count new attempts, give up imports, then launch."""

    lost: list[RunSeen] = field(default_factory=list)
    again: list[tuple[Import, str]] = field(default_factory=list)
    give_up: list[tuple[Import, str]] = field(default_factory=list)
    launch: list[Launch] = field(default_factory=list)


def decide(
    imports: Iterable[Import],
    runs: Mapping[str, Sequence[RunSeen]],
    owned: Collection[int],
    now: datetime,
    limits: Limits,
) -> Decision:
    """What to do for the imports that have not reached an end.

    Args:
        imports: open imports of the ledger, oldest first.
        runs: partition -> its runs, newest first.
        owned: imports that a living worker owns at this moment.
        now: an aware time, by the clock that stamps the runs.
        limits: see `Limits`.
    """
    decision = Decision()
    under_way: list[int] = []
    line: dict[int, Launch] = {}
    for import_ in imports:
        its_runs = runs.get(import_.partition_key or "", ())
        active = next((run for run in its_runs if not run.phase.ended), None)
        if active is None:
            launch = _after(decision, import_, its_runs, now, limits)
        elif _is_lost(active, import_, owned, now, limits):
            decision.lost.append(active)
            launch = _again(decision, import_, "the worker of its run is gone", limits)
        else:
            under_way.append(import_.import_id)
            if _is_unlaunched(active, import_, now, limits):
                decision.launch.append(_launch(import_, import_.attempt))
            continue
        if launch is not None:
            line[import_.import_id] = launch
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


def _is_lost(
    run: RunSeen, import_: Import, owned: Collection[int], now: datetime, limits: Limits
) -> bool:
    works = run.phase is Phase.WORKING and import_.import_id not in owned
    return works and now - run.changed_at > limits.silence


def _is_unlaunched(run: RunSeen, import_: Import, now: datetime, limits: Limits) -> bool:
    ours = run.phase is Phase.CREATED and run.run_key == run_key(import_, import_.attempt)
    return ours and now - run.changed_at > limits.unlaunched


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
    if import_.error_code == OUTSIDE_TROUBLE:
        pause = min(limits.outage_pause * import_.tries, limits.longest_pause)
        if now - last.changed_at < pause:
            return None
    outcome = (
        f"ended at {import_.status}"
        if last.phase is Phase.SUCCEEDED
        # Without a code the error is the reason of the attempt before.
        else f"failed: {import_.error if import_.error_code else 'see its log'}"
    )
    return _again(decision, import_, f"run {last.run_id} {outcome}", limits)


def _again(decision: Decision, import_: Import, reason: str, limits: Limits) -> Launch | None:
    outage = import_.error_code == OUTSIDE_TROUBLE
    if import_.tries >= (limits.outage_attempts if outage else limits.attempts):
        decision.give_up.append((import_, f"given up after {import_.tries} attempts: {reason}"))
        return None
    decision.again.append((import_, reason))
    return _launch(import_, import_.attempt + 1)


def run_key(import_: Import, attempt: int) -> str:
    """A run key is remembered for ever: the same file may be another import, once one is undone."""
    return f"{import_.partition_key}:{import_.import_id}:{attempt}"


def _launch(import_: Import, attempt: int) -> Launch:
    return Launch(import_.partition_key or "", run_key(import_, attempt), import_.object_key)
