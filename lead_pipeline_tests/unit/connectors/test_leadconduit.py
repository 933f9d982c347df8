"""LeadConduit's events against a fake of its API, over HTTP."""

from datetime import UTC, datetime, timedelta

import pytest

from lead_pipeline.connectors.faults import AccessLost, BadRequest, Malformed, Throttled
from lead_pipeline.connectors.model import Window
from lead_pipeline_tests.vendors.accounts import lc, leadconduit_leads, read, server, vendors
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
from lead_pipeline_tests.vendors.lc import LeadConduit
from lead_pipeline_tests.vendors.server import Action, Vendors

__all__ = ["lc", "server", "vendors"]

EVENTS = "/lc/events"


def sent(lc: LeadConduit, count: int) -> list[str]:
    """Leads, one every thirty seconds up to a minute ago; the oldest first."""
    last = lc.time.now() - timedelta(minutes=1)
    ago = [timedelta(seconds=30 * n) for n in reversed(range(count))]
    return [lc.add_lead(last - one, first_name="Dana") for one in ago]


def _minted(lead_id: str) -> str:
    return datetime.fromtimestamp(int(lead_id[:8], 16), UTC).isoformat()


def _without_vars(lead_id: str) -> Action:
    return changed(lambda events: [e | {"vars": None} if e["id"] == lead_id else e for e in events])


def test_of_all_events_the_source_events_are_the_leads(vendors: Vendors, lc: LeadConduit) -> None:
    (lead_id,) = sent(lc, 1)
    assert len(lc.events) == 3
    assert read(leadconduit_leads(vendors, lc)).ids == [lead_id]


def test_an_account_without_source_events_has_no_leads(vendors: Vendors, lc: LeadConduit) -> None:
    lc.add_lead(takes=24 * 3600)
    assert read(leadconduit_leads(vendors, lc)).ids == []


def test_pages_come_in_order_to_an_empty_one_and_each_moves_the_cursor(
    vendors: Vendors, lc: LeadConduit
) -> None:
    ids = sent(lc, 1_000)
    source = leadconduit_leads(vendors, lc)
    (part,) = source.parts()
    begin, *pages = source.pages(part, None, None)
    assert (begin.cursor or {})["reached"] == (vendors.time.now() - timedelta(hours=22)).isoformat()
    assert [record.external_id for page in pages for record in page.records] == ids
    assert len(vendors.calls(EVENTS)) == 4
    reached = [(page.cursor or {})["reached"] for page in pages]
    assert reached == sorted(reached)
    assert reached[0] < reached[-1] == (vendors.time.now() - timedelta(minutes=1)).isoformat()
    assert {call.params["sort"] for call in vendors.journal} == {"asc"}


def test_an_event_that_a_slow_flow_records_late_is_found(vendors: Vendors, lc: LeadConduit) -> None:
    """Its id was minted when the lead was sent in, and is smaller than the newest one by then."""
    late = lc.add_lead(vendors.time.now(), takes=100 * 60)
    cursor = None
    for _ in range(8):
        vendors.time.advance(minutes=15)
        lc.add_lead(vendors.time.now() - timedelta(minutes=1))
        seen = read(leadconduit_leads(vendors, lc), cursor)
        cursor = seen.cursor
    assert late in seen.ids


def test_an_event_that_is_later_still_is_found_once_a_day(
    vendors: Vendors, lc: LeadConduit
) -> None:
    sent(lc, 1)
    cursor = read(leadconduit_leads(vendors, lc)).cursor
    late = lc.add_lead(vendors.time.now(), takes=12 * 3600)
    vendors.time.advance(hours=12)
    new = sent(lc, 1)
    by_day = read(leadconduit_leads(vendors, lc), cursor)
    assert new[0] in by_day.ids
    vendors.time.advance(hours=13)
    new = sent(lc, 1)
    assert late not in read(leadconduit_leads(vendors, lc), {**by_day.cursor, "reread":
        vendors.time.now().isoformat()}).ids  # fmt: skip
    by_night = read(leadconduit_leads(vendors, lc), by_day.cursor)
    assert {late, *new} <= set(by_night.ids)
    assert late not in read(leadconduit_leads(vendors, lc), by_night.cursor).ids


def test_a_quiet_account_stands_where_it_was_first_looked_at(
    vendors: Vendors, lc: LeadConduit
) -> None:
    cursor = read(leadconduit_leads(vendors, lc)).cursor
    lead_id = lc.add_lead(vendors.time.advance(hours=2))
    vendors.time.advance(days=5)
    assert read(leadconduit_leads(vendors, lc), cursor).ids == [lead_id]


