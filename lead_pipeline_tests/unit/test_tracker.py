"""The error tracker hears of faults of ours: what kind and where, and nothing of a person."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
import sentry_sdk
from sentry_sdk.envelope import Envelope
from sentry_sdk.transport import Transport

from lead_pipeline import tracker
from lead_pipeline.errors import BadFile, OperatorError, OutsideTrouble
from lead_pipeline.settings import load_settings


class Kept(Transport):
    """Keeps what would go to the tracker."""

    sent: list[dict[str, Any]] = []  # noqa: RUF012 - Sentry makes the only one

    def capture_envelope(self, envelope: Envelope) -> None:
        event = envelope.get_event()
        if event is not None:
            self.sent.append(json.loads(json.dumps(event, default=str)))


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[dict[str, Any]]]:
    """What the tracker gets, where one is configured."""
    init = sentry_sdk.init
    monkeypatch.setattr(sentry_sdk, "init", lambda **told: init(transport=Kept, **told))
    monkeypatch.setenv("SENTRY_DSN", "http://key@127.0.0.1:9/1")
    monkeypatch.setattr(Kept, "sent", [])
    load_settings.cache_clear()
    tracker._start.cache_clear()
    yield Kept.sent
    init()  # no tracker any more
    load_settings.cache_clear()
    tracker._start.cache_clear()


def fail(cell: str) -> None:
    """An error as a fault of ours raises it, with a cell in what it says and in a variable."""
    person = {"mail": cell}
    raise ValueError(f"cannot read {person['mail']!r}")


def test_kind_and_place_of_a_fault_are_told_and_nothing_that_it_says(
    sent: list[dict[str, Any]],
) -> None:
    try:
        fail("ann@example.com")
    except ValueError as error:
        tracker.tell(error)

    (event,) = sent
    (told,) = event["exception"]["values"]
    assert told["type"] == "ValueError"
    assert told["stacktrace"]["frames"][-1]["function"] == "fail"
    assert "ann@example.com" not in json.dumps(event)
    assert set(event) <= {"event_id", "timestamp", "platform", "level", "release", "environment",
                          "sdk", "exception"}  # fmt: skip


@pytest.mark.parametrize(
    "error", [BadFile("empty", "it is empty"), OutsideTrouble("no answer"), OperatorError("no")]
)
def test_what_people_or_the_outside_have_to_mend_is_no_fault(
    sent: list[dict[str, Any]], error: Exception
) -> None:
    tracker.tell(error)

    assert sent == []


def test_without_a_tracker_nothing_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SENTRY_DSN", raising=False)
    monkeypatch.setattr(sentry_sdk, "capture_exception", None)
    load_settings.cache_clear()

    tracker.tell(ValueError("a fault"))

    load_settings.cache_clear()
