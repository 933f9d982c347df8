"""What one look at the bucket leads to: launch, launch again, give up, or leave alone."""

from collections.abc import Collection
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lead_pipeline.intake.decisions import Again, Decision, Launch, Limits, decide, run_key
from lead_pipeline.intake.runs import End, Phase, RunSeen
from lead_pipeline.ledger import OUTSIDE_TROUBLE, Import, Status
from lead_pipeline_tests.making import NOON, an_import

LIMITS = Limits()
WAITING = an_import()
PARTITION = "leads_0123456789ab"
FIRST = Launch(PARTITION, f"{PARTITION}:1:1", "Acme/leads.csv")
SECOND = Launch(PARTITION, f"{PARTITION}:1:2", "Acme/leads.csv")


def a_run(
    phase: Phase,
    *,
    key: str | None = f"{PARTITION}:1:1",
    quiet: float = 3600,
    run_id: str = "run-1",
    alive: bool | None = None,
    end: End | None = None,
) -> RunSeen:
    """A run that last changed `quiet` seconds before noon."""
    return RunSeen(run_id, key, phase, NOON - timedelta(seconds=quiet), alive, end)


def at_noon(import_: Import, *runs: RunSeen, silent: float | None = 1) -> Decision:
    """The decision about one import, whose runs are given newest first, and that nobody has been
    seen to hold for so many seconds; None: somebody holds it."""
    silence = {} if silent is None else {1: timedelta(seconds=silent)}
    return decide([import_], {PARTITION: runs}, silence, NOON, LIMITS)


def nobody(*numbers: int) -> dict[int, timedelta]:
    """Of these imports nobody is the owner."""
    return dict.fromkeys(numbers, timedelta())


def test_a_new_import_is_launched() -> None:
    assert at_noon(WAITING) == Decision(launch=[FIRST])


def test_the_attempt_is_in_the_run_key_because_a_run_key_is_remembered_for_ever() -> None:
    assert [run_key(WAITING, attempt) for attempt in (1, 2)] == [FIRST.run_key, SECOND.run_key]


def test_a_file_that_is_imported_again_after_an_undo_starts_with_its_first_attempt() -> None:
    again = an_import(import_id=2)
    (launch,) = decide(
        [again], {PARTITION: [a_run(Phase.SUCCEEDED)]}, nobody(2), NOON, LIMITS
    ).launch
    assert launch.run_key == f"{PARTITION}:2:1"


@pytest.mark.parametrize("phase", [Phase.CREATED, Phase.WAITING, Phase.STARTING, Phase.WORKING])
def test_an_import_with_a_run_under_way_is_left_alone(phase: Phase) -> None:
    assert at_noon(WAITING, a_run(phase, quiet=10)) == Decision()


def test_a_run_that_waits_for_its_turn_may_wait_for_ever() -> None:
    assert at_noon(WAITING, a_run(Phase.WAITING, quiet=1e7), silent=1e7) == Decision()


def test_a_run_that_was_created_but_never_started_is_asked_for_again_under_its_key() -> None:
    run = a_run(Phase.CREATED, quiet=LIMITS.unlaunched.total_seconds() + 1)
    assert at_noon(WAITING, run) == Decision(launch=[FIRST])


def test_a_run_that_a_person_created_is_not_ours_to_launch() -> None:
    assert at_noon(WAITING, a_run(Phase.CREATED, key=None)) == Decision()


# Which runs are lost

SILENCE = LIMITS.silence.total_seconds()
LOOKS = LIMITS.several_looks.total_seconds()


@pytest.mark.parametrize("key", [FIRST.run_key, None], ids=["our run", "a person's run"])
@pytest.mark.parametrize(
    ("alive", "silent", "quiet", "lost"),
    [
        (None, SILENCE, SILENCE, True),
        (None, SILENCE - 1, 3600, False),  # a pause between two steps, in a run of an hour
        (None, 3600, SILENCE - 1, False),  # it has only begun
        (None, None, 24 * 3600, False),
        (False, LOOKS, LOOKS, True),
        (False, LOOKS - 1, 3600, False),  # a single look may have met the moment between two steps
        (False, None, 3600, False),  # its backend works on, or another worker does
        (True, 1e7, 1e7, False),  # stopped, or at something that takes its time
        (True, None, 3600, False),
    ],
)
def test_a_run_is_lost_if_nobody_has_been_seen_to_hold_its_import_and_its_worker_is_not_alive(
    key: str | None, alive: bool | None, silent: float | None, quiet: float, lost: bool
) -> None:
    run = a_run(Phase.WORKING, key=key, quiet=quiet, alive=alive)
    assert at_noon(WAITING, run, silent=silent) == Decision(lost=[run] if lost else [])


