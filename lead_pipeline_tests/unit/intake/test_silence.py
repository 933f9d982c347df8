"""For how long nobody holds an import: counted while we look, and only then."""

from datetime import timedelta

from lead_pipeline.intake.silence import Silence
from lead_pipeline_tests.making import Clock


def seconds(silent: dict[int, timedelta]) -> dict[int, float]:
    return {number: passed.total_seconds() for number, passed in silent.items()}


def test_silence_grows_from_the_first_look_on_and_ends_when_somebody_holds_the_import() -> None:
    clock = Clock(100.0)
    silence = Silence(clock)
    told = []
    for owned in (set[int](), set[int](), {1}, set[int](), set[int]()):
        clock.now += 2
        told.append(seconds(silence.look([1], owned)))
    assert told == [{1: 0.0}, {1: 2.0}, {}, {1: 0.0}, {1: 2.0}]


def test_a_look_after_a_long_gap_tells_nothing_of_the_gap() -> None:
    clock = Clock(100.0)
    silence = Silence(clock)
    silence.look([1], set())
    clock.now += 3600  # we were stopped, as the worker may have been
    assert seconds(silence.look([1], set())) == {1: 5.0}


def test_an_import_that_comes_later_begins_with_none() -> None:
    clock = Clock(100.0)
    silence = Silence(clock)
    silence.look([1], set())
    clock.now += 4
    assert seconds(silence.look([1, 2], set())) == {1: 4.0, 2: 0.0}
