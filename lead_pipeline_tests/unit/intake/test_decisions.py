"""What one look at the bucket leads to: launch, launch again, give up, or leave alone."""

from collections.abc import Collection
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lead_pipeline.intake.decisions import (
    OUTSIDE_TROUBLE,
    Decision,
    Launch,
    Limits,
    Phase,
    RunSeen,
    decide,
    run_key,
)
from lead_pipeline.ledger import Import, Status
from lead_pipeline_tests.making import NOON, an_import

LIMITS = Limits()
WAITING = an_import()
PARTITION = "leads_0123456789ab"
FIRST = Launch(PARTITION, f"{PARTITION}:1:1", "Acme/leads.csv")
SECOND = Launch(PARTITION, f"{PARTITION}:1:2", "Acme/leads.csv")


def a_run(
    phase: Phase, *, key: str | None = f"{PARTITION}:1:1", quiet: float = 1, run_id: str = "run-1"
) -> RunSeen:
    """A run that last changed `quiet` seconds before noon."""
    return RunSeen(run_id, key, phase, NOON - timedelta(seconds=quiet))


def at_noon(import_: Import, *runs: RunSeen, owned: bool = False) -> Decision:
    """The decision about one import, whose runs are given newest first."""
    return decide([import_], {PARTITION: runs}, {1} if owned else set(), NOON, LIMITS)


def test_a_new_import_is_launched() -> None:
    assert at_noon(WAITING) == Decision(launch=[FIRST])


def test_the_attempt_is_in_the_run_key_because_a_run_key_is_remembered_for_ever() -> None:
    assert [run_key(WAITING, attempt) for attempt in (1, 2)] == [FIRST.run_key, SECOND.run_key]


def test_a_file_that_is_imported_again_after_an_undo_starts_with_its_first_attempt() -> None:
    again = an_import(import_id=2)
    (launch,) = at_noon(again, a_run(Phase.SUCCEEDED, quiet=3600)).launch
    assert launch.run_key == f"{PARTITION}:2:1"


@pytest.mark.parametrize("phase", [Phase.CREATED, Phase.WAITING, Phase.WORKING])
def test_an_import_with_a_run_under_way_is_left_alone(phase: Phase) -> None:
    assert at_noon(WAITING, a_run(phase, quiet=10)) == Decision()


def test_a_run_that_waits_for_its_turn_may_wait_for_ever() -> None:
    assert at_noon(WAITING, a_run(Phase.WAITING, quiet=1e7)) == Decision()


def test_a_run_that_was_created_but_never_started_is_asked_for_again_under_its_key() -> None:
    run = a_run(Phase.CREATED, quiet=LIMITS.unlaunched.total_seconds() + 1)
    assert at_noon(WAITING, run) == Decision(launch=[FIRST])


def test_a_run_that_a_person_created_is_not_ours_to_launch() -> None:
    run = a_run(Phase.CREATED, key=None, quiet=3600)
    assert at_noon(WAITING, run) == Decision()


@pytest.mark.parametrize("key", [FIRST.run_key, None], ids=["our run", "a person's run"])
def test_a_run_whose_worker_vanished_is_closed_and_started_again(key: str | None) -> None:
    run = a_run(Phase.WORKING, key=key, quiet=LIMITS.silence.total_seconds() + 1)
    assert at_noon(WAITING, run) == Decision(
        lost=[run], again=[(WAITING, "the worker of its run is gone")], launch=[SECOND]
    )


def test_a_worker_that_holds_its_import_may_take_its_time() -> None:
    run = a_run(Phase.WORKING, quiet=24 * 3600)
    assert at_noon(WAITING, run, owned=True) == Decision()


def test_a_worker_between_two_steps_gets_a_moment() -> None:
    run = a_run(Phase.WORKING, quiet=LIMITS.silence.total_seconds() - 1)
    assert at_noon(WAITING, run) == Decision()


def test_a_failed_run_is_followed_by_another_attempt_with_the_reason() -> None:
    failed = replace(WAITING, error_code="fault", error="the disk is full")
    assert at_noon(failed, a_run(Phase.FAILED)) == Decision(
        again=[(failed, "run run-1 failed: the disk is full")], launch=[SECOND]
    )


def test_the_reason_of_the_attempt_before_is_not_told_again() -> None:
    second = replace(WAITING, error="run run-0 failed: see its log")
    assert at_noon(second, a_run(Phase.FAILED)).again == [(second, "run run-1 failed: see its log")]