@pytest.mark.parametrize(("alive", "lost"), [(False, True), (None, False), (True, False)])
def test_what_was_to_be_started_by_a_process_that_is_gone_is_lost_at_once(
    alive: bool | None, lost: bool
) -> None:
    run = a_run(Phase.STARTING, quiet=0, alive=alive)
    assert at_noon(WAITING, run, silent=0) == Decision(lost=[run] if lost else [])


def test_nothing_is_decided_of_an_import_that_somebody_holds_though_its_run_has_ended() -> None:
    assert at_noon(WAITING, a_run(Phase.FAILED), silent=None) == Decision()


# What follows the end of a run

BEGUN = replace(WAITING, run_id="run-1")
FAULT = replace(BEGUN, error_code="fault", error="KeyError at imports/fill.py:7")
OUTAGE = replace(BEGUN, error_code=OUTSIDE_TROUBLE, error="no space left")


@pytest.mark.parametrize(
    ("import_", "phase", "end", "outage", "reason"),
    [
        (FAULT, Phase.FAILED, None, False, "run run-1 failed: KeyError at imports/fill.py:7"),
        (OUTAGE, Phase.FAILED, None, True, "run run-1 failed: no space left"),
        (OUTAGE, Phase.FAILED, -9, True, "run run-1 failed: no space left"),
        (BEGUN, Phase.FAILED, -9, False, "run run-1: its worker was killed by SIGKILL"),
        (BEGUN, Phase.FAILED, -11, False, "run run-1: its worker was killed by SIGSEGV"),
        (BEGUN, Phase.FAILED, 1, True, "run run-1: its worker ended with exit code 1"),
        (BEGUN, Phase.FAILED, "is gone", True, "run run-1: its worker is gone"),
        (BEGUN, Phase.FAILED, None, True, "run run-1 failed and could not tell why"),
        (WAITING, Phase.FAILED, None, True, "run run-1 failed before its first step"),
        (WAITING, Phase.FAILED, -9, True,
         "run run-1: its worker was killed by SIGKILL before its first step"),
        (BEGUN, Phase.SUCCEEDED, None, False, "run run-1 ended at waiting"),
    ],
)  # fmt: skip
def test_outages_and_faults_are_told_apart_and_the_reason_is_what_is_known(
    import_: Import, phase: Phase, end: End | None, outage: bool, reason: str
) -> None:
    decision = at_noon(import_, a_run(phase, end=end))
    assert decision == Decision(again=[Again(import_, reason, outage)], launch=[SECOND])
    assert "see its log" not in reason


def test_a_second_attempt_that_was_counted_but_never_asked_for_is_launched() -> None:
    second = replace(WAITING, attempt=2)
    assert at_noon(second, a_run(Phase.FAILED)) == Decision(launch=[SECOND])


def after(import_: Import, quiet: float) -> list[Launch]:
    """What is launched so many seconds after the run of the present attempt has failed."""
    run = a_run(Phase.FAILED, key=run_key(import_, import_.attempt), quiet=quiet)
    return at_noon(import_, run).launch


@pytest.mark.parametrize(("faults", "pause"), [(0, 5), (1, 20), (2, 80)])
def test_each_fault_is_followed_by_a_longer_pause(faults: int, pause: float) -> None:
    failed = replace(FAULT, faults=faults)
    assert not after(failed, pause - 1)
    assert after(failed, pause)


