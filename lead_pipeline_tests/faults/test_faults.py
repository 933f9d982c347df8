"""The short form: some faults of every kind, and each statement of what decides in turn."""

import random
import time
from pathlib import Path

from lead_pipeline_tests.faults.proxy import How
from lead_pipeline_tests.faults.running import Tally, run_rounds, run_statements

SEED = 20_261_128
_SECONDS = 60


def test_faults_at_statements_change_nothing_that_comes_of_them(tmp_path: Path) -> None:
    tally = Tally()
    run_statements(tmp_path, random.Random(SEED), time.monotonic() + _SECONDS, tally)
    assert tally.findings == []
    assert set(tally.faults) == set(How)


def test_whatever_befalls_a_stack_each_person_is_there_once(tmp_path: Path) -> None:
    tally = Tally()
    run_rounds(tmp_path, random.Random(SEED), time.monotonic() + _SECONDS, tally, print)
    assert tally.findings == []
    assert tally.faults.total() > 0