def test_a_run_that_succeeded_without_reaching_the_end_is_followed_by_another() -> None:
    loaded = replace(WAITING, status=Status.LOADED)
    assert at_noon(loaded, a_run(Phase.SUCCEEDED)) == Decision(
        again=[(loaded, "run run-1 ended at loaded")], launch=[SECOND]
    )


def test_a_second_attempt_that_was_counted_but_never_asked_for_is_launched() -> None:
    second = replace(WAITING, attempt=2)
    assert at_noon(second, a_run(Phase.FAILED)) == Decision(launch=[SECOND])


def test_the_last_attempt_ends_in_giving_up_with_the_reason() -> None:
    last = replace(WAITING, attempt=LIMITS.attempts, error_code="fault", error="the disk is full")
    run = a_run(Phase.FAILED, key=f"{PARTITION}:1:{LIMITS.attempts}")
    reason = f"given up after {LIMITS.attempts} attempts: run run-1 failed: the disk is full"
    assert at_noon(last, run) == Decision(give_up=[(last, reason)])


def test_a_lost_last_attempt_is_closed_and_given_up() -> None:
    last = replace(WAITING, attempt=LIMITS.attempts)
    run = a_run(Phase.WORKING, key=f"{PARTITION}:1:{LIMITS.attempts}", quiet=3600)
    decision = at_noon(last, run)
    assert (decision.lost, decision.launch) == ([run], [])
    assert decision.give_up == [
        (last, f"given up after {LIMITS.attempts} attempts: the worker of its run is gone")
    ]


def test_what_a_person_cancelled_is_not_started_again() -> None:
    assert at_noon(WAITING, a_run(Phase.CANCELED)) == Decision(
        give_up=[(WAITING, "run run-1 was cancelled by a person")]
    )


def test_the_newest_run_speaks_for_the_import_whoever_started_it() -> None:
    newest = a_run(Phase.CANCELED, key=None, run_id="by-hand")
    assert at_noon(WAITING, newest, a_run(Phase.FAILED)).give_up == [
        (WAITING, "run by-hand was cancelled by a person")
    ]


@pytest.mark.parametrize(
    ("attempt", "pause"), [(1, 20), (2, 40), (10, 200), (30, 600), (31, 600), (299, 600)]
)
def test_an_outage_is_waited_out_longer_each_time_up_to_a_limit(attempt: int, pause: float) -> None:
    outage = an_import(attempt=attempt, error_code=OUTSIDE_TROUBLE, error="no route to host")
    key = run_key(outage, attempt)
    assert at_noon(outage, a_run(Phase.FAILED, key=key, quiet=pause - 1)) == Decision()
    (after,) = at_noon(outage, a_run(Phase.FAILED, key=key, quiet=pause)).launch
    assert after.run_key == run_key(outage, attempt + 1)


def test_even_an_outage_ends_once() -> None:
    outage = an_import(attempt=LIMITS.outage_attempts, error_code=OUTSIDE_TROUBLE)
    run = a_run(Phase.FAILED, key=run_key(outage, outage.attempt), quiet=3600)
    decision = at_noon(outage, run)
    assert (len(decision.give_up), decision.launch) == (1, [])


def many(count: int) -> list[Import]:
    return [an_import(import_id=n, partition_key=f"p{n}") for n in range(1, count + 1)]


def turns(count: int, under_way: Collection[int], limits: Limits) -> list[int]:
    """Who is launched of `count` imports, when some of them have their turn already."""
    runs = {f"p{n}": [RunSeen("r", f"p{n}:1", Phase.WAITING, NOON)] for n in under_way}
    decision = decide(many(count), runs, set(), NOON, limits)
    return [int(launch.partition.removeprefix("p")) for launch in decision.launch]


@pytest.mark.parametrize(
    ("count", "under_way", "launched"),
    [
        (3, [], [1, 2, 3]),
        (6, [], [1, 2, 3, 4]),
        (6, [1, 2, 3], [4]),
        (6, [1, 2, 3, 4], []),
        (6, [1, 2, 3, 4, 5], []),
        (100, [], [1, 100, 2, 99]),
        (100, [1], [100, 2, 99]),
        (100, [1, 2, 99, 100], []),
        (100, [2, 99, 100], [1]),
        (100, [1, 2, 3], [100]),
    ],
)
def test_so_many_runs_are_under_way_at_once_and_a_long_line_has_two_ends(
    count: int, under_way: Collection[int], launched: list[int]
) -> None:
    assert turns(count, under_way, Limits(under_way=4, line=6)) == launched