@pytest.mark.parametrize(
    ("outages", "pause"), [(0, 20), (1, 40), (9, 200), (29, 600), (30, 600), (298, 600)]
)
def test_an_outage_is_waited_out_longer_each_time_up_to_a_limit(outages: int, pause: float) -> None:
    away = replace(OUTAGE, outages=outages, attempt=outages + 1)
    assert not after(away, pause - 1)
    (launch,) = after(away, pause)
    assert launch.run_key == run_key(away, away.attempt + 1)


def test_what_died_before_its_first_step_starts_again_at_once_and_then_ever_later() -> None:
    assert after(WAITING, 0)
    assert not after(replace(WAITING, outages=1), 19)
    assert after(replace(WAITING, outages=1), 20)


def test_three_deaths_within_seconds_do_not_use_up_the_patience() -> None:
    """However fast its workers are killed, an import is tried for a minute and a half."""
    waited = sum(
        next(s for s in range(1000) if after(replace(FAULT, faults=faults), s))
        for faults in range(LIMITS.attempts - 1)
    )
    assert waited == 5 + 20 + 80


def test_the_last_attempt_ends_in_giving_up_with_the_reason() -> None:
    last = replace(FAULT, faults=LIMITS.attempts - 1)
    reason = f"given up after {LIMITS.attempts} attempts: run run-1 failed: {FAULT.error}"
    assert at_noon(last, a_run(Phase.FAILED, quiet=0)) == Decision(give_up=[(last, reason)])


def test_outages_use_up_nothing_of_the_patience_with_faults() -> None:
    assert not at_noon(replace(FAULT, outages=200), a_run(Phase.FAILED)).give_up
    assert not at_noon(replace(OUTAGE, faults=LIMITS.attempts - 1), a_run(Phase.FAILED)).give_up


def test_even_an_outage_ends_once() -> None:
    outage = replace(OUTAGE, outages=LIMITS.outage_attempts - 1)
    decision = at_noon(outage, a_run(Phase.FAILED))
    assert (len(decision.give_up), decision.launch) == (1, [])


def test_what_counts_already_is_never_given_up() -> None:
    archived = replace(FAULT, status=Status.ARCHIVED, archived_at=NOON, faults=50)
    decision = at_noon(archived, a_run(Phase.FAILED))
    assert (decision.give_up, decision.launch) == ([], [SECOND])


def test_what_a_person_cancelled_is_not_started_again() -> None:
    assert at_noon(WAITING, a_run(Phase.CANCELED)) == Decision(
        give_up=[(WAITING, "run run-1 was cancelled by a person")]
    )


def test_the_newest_run_speaks_for_the_import_whoever_started_it() -> None:
    newest = a_run(Phase.CANCELED, key=None, run_id="by-hand")
    assert at_noon(WAITING, newest, a_run(Phase.FAILED)).give_up == [
        (WAITING, "run by-hand was cancelled by a person")
    ]


def many(count: int) -> list[Import]:
    return [an_import(import_id=n, partition_key=f"p{n}") for n in range(1, count + 1)]


def turns(count: int, under_way: Collection[int], limits: Limits) -> list[int]:
    """Who is launched of `count` imports, when some of them have their turn already."""
    runs = {f"p{n}": [RunSeen("r", f"p{n}:1", Phase.WAITING, NOON)] for n in under_way}
    decision = decide(many(count), runs, nobody(*range(1, count + 1)), NOON, limits)
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
        decision = decide(left, {}, nobody(*(one.import_id for one in left)), NOON, limits)
        assert len(decision.launch) == min(at_once, len(left))
        done += [int(launch.partition.removeprefix("p")) for launch in decision.launch]
    assert sorted(done) == list(range(1, count + 1))


def test_a_run_that_was_never_started_does_not_wait_for_its_turn() -> None:
    unlaunched = NOON - LIMITS.unlaunched * 2
    runs = {f"p{n}": [RunSeen("r", f"p{n}:{n}:1", Phase.CREATED, unlaunched)] for n in range(1, 6)}
    decision = decide(many(5), runs, nobody(*range(1, 6)), NOON, Limits(under_way=2))
    assert [launch.run_key for launch in decision.launch] == [f"p{n}:{n}:1" for n in range(1, 6)]


