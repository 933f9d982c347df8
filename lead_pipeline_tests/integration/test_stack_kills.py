"""Parts of the stack killed without warning: the rest ends at once, and the next `up` goes on.

The tests stand on one home and on each other: every start finds what the kill before it left.
"""

import signal
from pathlib import Path

import pytest

from lead_pipeline_tests.integration.stack import (
    PARTS,
    ended_import,
    running_up,
    session_of,
)

LEADS = """\
Full Name,E-mail,Phone
Ada Example,ada.{name}@example.com,
"""


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("kills")


@pytest.mark.parametrize("part", PARTS)
def test_when_a_part_dies_the_rest_ends_and_the_next_start_imports_what_waits(
    home: Path, part: str
) -> None:
    with running_up(home) as stack:
        with session_of(stack.settings) as session:
            stack.put(f"Acme/{part}.csv", LEADS.format(name=part))
            assert ended_import(session, f"Acme/{part}.csv")["status"] == "completed"
            for earlier in list(PARTS)[: list(PARTS).index(part)]:
                assert ended_import(session, f"Acme/after_{earlier}.csv")["status"] == "completed"
        stack.family()
        stack.part(part).send_signal(signal.SIGKILL)
        assert stack.wait_until_over() == 1
        log = home / "logs" / ("postgres.log" if part == "database" else f"{part}.log")
        assert stack.said.endswith(f"error: the {part} ended with code -9; see {log}\n")
        assert "Traceback" not in stack.said
        stack.put(f"Acme/after_{part}.csv", LEADS.format(name=f"after.{part}"))


def test_when_up_itself_is_killed_nothing_is_left_and_the_next_start_goes_on(home: Path) -> None:
    with running_up(home) as stack:
        stack.family()
        stack.process.send_signal(signal.SIGKILL)
        assert stack.wait_until_over() == -signal.SIGKILL
    with running_up(home) as stack, session_of(stack.settings) as session:
        stack.put("Acme/last.csv", LEADS.format(name="last"))
        assert ended_import(session, "Acme/last.csv")["status"] == "completed"