def test_a_window_that_is_asked_for_moves_no_cursor(vendors: Vendors, lc: LeadConduit) -> None:
    now = vendors.time.now()
    ids = [lc.add_lead(now - timedelta(days=days)) for days in (4, 3, 2, 1)]
    asked = Window(now - timedelta(days=3), now - timedelta(days=2))
    found = read(leadconduit_leads(vendors, lc), asked=asked)
    assert (found.ids, found.cursor) == (ids[1:3], None)


@pytest.mark.parametrize("minutes", [-10, 10])
def test_a_wrong_clock_opens_no_gap(vendors: Vendors, lc: LeadConduit, minutes: int) -> None:
    vendors.time.client_ahead = timedelta(minutes=minutes)
    cursor, found, ids = None, set[str](), set[str]()
    for _ in range(8):
        ids.add(lc.add_lead(vendors.time.advance(minutes=15)))
        seen = read(leadconduit_leads(vendors, lc), cursor)
        found, cursor = found | set(seen.ids), seen.cursor
    vendors.time.advance(minutes=30)
    assert found | set(read(leadconduit_leads(vendors, lc), cursor).ids) == ids


@pytest.mark.parametrize(
    ("outcome", "problem"),
    [
        ("success", None),
        ("failure", "LeadConduit rejected it (failure): no buyer"),
        ("error", "LeadConduit rejected it (error): no buyer"),
    ],
)
def test_a_rejected_lead_is_kept_with_the_reason(
    vendors: Vendors, lc: LeadConduit, outcome: str, problem: str | None
) -> None:
    lc.add_lead(vendors.time.now() - timedelta(minutes=1), outcome)
    (record,) = read(leadconduit_leads(vendors, lc)).records
    assert record.problem == problem


@pytest.mark.parametrize("broken", [without("vars"), mistyped("vars"), mistyped("lead")])
def test_a_lead_that_cannot_be_read_is_kept_until_it_can(
    vendors: Vendors, lc: LeadConduit, broken: Action
) -> None:
    sent(lc, 1)
    vendors.fault(EVENTS, broken)
    found = read(leadconduit_leads(vendors, lc))
    assert [record.problem for record in found.records] == ["vars cannot be read"]
    again = read(leadconduit_leads(vendors, lc), found.cursor)
    assert [record.problem for record in again.records] == [None]


def test_a_lead_that_can_never_be_read_does_not_keep_others_back(
    vendors: Vendors, lc: LeadConduit
) -> None:
    """It is read again by the pulls of a day."""
    good, bad, new = sent(lc, 3)
    lc.at_most = 3  # a lead a page
    vendors.fault(EVENTS, _without_vars(bad), times=999)
    cursor = read(leadconduit_leads(vendors, lc)).cursor
    assert cursor["reached"] == _minted(good)
    for _ in range(95):
        cursor = read(leadconduit_leads(vendors, lc), cursor).cursor
    assert cursor["reached"] == _minted(new)


def test_a_lead_is_flat_under_the_names_of_an_export(vendors: Vendors, lc: LeadConduit) -> None:
    """Values that come with what was found out about them are the values alone."""
    lead_id = lc.add_lead(
        vendors.time.now() - timedelta(minutes=1),
        email={"value": "dana@example.com", "domain": "example.com"},
        phone_1={"raw": "202 555 0101", "normal": "2025550101", "valid": True},
        trustedform={"cert": {"url": "https://cert.example.com/1"}},
    )
    (record,) = read(leadconduit_leads(vendors, lc)).records
    assert record.lead == {
        "lead_id": lead_id,
        "email": "dana@example.com",
        "phone_1": "2025550101",
        "trustedform": {"cert": {"url": "https://cert.example.com/1"}},
        "flow_id": "6a00000000000000000000f1",
        "flow_name": "Autumn flow",
        "source_id": "6a00000000000000000000f2",
        "source_name": "Partner A",
        "submission_timestamp": "2026-11-02T08:59:00Z",
        "ip_address": "192.0.2.10",
    }
    assert record.payload["vars"]["lead"]["email"]["domain"] == "example.com"


