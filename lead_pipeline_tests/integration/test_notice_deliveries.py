"""What is told outside the page: once, however long its address takes nothing, and not at night."""

import logging
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta

import pytest

from lead_pipeline.database import connect
from lead_pipeline.imports.site import Site
from lead_pipeline.notices import outbox
from lead_pipeline.notices.absence import Absence
from lead_pipeline.notices.book import all_notices, note
from lead_pipeline.notices.conditions import Raised, Severity
from lead_pipeline.notices.delivery import deliver
from lead_pipeline.notices.watch import look_once, tell
from lead_pipeline.settings.telling import Quiet, Telling
from lead_pipeline_tests.integration.dagster_run import rows
from lead_pipeline_tests.integration.people import change
from lead_pipeline_tests.integration.receiving import Receiver, receiver

NOON = datetime(2026, 11, 3, 12, tzinfo=UTC)
OLD = Raised("list_old", "national", Severity.WARNING, "The list is old.")
HELD = Raised("import_held", "7", Severity.WARNING, "Import 7 waits.")
HELD_LONG = replace(HELD, severity=Severity.CRITICAL, told="Import 7 waits for ten days.")


@pytest.fixture
def phone() -> Iterator[Receiver]:
    with receiver() as one:
        yield one


def at(hours: float) -> datetime:
    return NOON + timedelta(hours=hours)


def telling(site: Site, *who: Receiver, quiet: Quiet | None = None) -> Site:
    urls = tuple(one.url for one in who)
    return replace(site, settings=replace(site.settings, telling=Telling(urls, quiet)))


def found(site: Site, *what: Raised, hours: float = 0) -> None:
    """A look that found this, and a turn of telling."""
    with connect(site.settings.database_url, autocommit=True) as session:
        note(session, what, at(hours), site.settings.telling.urls)
    deliver(site.settings, at(hours))


def test_a_thing_is_told_when_it_comes_gets_worse_and_is_over_and_not_in_between(
    site: Site, phone: Receiver
) -> None:
    at_work = telling(site, phone)
    for hour, what in enumerate([(HELD,), (HELD,), (HELD_LONG,), (HELD_LONG,), (), ()]):
        found(at_work, *what, hours=hour)
    assert phone.lines == [
        "warning: Import 7 waits.",
        "now critical: Import 7 waits for ten days.",
        "over: Import 7 waits for ten days.",
    ]
    assert [one["type"] for one in phone.taken] == ["warning", "failure", "info"]
    assert phone.taken[1]["title"] == "lead_pipeline: 1 message, critical"


def test_what_comes_together_is_one_message_with_a_link_to_the_page(
    site: Site, phone: Receiver
) -> None:
    at_work = telling(site, phone)
    linked = replace(at_work.settings, page_url="https://leads.example.com")
    found(replace(at_work, settings=linked), OLD, HELD_LONG)
    (one,) = phone.taken
    assert one["title"] == "lead_pipeline: 2 messages, critical"
    assert sorted(one["message"].splitlines()) == [
        "critical: Import 7 waits for ten days.",
        "https://leads.example.com/notices",
        "warning: The list is old.",
    ]


def test_what_fails_for_an_hour_arrives_once(site: Site, phone: Receiver) -> None:
    at_work = telling(site, phone)
    phone.broken = True
    found(at_work, OLD)
    for minute in range(1, 61):
        deliver(at_work.settings, at(minute / 60))
    assert phone.taken == []
    assert phone.refused == 6  # at once, and after 1, 3, 7, 15 and 31 minutes
    phone.broken = False
    for minute in range(61, 200):
        deliver(at_work.settings, at(minute / 60))
    assert phone.lines == ["warning: The list is old."]


def test_as_soon_as_an_address_takes_something_it_is_told_what_waits_there(
    site: Site, phone: Receiver
) -> None:
    at_work = telling(site, phone)
    phone.broken = True
    found(at_work, OLD)
    for minute in range(1, 40):
        deliver(at_work.settings, at(minute / 60))
    phone.broken = False
    found(at_work, OLD, HELD, hours=0.7)
    deliver(at_work.settings, at(0.71))
    assert phone.lines == ["warning: Import 7 waits.", "warning: The list is old."]


def test_an_address_that_takes_nothing_keeps_nothing_from_the_others(
    site: Site, phone: Receiver
) -> None:
    with receiver() as away:
        away.broken = True
        at_work = telling(site, away, phone)
        found(at_work, OLD)
        deliver(at_work.settings, at(1))
    assert phone.lines == ["warning: The list is old."]


