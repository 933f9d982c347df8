"""Knowlarity's call log against a fake of it, over HTTP."""

from datetime import datetime, timedelta
from functools import partial

import pytest

from lead_pipeline.connectors.faults import (
    AccessLost,
    BadRequest,
    Malformed,
    Throttled,
    Transient,
)
from lead_pipeline.connectors.knowlarity import KnowlarityCalls
from lead_pipeline.connectors.model import Window
from lead_pipeline.settings.accounts import KnowlarityAccount
from lead_pipeline_tests.vendors.accounts import knowlarity_calls, kpi, read, server, vendors
from lead_pipeline_tests.vendors.faults import (
    DuplicateLast,
    answers,
    changed,
    doing,
    html,
    mistyped,
    reset,
    too_many,
    truncated,
    unavailable,
    without,
)
from lead_pipeline_tests.vendors.kpi import Kpi
from lead_pipeline_tests.vendors.server import Action, Vendors

__all__ = ["kpi", "server", "vendors"]

LOG = "/kpi/*calllog"
CUSTOMER, NUMBER, OTHER = "+12025550142", "+12025550110", "+12025550199"


def uuid(number: int) -> str:
    return f"0a0b0c0d-0000-4000-8000-{number:012x}"


def called(kpi: Kpi, count: int) -> list[str]:
    """Calls, one a minute up to ten minutes ago; the newest first."""
    last = kpi.time.now() - timedelta(minutes=10)
    return [
        kpi.add(uuid(n), CUSTOMER, last - timedelta(minutes=n), number=NUMBER).uuid
        for n in range(count)
    ]


def test_all_pages_are_read_and_only_the_end_tells_the_cursor(vendors: Vendors, kpi: Kpi) -> None:
    ids = called(kpi, 1_200)
    source = knowlarity_calls(vendors, kpi)
    (part,) = source.parts()
    begin, *pages, last = source.pages(part, None, None)
    assert (begin.cursor or {})["reached"] == (vendors.time.now() - timedelta(hours=20)).isoformat()
    assert [len(page.records) for page in pages] == [500, 500, 200]
    assert [page.cursor for page in pages] == [None] * 3
    assert [record.external_id for page in pages for record in page.records] == ids
    assert (last.cursor or {})["reached"] == (
        vendors.time.now() - timedelta(minutes=10)
    ).isoformat()


def test_times_are_asked_for_with_the_offset_of_the_account(vendors: Vendors, kpi: Kpi) -> None:
    """A bare time would be India's, and a bare `+` in an address is a blank."""
    read(knowlarity_calls(vendors, kpi))
    (call,) = vendors.calls(LOG)
    assert call.params["end_time"] == "2026-11-02 14:25:00+05:30"  # 09:00 UTC, settled
    assert call.headers["channel"] == "Basic"
    assert kpi.sr_key not in str(call.query)


def test_a_time_without_an_offset_is_the_accounts_own(vendors: Vendors, kpi: Kpi) -> None:
    account = KnowlarityAccount("key", "key", time_zone="America/New_York")
    call = {"uuid": "1", "start_time": "2026-11-03 10:15:02"}
    at = KnowlarityCalls(account).record(call).occurred_at
    assert at == datetime.fromisoformat("2026-11-03T15:15:02+00:00")


def test_a_call_is_found_when_it_has_ended(vendors: Vendors, kpi: Kpi) -> None:
    """It is filed under its start, hours before."""
    kpi.add("short", CUSTOMER, vendors.time.now() - timedelta(minutes=20))
    kpi.add("long", CUSTOMER, vendors.time.now() - timedelta(minutes=30), seconds=3 * 3600)
    first = read(knowlarity_calls(vendors, kpi))
    assert first.ids == ["short"]
    vendors.time.advance(hours=3, minutes=30)
    assert "long" in read(knowlarity_calls(vendors, kpi), first.cursor).ids