def test_a_lead_is_looked_up_by_a_search(vendors: Vendors, lc: LeadConduit) -> None:
    at = vendors.time.now() - timedelta(minutes=1)
    lead_id = lc.add_lead(at, email="dana@example.com")
    lc.add_lead(at, email="omar@example.com")
    (found,) = leadconduit_leads(vendors, lc).search("dana@example.com")
    assert (found.lead_id, found.submitted_at) == (lead_id, at)
    assert found.event["vars"]["lead"]["email"] == "dana@example.com"


def test_what_leadconduit_counts_is_what_was_read(vendors: Vendors, lc: LeadConduit) -> None:
    sent(lc, 20)
    lc.add_lead(vendors.time.now() - timedelta(minutes=1), "failure")
    source = leadconduit_leads(vendors, lc)
    span = Window(vendors.time.now() - timedelta(days=1), vendors.time.now())
    assert source.stats(span) == {"success": 20, "failure": 1}
    assert len(read(source).records) == 21


def test_a_key_that_is_refused_is_told_with_what_to_do(vendors: Vendors, lc: LeadConduit) -> None:
    sent(lc, 1_000)

    def reset_key() -> None:
        lc.api_key = "another"

    source = leadconduit_leads(vendors, lc)
    key = lc.api_key
    vendors.fault(EVENTS, doing(reset_key), nth=2)
    with pytest.raises(AccessLost, match=r"LEADCONDUIT_API_KEY is refused.*free") as raised:
        read(source)
    assert len(vendors.calls(EVENTS)) == 2
    assert key not in str(raised.value)
    assert all(key not in str(call.query) for call in vendors.journal)


OUTAGES = [unavailable(), html(502), reset(), too_many(30), too_many()]
BROKEN = [html(), truncated(), answers(False), answers({}), answers({"events": []}),
          without("id"), mistyped("id"), mistyped("id", 7), without("type")]  # fmt: skip


@pytest.mark.parametrize("outage", OUTAGES)
def test_an_outage_of_a_moment_is_outlived(
    vendors: Vendors, lc: LeadConduit, outage: Action
) -> None:
    ids = sent(lc, 1_000)
    vendors.fault(EVENTS, outage, nth=2, times=2)
    assert read(leadconduit_leads(vendors, lc)).ids == ids


def test_too_many_calls_for_longer_than_a_pull_may_wait_end_it(
    vendors: Vendors, lc: LeadConduit
) -> None:
    vendors.fault(EVENTS, too_many(300), times=99)
    with pytest.raises(Throttled):
        read(leadconduit_leads(vendors, lc))


@pytest.mark.parametrize("broken", BROKEN)
def test_an_answer_that_stays_broken_fails_after_two_more_tries(
    vendors: Vendors, lc: LeadConduit, broken: Action
) -> None:
    """What the pages before it gave counts, with their cursors."""
    ids = sent(lc, 1_000)
    vendors.fault(EVENTS, broken, nth=2, times=2)
    assert read(leadconduit_leads(vendors, lc)).ids == ids
    vendors.fault(EVENTS, broken, nth=2, times=3)
    source = leadconduit_leads(vendors, lc)
    pages = source.pages(next(source.parts()), None, None)
    assert [len(next(pages).records) for _ in range(2)] == [0, 334]
    with pytest.raises(Malformed):
        next(pages)


def test_an_event_on_two_pages_is_given_as_it_came(vendors: Vendors, lc: LeadConduit) -> None:
    ids = sent(lc, 1_000)
    vendors.fault(EVENTS, DuplicateLast(lambda page: page), times=2)
    assert set(read(leadconduit_leads(vendors, lc)).ids) == set(ids)


def test_a_call_that_is_not_understood_is_not_tried_again(
    vendors: Vendors, lc: LeadConduit
) -> None:
    vendors.fault(EVENTS, answers({"error": "limit is too large"}, 400), times=9)
    with pytest.raises(BadRequest, match="limit is too large"):
        read(leadconduit_leads(vendors, lc))
    assert len(vendors.calls(EVENTS)) == 1


def test_access_is_checked_by_the_newest_event(vendors: Vendors, lc: LeadConduit) -> None:
    assert list(leadconduit_leads(vendors, lc).check()) == [
        "the key opens the events of the account"
    ]
    sent(lc, 3)
    assert list(leadconduit_leads(vendors, lc).check()) == [
        "the key opens the events of the account, the newest of 2026-11-02 08:59 UTC"
    ]


def test_every_call_comes_after_the_answer_to_the_one_before(
    vendors: Vendors, lc: LeadConduit
) -> None:
    sent(lc, 1_000)
    read(leadconduit_leads(vendors, lc))
    assert vendors.most_at_once == 1