def test_another_attempt_waits_for_its_turn_and_is_counted_at_once() -> None:
    runs = {f"p{n}": [RunSeen("r", f"p{n}:{n}:1", Phase.FAILED, NOON)] for n in range(1, 4)}
    decision = decide(many(3), runs, nobody(1, 2, 3), NOON, Limits(under_way=2))
    assert [again.import_.import_id for again in decision.again] == [1, 2, 3]
    assert [launch.run_key for launch in decision.launch] == ["p1:1:2", "p2:2:2"]


def test_nothing_to_do_is_nothing_done() -> None:
    assert decide([], {}, {}, NOON, LIMITS) == Decision()


ENDS = ("completes", "fails", "outage", "is killed", "vanishes", "stops early", "never starts")


@given(st.lists(st.sampled_from(ENDS), max_size=20), st.integers(1, 90))
def test_whatever_happens_to_its_runs_an_import_reaches_an_end(
    fates: list[str], tick_seconds: int
) -> None:
    """The host, simulated: a run meets the next fate in the list; after the last all complete."""
    import_, runs, now, ended = an_import(), list[RunSeen](), NOON, False
    limits = Limits(outage_attempts=6)
    remaining = iter(fates)
    for _ in range(4000):
        silent = {1: now - runs[0].changed_at if runs else timedelta()}
        decision = decide([import_], {PARTITION: runs}, silent, now, limits)
        for lost in decision.lost:
            closed = replace(lost, phase=Phase.FAILED, changed_at=now, end="is gone")
            runs = [closed if run == lost else run for run in runs]
        for again in decision.again:
            import_ = replace(
                import_,
                attempt=import_.attempt + 1,
                error_code=None,
                outages=import_.outages + again.outage,
                faults=import_.faults + (not again.outage),
            )
        if decision.give_up:
            ended = True
            break
        for launch in decision.launch:
            assert all(run.phase.ended or run.phase is Phase.CREATED for run in runs)
            assert launch.run_key == run_key(import_, import_.attempt)
            runs = [run for run in runs if run.run_key != launch.run_key]
            phase, code, end, done = _fate(next(remaining, "completes"))
            run_id = f"run-{len(runs)}"
            runs.insert(0, RunSeen(run_id, launch.run_key, phase, now, None, end))
            import_ = replace(import_, error_code=code, run_id=run_id)
            ended = done
        if ended:
            break
        now += timedelta(seconds=tick_seconds)
    assert ended
    assert import_.faults < limits.attempts
    assert import_.outages < limits.outage_attempts
    assert import_.attempt == import_.tries
    assert len({run.run_key for run in runs}) == len(runs) == import_.attempt


def _fate(fate: str) -> tuple[Phase, str | None, End | None, bool]:
    """How a run looks to the next ticks, the error it leaves in the ledger, how its worker ended as
    the host tells, whether the import is complete."""
    return {
        "completes": (Phase.SUCCEEDED, None, None, True),
        "fails": (Phase.FAILED, "fault", 0, False),
        "outage": (Phase.FAILED, OUTSIDE_TROUBLE, 0, False),
        "is killed": (Phase.FAILED, None, -9, False),
        "vanishes": (Phase.WORKING, None, None, False),
        "stops early": (Phase.SUCCEEDED, None, 0, False),
        "never starts": (Phase.CREATED, None, None, False),
    }[fate]


@pytest.mark.parametrize(
    ("import_", "run", "expected"),
    [
        (an_import(run_id="run-1"), a_run(Phase.FAILED, quiet=-7200),
         Decision(again=[Again(an_import(run_id="run-1"),
                               "run run-1 failed and could not tell why", True)],
                  launch=[SECOND])),
        (WAITING, a_run(Phase.WORKING, quiet=-7200),
         Decision(lost=[a_run(Phase.WORKING, quiet=-7200)])),
        (WAITING, a_run(Phase.CREATED, quiet=-7200), Decision(launch=[FIRST])),
    ],
    ids=["failed", "lost", "never launched"],
)  # fmt: skip
def test_nobody_waits_for_a_time_that_a_clock_showed_before_it_was_set_right(
    import_: Import, run: RunSeen, expected: Decision
) -> None:
    assert at_noon(import_, run, silent=3600) == expected