def test_a_call_that_comes_later_still_is_found_once_a_day(vendors: Vendors, kpi: Kpi) -> None:
    started = vendors.time.now() - timedelta(hours=1)
    late = kpi.add("late", CUSTOMER, started, visible=started + timedelta(hours=12))
    cursor = read(knowlarity_calls(vendors, kpi)).cursor
    kpi.add("new", CUSTOMER, vendors.time.advance(hours=10))
    vendors.time.advance(minutes=30)
    cursor = read(knowlarity_calls(vendors, kpi), cursor).cursor
    for ids in (["new"], ["new"], ["new", "late"], ["new"]):
        vendors.time.advance(hours=5)
        seen = read(knowlarity_calls(vendors, kpi), cursor)
        assert (seen.ids, late.seen_from < vendors.time.now()) == (ids, True)
        cursor = seen.cursor


def test_a_log_that_grows_between_pages_is_read_again(vendors: Vendors, kpi: Kpi) -> None:
    """What was on the second page moved to where nobody looks any more."""
    ids = called(kpi, 700)
    ended = vendors.time.now() - timedelta(minutes=8)
    vendors.fault(LOG, doing(lambda: kpi.add("between", CUSTOMER, ended)), nth=2)
    assert set(read(knowlarity_calls(vendors, kpi)).ids) == {*ids, "between"}


def test_a_call_that_vanishes_between_pages_hides_no_other(vendors: Vendors, kpi: Kpi) -> None:
    ids = called(kpi, 700)
    vendors.fault(LOG, doing(lambda: kpi.calls.pop(ids[0])), nth=2)
    assert set(read(knowlarity_calls(vendors, kpi)).ids) == set(ids)
    assert len(vendors.calls(LOG)) == 4


def test_a_log_that_never_stands_still_fails_without_moving_on(vendors: Vendors, kpi: Kpi) -> None:
    called(kpi, 700)
    ended = vendors.time.now() - timedelta(minutes=8)
    for n in range(1, 20):
        vendors.fault(LOG, doing(partial(kpi.add, f"{n}", CUSTOMER, ended)), nth=n)
    with pytest.raises(Transient, match="changed each of 4 times"):
        read(knowlarity_calls(vendors, kpi))


def test_a_log_that_has_a_call_twice_is_believed_when_it_says_so_again(
    vendors: Vendors, kpi: Kpi
) -> None:
    called(kpi, 3)
    twice = changed(
        lambda said: {
            "meta": said["meta"] | {"total_count": 4},
            "objects": [*said["objects"], *said["objects"][:1]],
        }
    )
    vendors.fault(LOG, twice, times=99)
    assert set(read(knowlarity_calls(vendors, kpi)).ids) == {uuid(0), uuid(1), uuid(2)}
    assert len(vendors.calls(LOG)) == 4


@pytest.mark.parametrize("tells_total", [True, False])
def test_a_call_that_stands_on_two_pages_hides_no_other(
    vendors: Vendors, kpi: Kpi, tells_total: bool
) -> None:
    ids = called(kpi, 700)
    kpi.tells_total = tells_total
    vendors.fault(LOG, DuplicateLast(lambda said: said["objects"]), times=2)
    assert set(read(knowlarity_calls(vendors, kpi)).ids) == set(ids)


def test_a_page_that_comes_empty_though_there_are_calls_is_read_again(
    vendors: Vendors, kpi: Kpi
) -> None:
    ids = called(kpi, 3)
    vendors.fault(LOG, mistyped("objects", []))
    assert read(knowlarity_calls(vendors, kpi)).ids == ids


def test_a_server_that_does_not_heed_the_offset_is_told_of(vendors: Vendors, kpi: Kpi) -> None:
    called(kpi, 700)
    kpi.ignores_offset = True
    with pytest.raises(Malformed, match="does not heed `offset`"):
        read(knowlarity_calls(vendors, kpi))
    assert len(vendors.calls(LOG)) == 4  # the second page three times


@pytest.mark.parametrize("newest_first", [True, False])
def test_without_a_total_pages_are_read_to_an_empty_one(
    vendors: Vendors, kpi: Kpi, newest_first: bool
) -> None:
    ids = called(kpi, 1_000)
    kpi.tells_total, kpi.newest_first = False, newest_first
    assert sorted(read(knowlarity_calls(vendors, kpi)).ids) == sorted(ids)
    assert len(vendors.calls(LOG)) == 3


