"""The short form: some faults of every kind, and statements of what decides in turn."""

from pathlib import Path

import pytest

from lead_pipeline_tests.faults.proxy import How
from lead_pipeline_tests.faults.running import break_stacks, break_statements
from lead_pipeline_tests.faults.tally import Bound

SEED = 20_261_128
_AT_STATEMENTS = 150
_IN_ROUNDS = 6


def test_faults_at_statements_change_nothing_that_comes_of_them(tmp_path: Path) -> None:
    tally = break_statements(tmp_path, SEED, Bound(faults=_AT_STATEMENTS))
    assert tally.findings == []
    assert tally.kinds == set(How)
    by_kind = [sum(n for (kind, _), n in tally.faults.items() if kind == how) for how in How]
    assert max(by_kind) < 2 * min(by_kind)


@pytest.mark.timeout(900)  # what never ends is told after four minutes
def test_whatever_befalls_a_stack_each_person_is_there_once(tmp_path: Path) -> None:
    tally = break_stacks(tmp_path, SEED, Bound(faults=_IN_ROUNDS))
    assert tally.findings == []
    assert tally.faults.total() >= _IN_ROUNDS
