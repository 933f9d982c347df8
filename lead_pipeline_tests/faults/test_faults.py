"""The short form: some faults of every kind, and each statement of what decides in turn."""

from pathlib import Path
from random import Random

from lead_pipeline_tests.faults.proxy import How
from lead_pipeline_tests.faults.running import Tally, run_rounds, run_statements

SEED = 20_261_128
_AT_STATEMENTS = 4 * len(How)
_IN_ROUNDS = 6


def test_faults_at_statements_change_nothing_that_comes_of_them(tmp_path: Path) -> None:
    tally = Tally()
    run_statements(tmp_path, Random(SEED), lambda t: t.faults.total() >= _AT_STATEMENTS, tally)
    assert tally.findings == []
    assert set(tally.faults) == set(How)


def test_whatever_befalls_a_stack_each_person_is_there_once(tmp_path: Path) -> None:
    tally = Tally()
    run_rounds(tmp_path, Random(SEED), lambda t: t.faults.total() >= _IN_ROUNDS, tally, print)
    assert tally.findings == []
    assert tally.faults.total() >= _IN_ROUNDS
