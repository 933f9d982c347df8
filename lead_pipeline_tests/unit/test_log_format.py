"""Logs as JSON: one object a line, whatever is told, and by whichever handler."""

import json
import logging
import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lead_pipeline.log_format import JsonLines, import_at_work

PROGRAM = """
import logging, sys, threading, warnings
from lead_pipeline import log_format
log_format.use(sys.argv[1])
own = logging.StreamHandler()  # as Dagster makes one for each run
own.setFormatter(logging.Formatter("own %(message)s"))
logging.getLogger("vendor").addHandler(own)
log_format.import_at_work.set(7)
logging.getLogger("vendor").warning("took\\n%d rows", 3)
logging.getLogger("nobody's").error("by the last resort")
warnings.warn("old")
threading.Thread(target=lambda: 1 / 0, name="t").start()
raise SystemError("over")
"""


@given(st.text(), st.one_of(st.none(), st.integers(1)))
def test_each_record_is_one_line_that_holds_it_all(message: str, import_id: int | None) -> None:
    record = logging.LogRecord("leads", logging.INFO, "x.py", 1, "%s", (message,), None)
    import_at_work.set(import_id)
    told = JsonLines().format(record)
    assert len(told.splitlines()) == 1
    found = json.loads(told)
    assert (found["level"], found["logger"], found["message"]) == ("info", "leads", message)
    assert found.get("import_id") == import_id
    assert found["time"].endswith("+00:00")


def written(log_format: str) -> list[str]:
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, log_format], capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    return done.stderr.splitlines()


def test_every_handler_writes_so_and_what_ends_a_thread_or_the_process_too() -> None:
    lines = [json.loads(line) for line in written("json")]
    assert [(one["level"], one["logger"], one["import_id"]) for one in lines[:2]] == [
        ("warning", "vendor", 7),
        ("error", "nobody's", 7),
    ]
    assert lines[0]["message"] == "took\n3 rows"
    assert "UserWarning: old" in lines[2]["message"]
    assert lines[3]["message"] == "a thread ends: ZeroDivisionError"
    assert "1 / 0" in lines[3]["exception"] or "ZeroDivisionError" in lines[3]["exception"]
    assert lines[4]["message"] == "the process ends: SystemError"
    assert len(lines) == 5


def test_in_text_all_stays_as_it_was() -> None:
    assert "own took" in written("text")


@pytest.fixture(autouse=True)
def nothing_at_work() -> None:
    import_at_work.set(None)
