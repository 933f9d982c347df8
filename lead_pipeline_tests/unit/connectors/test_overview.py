"""When a source is pulled next, as its schedule has it."""

from datetime import UTC, datetime, timedelta

import pytest

from lead_pipeline.connectors.overview import next_pull


@pytest.mark.parametrize(
    ("now", "minutes", "then"),
    [
        ("12:00:00", 10, "12:10"),
        ("12:09:59", 10, "12:10"),
        ("12:50:00", 15, "13:00"),
        ("12:44:59", 45, "12:45"),
        ("12:45:00", 45, "13:00"),
        ("23:59:30", 10, "00:00"),
    ],
)
def test_the_next_pull_is_at_the_next_step_of_the_hour(now: str, minutes: int, then: str) -> None:
    at = datetime.fromisoformat(f"2026-11-03T{now}+00:00")
    found = next_pull(at, minutes)
    assert f"{found:%H:%M:%S}" == f"{then}:00"
    assert timedelta(0) < found - at <= timedelta(minutes=minutes)
    assert found.tzinfo is UTC