def test_a_server_whose_pages_are_smaller_than_asked_for_hides_nothing(
    vendors: Vendors, kpi: Kpi
) -> None:
    ids = called(kpi, 5)
    kpi.at_most = 2
    assert read(knowlarity_calls(vendors, kpi)).ids == ids


def test_calls_of_the_listed_numbers_are_leads_of_their_campaigns(
    vendors: Vendors, kpi: Kpi
) -> None:
    """Numbers are known by their last ten digits, however they are written."""
    kpi.add("a", CUSTOMER, vendors.time.now() - timedelta(minutes=20), number=NUMBER)
    kpi.add("b", CUSTOMER, vendors.time.now() - timedelta(minutes=21), number=OTHER)
    source = knowlarity_calls(vendors, kpi, {"202-555-0110": "Autumn"})
    found = read(source)
    told = f"{OTHER} is not among KNOWLARITY_NUMBERS"
    assert [record.problem for record in found.records] == [None, told]
    assert [lead.get("campaign_name") for lead in found.leads] == ["Autumn", None]
    assert "campaign_name" not in found.records[0].payload


def test_an_outbound_call_is_kept_and_is_no_lead(vendors: Vendors, kpi: Kpi) -> None:
    kpi.add("a", CUSTOMER, vendors.time.now() - timedelta(minutes=20), outbound=True)
    (record,) = read(knowlarity_calls(vendors, kpi)).records
    assert record.problem == "an outbound call is no lead"


def test_a_name_that_was_made_up_is_left_out(vendors: Vendors, kpi: Kpi) -> None:
    call = {"uuid": "1", "start_time": "2026-11-03 20:45:21+05:30",
            "customer_name": "Knowlarity Lead 2025550142"}  # fmt: skip
    record = knowlarity_calls(vendors, kpi).record(call)
    assert record.lead == {"uuid": "1", "start_time": "2026-11-03T15:15:21+00:00"}
    assert record.payload == call


def test_a_call_whose_time_cannot_be_read_is_kept_until_it_can(vendors: Vendors, kpi: Kpi) -> None:
    called(kpi, 1)
    vendors.fault(LOG, mistyped("start_time"))
    found = read(knowlarity_calls(vendors, kpi))
    assert [record.problem for record in found.records] == ["start_time cannot be read"]
    again = read(knowlarity_calls(vendors, kpi), found.cursor)
    assert [record.problem for record in again.records] == [None]


def test_a_window_that_is_asked_for_moves_no_cursor(vendors: Vendors, kpi: Kpi) -> None:
    now = vendors.time.now()
    for days in range(5):
        kpi.add(f"{days}", CUSTOMER, now - timedelta(days=days, hours=1))
    asked = Window(now - timedelta(days=3), now - timedelta(days=1))
    found = read(knowlarity_calls(vendors, kpi), asked=asked)
    assert (found.ids, found.cursor) == (["1", "2"], None)


def test_a_quiet_log_stands_where_it_was_first_looked_at(vendors: Vendors, kpi: Kpi) -> None:
    cursor = read(knowlarity_calls(vendors, kpi)).cursor
    kpi.add("1", CUSTOMER, vendors.time.advance(hours=2))
    vendors.time.advance(days=5)
    assert read(knowlarity_calls(vendors, kpi), cursor).ids == ["1"]


@pytest.mark.parametrize("minutes", [-10, 10])
def test_a_wrong_clock_opens_no_gap(vendors: Vendors, kpi: Kpi, minutes: int) -> None:
    vendors.time.client_ahead = timedelta(minutes=minutes)
    cursor, found = None, set[str]()
    for n in range(8):
        kpi.add(f"{n}", CUSTOMER, vendors.time.advance(minutes=15))
        seen = read(knowlarity_calls(vendors, kpi), cursor)
        found, cursor = found | set(seen.ids), seen.cursor
        assert cursor["reached"] <= vendors.time.now().isoformat()
    vendors.time.advance(minutes=30)
    found |= set(read(knowlarity_calls(vendors, kpi), cursor).ids)
    assert found == kpi.calls.keys()