def test_that_an_address_takes_nothing_is_a_notice_and_after_three_days_it_is_given_up(
    site: Site, phone: Receiver
) -> None:
    at_work = telling(site, phone)
    phone.broken = True
    found(at_work, OLD)
    for minute in range(1, 40):
        deliver(at_work.settings, at(minute / 60))
    with connect(site.settings.database_url, autocommit=True) as session:
        look_once(at_work.settings, at(0.7), at(0.7))
        (one,) = all_notices(session)
        assert (one["kind"], one["subject"]) == ("delivery_fails", "address 1")
        assert "takes nothing (failure): 1 message waiting, 0 given up." in one["told"]
        assert "a-secret" not in one["told"]
        deliver(at_work.settings, at(71.9))
        assert rows(site, "SELECT 1 FROM notice_deliveries WHERE given_up_at IS NOT NULL") == []
        deliver(at_work.settings, at(72.1))
        look_once(at_work.settings, at(72.2), at(72.2))
        (one,) = all_notices(session)
        assert "1 given up" in one["told"]
        phone.broken = False
        outbox.put(session, [phone.url], [outbox.Message("opened", "warning", "news")], at(73))
        deliver(at_work.settings, at(73.1))
        look_once(at_work.settings, at(73.2), at(73.2))
        assert all_notices(session) == []
    assert "warning: The list is old." not in phone.lines


def test_in_quiet_hours_only_what_is_critical_is_told_and_the_rest_after(
    site: Site, phone: Receiver
) -> None:
    at_work = telling(site, phone, quiet=Quiet(time(22), time(7)))
    there = replace(at_work.settings, time_zone="America/New_York")  # 07:00 UTC there is 02:00
    at_work = replace(at_work, settings=there)
    found(at_work, OLD, hours=-5)
    found(at_work, OLD, HELD_LONG, hours=-4)
    assert phone.lines == ["critical: Import 7 waits for ten days."]
    deliver(at_work.settings, at(-0.1))
    assert len(phone.lines) == 1
    deliver(at_work.settings, at(0.1))  # 07:06 there
    assert phone.lines[1:] == ["warning: The list is old."]


def test_who_is_killed_before_it_is_noted_tells_it_again(
    site: Site, phone: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    at_work = telling(site, phone)

    def die(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as killed:
        killed.setattr(outbox, "note_delivered", die)
        with pytest.raises(KeyboardInterrupt):
            found(at_work, OLD)
    deliver(at_work.settings, at(0.1))
    assert phone.lines == ["warning: The list is old."] * 2


def test_two_who_tell_at_once_tell_it_once(site: Site, phone: Receiver) -> None:
    at_work = telling(site, phone)
    with connect(site.settings.database_url, autocommit=True) as session:
        outbox.put(session, [phone.url], [outbox.Message("opened", "warning", "once")], NOON)
        with session.transaction():
            assert len(outbox.claim(session, phone.url, NOON, quiet=False)) == 1
            deliver(at_work.settings, NOON)
            assert phone.taken == []
    deliver(at_work.settings, NOON)
    assert phone.lines == ["once"]


def test_an_address_stands_nowhere(
    site: Site, phone: Receiver, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG, "apprise")
    logging.getLogger("apprise").disabled = False  # as who configures logs anew does
    phone.broken = True
    nonsense = "nosuchservice://a-secret"
    at_work = telling(site, phone)
    urls = (*at_work.settings.telling.urls, nonsense, "json://127.0.0.1:1/a-secret")
    at_work = replace(at_work, settings=replace(at_work.settings, telling=Telling(urls)))
    found(at_work, OLD)
    kept = rows(site, "SELECT * FROM notice_deliveries ORDER BY delivery_id")
    assert [one["last_error"] for one in kept] == [
        "failure",
        "Apprise does not know such an address",
        "failure",
    ]
    everything = f"{kept} {caplog.text} {at_work.settings} {at_work.settings.in_force}"
    assert "a-secret" not in everything


def test_without_an_address_nothing_is_kept(site: Site) -> None:
    found(site, OLD)
    assert rows(site, "SELECT * FROM notice_deliveries") == []
    change(site, "DELETE FROM notices")


def test_a_database_that_is_away_is_told_without_it_and_that_it_is_back(
    site: Site, phone: Receiver
) -> None:
    here = telling(site, phone).settings
    away = replace(here, database_url="postgresql://nobody@127.0.0.1:1/leads")
    absence = Absence(here)
    phone.broken = True
    for minute in (0, 1, 2, 3):
        tell(away, at(minute / 60), absence)
    assert phone.refused == 2  # not before it has lasted
    phone.broken = False
    for minute in (4, 5, 6):
        tell(away, at(minute / 60), absence)
    for minute in (7, 8):
        tell(here, at(minute / 60), absence)
    told = "The database has not answered since 2026-11-03 12:00 UTC."
    assert phone.lines == [f"critical: {told}", f"over: {told}"]
    tell(away, at(1), absence)
    tell(here, at(2), absence)
    assert len(phone.lines) == 2