@given(st.integers(1, 80), st.integers(1, 9), st.integers(1, 30))
def test_of_a_line_everybody_has_a_turn_once(count: int, at_once: int, line: int) -> None:
    done: list[int] = []
    while len(done) < count:
        left = [import_ for import_ in many(count) if import_.import_id not in done]
        limits = Limits(under_way=at_once, line=line)
        decision = decide(left, {}, set(), NOON, limits)
        assert len(decision.launch) == min(at_once, len(left))
        done += [int(launch.partition.removeprefix("p")) for launch in decision.launch]
    assert sorted(done) == list(range(1, count + 1))


def test_a_run_that_was_never_started_does_not_wait_for_its_turn() -> None:
    unlaunched = NOON - LIMITS.unlaunched * 2
    runs = {f"p{n}": [RunSeen("r", f"p{n}:{n}:1", Phase.CREATED, unlaunched)] for n in range(1, 6)}
    decision = decide(many(5), runs, set(), NOON, Limits(under_way=2))
    assert [launch.run_key for launch in decision.launch] == [f"p{n}:{n}:1" for n in range(1, 6)]


def test_another_attempt_waits_for_its_turn_and_is_counted_at_once() -> None:
    runs = {f"p{n}": [RunSeen("r", f"p{n}:{n}:1", Phase.FAILED, NOON)] for n in range(1, 4)}
    decision = decide(many(3), runs, set(), NOON, Limits(under_way=2))
    assert [import_.import_id for import_, _ in decision.again] == [1, 2, 3]
    assert [launch.run_key for launch in decision.launch] == ["p1:1:2", "p2:2:2"]


def test_nothing_to_do_is_nothing_done() -> None:
    assert decide([], {}, set(), NOON, LIMITS) == Decision()


ENDS = ("completes", "fails", "outage", "vanishes", "stops early", "never starts")


@given(st.lists(st.sampled_from(ENDS), max_size=20), st.integers(1, 90))
def test_whatever_happens_to_its_runs_an_import_reaches_an_end(
    fates: list[str], tick_seconds: int
) -> None:
    """The host, simulated: a run meets the next fate in the list; after the last all complete."""
    import_, runs, now, ended = an_import(), list[RunSeen](), NOON, False
    limits = Limits(outage_attempts=6)
    remaining = iter(fates)
    for _ in range(4000):
        decision = decide([import_], {PARTITION: runs}, set(), now, limits)
        for lost in decision.lost:
            runs = [
                replace(r, phase=Phase.FAILED, changed_at=now) if r == lost else r for r in runs
            ]
        if decision.again:
            import_ = replace(import_, attempt=import_.attempt + 1, error_code=None)
        if decision.give_up:
            ended = True
            break
        for launch in decision.launch:
            assert all(run.phase.ended or run.phase is Phase.CREATED for run in runs)
            assert launch.run_key == run_key(import_, import_.attempt)
            runs = [run for run in runs if run.run_key != launch.run_key]
            phase, code, done = _fate(next(remaining, "completes"))
            runs.insert(0, RunSeen(f"run-{len(runs)}", launch.run_key, phase, now))
            import_ = replace(import_, error_code=code or import_.error_code)
            ended = done
        if ended:
            break
        now += timedelta(seconds=tick_seconds)
    assert ended
    assert import_.attempt <= limits.outage_attempts
    assert len({run.run_key for run in runs}) == len(runs) == import_.attempt
    if "outage" not in fates:
        assert import_.attempt <= limits.attempts


def _fate(fate: str) -> tuple[Phase, str | None, bool]:
    """How a run looks to the next ticks, the error it leaves, whether the import is complete."""
    return {
        "completes": (Phase.SUCCEEDED, None, True),
        "fails": (Phase.FAILED, None, False),
        "outage": (Phase.FAILED, OUTSIDE_TROUBLE, False),
        "vanishes": (Phase.WORKING, None, False),
        "stops early": (Phase.SUCCEEDED, None, False),
        "never starts": (Phase.CREATED, None, False),
    }[fate]