@pytest.mark.parametrize("status", [401, 403])
@pytest.mark.parametrize(
    "body", [answers({"error": {"message": "no"}}, 401), answers({"message": "no"}, 403), html(401)]
)
def test_keys_that_are_refused_are_told_with_what_to_do(
    vendors: Vendors, kpi: Kpi, status: int, body: Action
) -> None:
    vendors.fault(LOG, body, times=9)
    with pytest.raises(AccessLost, match="KNOWLARITY_API_KEY or KNOWLARITY_SR_KEY is refused"):
        read(knowlarity_calls(vendors, kpi))
    assert len(vendors.calls(LOG)) == 1


OUTAGES = [unavailable(), html(502), reset(), too_many(30), too_many()]
BROKEN = [html(), truncated(), answers(False), answers({}), without("objects"),
          mistyped("objects"), without("uuid"), mistyped("uuid", 7), mistyped("total_count"),
          without("meta")]  # fmt: skip


@pytest.mark.parametrize("outage", OUTAGES)
def test_an_outage_of_a_moment_is_outlived(vendors: Vendors, kpi: Kpi, outage: Action) -> None:
    ids = called(kpi, 700)
    vendors.fault(LOG, outage, nth=2, times=2)
    assert read(knowlarity_calls(vendors, kpi)).ids == ids


def test_too_many_calls_for_longer_than_a_pull_may_wait_end_it(vendors: Vendors, kpi: Kpi) -> None:
    vendors.fault(LOG, too_many(300), times=99)
    with pytest.raises(Throttled):
        read(knowlarity_calls(vendors, kpi))
    assert vendors.time.slept == [300] * 3


@pytest.mark.parametrize("broken", BROKEN)
def test_an_answer_that_stays_broken_fails_after_two_more_tries(
    vendors: Vendors, kpi: Kpi, broken: Action
) -> None:
    ids = called(kpi, 700)
    vendors.fault(LOG, broken, nth=2, times=2)
    assert read(knowlarity_calls(vendors, kpi)).ids == ids
    vendors.fault(LOG, broken, nth=2, times=3)
    with pytest.raises(Malformed):
        read(knowlarity_calls(vendors, kpi))


def test_a_call_that_is_not_understood_is_not_tried_again(vendors: Vendors, kpi: Kpi) -> None:
    vendors.fault(LOG, answers({"message": "Invalid time"}, 400), times=9)
    with pytest.raises(BadRequest, match="Invalid time"):
        read(knowlarity_calls(vendors, kpi))
    assert len(vendors.calls(LOG)) == 1


def test_access_is_checked_by_the_calls_of_a_day(vendors: Vendors, kpi: Kpi) -> None:
    called(kpi, 12)
    told = list(knowlarity_calls(vendors, kpi).check())
    assert told == ["the keys open the log, with 12 calls in the last 24 hours"]


def test_the_fake_takes_a_bare_time_as_indias_and_no_bare_plus(vendors: Vendors, kpi: Kpi) -> None:
    """What the tests above rest on."""
    import urllib.error
    import urllib.request

    def ask(times: str) -> bytes:
        url = f"{vendors.url}/kpi/Basic/v1/account/calllog?{times}"
        headers = {"x-api-key": kpi.api_key, "authorization": kpi.sr_key, "channel": "Basic"}
        with urllib.request.urlopen(urllib.request.Request(url, headers=headers)) as reply:
            return bytes(reply.read())

    kpi.add("1", CUSTOMER, vendors.time.now() - timedelta(minutes=20))  # 08:40, in India 14:10
    assert b'"1"' in ask("start_time=2026-11-02%2014:00:00&end_time=2026-11-02%2015:00:00")
    assert b'"1"' not in ask("start_time=2026-11-02%2008:30:00&end_time=2026-11-02%2009:00:00")
    with pytest.raises(urllib.error.HTTPError, match="400"):
        ask("start_time=2026-11-02%2014:00:00+05:30&end_time=2026-11-02%2015:00:00+05:30")
