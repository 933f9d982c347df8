"""Where a part stands: it moves on with what was read, and waits for what could not be."""

from datetime import UTC, datetime, timedelta

from lead_pipeline.connectors.clock import Clock
from lead_pipeline.connectors.standing import Standing

NOON = datetime(2026, 11, 3, 12, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def at(now: datetime) -> Clock:
    return Clock(lambda: now, lambda _seconds: None)


STOOD = Standing(NOON - HOUR, NOON - HOUR)


def test_it_moves_to_what_was_read_and_never_back() -> None:
    assert STOOD.moved(NOON, at(NOON), is_whole=True) == Standing(NOON, NOON - HOUR)
    assert STOOD.moved(NOON - DAY, at(NOON), is_whole=True) == STOOD


def test_the_longer_overlap_is_read_once_a_day() -> None:
    assert not STOOD.is_due(at(NOON))
    assert STOOD.is_due(at(NOON + DAY))
    assert not STOOD.moved(NOON, at(NOON + DAY), is_whole=True, is_long=True).is_due(at(NOON + DAY))


def test_it_stays_for_the_pulls_of_a_day_where_a_record_cannot_be_read_and_then_goes_on() -> None:
    standing = STOOD
    for pulls in range(1, 96):
        standing = standing.moved(NOON, at(NOON), is_whole=False, is_long=True)
        assert standing == Standing(STOOD.reached, STOOD.reread, pulls)
    assert standing.moved(NOON, at(NOON), is_whole=False).reached == NOON


def test_it_goes_on_as_soon_as_all_can_be_read() -> None:
    held = STOOD.moved(NOON, at(NOON), is_whole=False)
    assert held.moved(NOON, at(NOON + HOUR), is_whole=True) == Standing(NOON, STOOD.reread)


def test_it_is_told_as_json_and_understood_again() -> None:
    for standing in (STOOD, STOOD.moved(NOON, at(NOON), is_whole=False)):
        assert Standing.of(standing.json) == standing
    assert Standing.of(None) is None
