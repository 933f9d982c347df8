"""Google Ads lead forms against a fake of the API over HTTP: windows, zones, kinds of error."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from lead_pipeline.connectors.faults import (
    AccessLost,
    BadRequest,
    Fault,
    Forbidden,
    Malformed,
    Throttled,
    Transient,
)
from lead_pipeline.connectors.model import Window
from lead_pipeline_tests.vendors.accounts import read, server, vendors
from lead_pipeline_tests.vendors.faults import (
    answers,
    changed,
    doing,
    html,
    mistyped,
    reset,
    truncated,
    unavailable,
    without,
)
from lead_pipeline_tests.vendors.gads import Customer, Submission, failure, quota
from lead_pipeline_tests.vendors.google import CUSTOMER, AdsSite, ads
from lead_pipeline_tests.vendors.server import START, Action, Vendors

__all__ = ["ads", "server", "vendors"]

SEARCH = "/gads/*:searchStream"


def sent(ads: AdsSite, name: str, at: datetime) -> None:
    ads.customer.submissions.append(Submission(name, at, {"FULL_NAME": "Dana Example"}))


def error(code: int, status: str, kind: str, what: str) -> dict[str, Any]:
    return failure(code, status, {"errorCode": {kind: what}, "message": "Sorry."})


def test_a_submission_becomes_a_lead_by_the_names_of_its_answers(ads: AdsSite) -> None:
    at = datetime(2026, 11, 1, 15, 15, 2, tzinfo=UTC)
    answers_ = {"FULL_NAME": "Dana Example", "PHONE_NUMBER": "+12025550101"}
    ads.customer.submissions.append(Submission("CjQ_x", at, answers_, {"Which model?": "suv"}))
    (record,) = read(ads.source()).records
    assert record.external_id == "CjQ_x"
    assert record.occurred_at == at
    assert record.payload["leadFormSubmissionData"]["id"] == "CjQ_x"
    assert {name: value for name, value in record.lead.items() if value} == {
        "id": "CjQ_x",
        "submission_date_time": "2026-11-01 10:15:02-05:00",
        "gclid": "Cj0KCQ_x",
        "form_id": "31",
        "campaign_id": "21",
        "campaign_name": "Autumn",
        "FULL_NAME": "Dana Example",
        "PHONE_NUMBER": "+12025550101",
        "Which model?": "suv",
    }


def test_all_batches_are_read_and_nothing_is_an_answer_too(ads: AdsSite, vendors: Vendors) -> None:
    assert read(ads.source()).records == []
    vendors.fault(SEARCH, answers([{"fieldMask": "x", "requestId": "y"}]))
    assert read(ads.source()).records == []
    for n in range(10):
        sent(ads, f"s{n}", START - timedelta(hours=n + 1))
    found = read(ads.source())
    assert len(found.ids) == 10
    assert found.cursor == {"at": (START - timedelta(hours=1)).isoformat()}


def test_only_the_last_page_tells_the_cursor(ads: AdsSite) -> None:
    for n in range(2001):
        sent(ads, f"s{n}", START - timedelta(minutes=n + 10))
    source = ads.source()
    pages = list(source.pages(next(source.parts()), None, None))
    assert [len(page.records) for page in pages] == [1000, 1000, 1]
    assert [page.cursor is None for page in pages] == [True, True, False]


def test_what_comes_late_is_found_within_two_days(ads: AdsSite) -> None:
    sent(ads, "first", START - timedelta(hours=1))
    cursor = read(ads.source()).cursor
    sent(ads, "late", START - timedelta(hours=48))
    sent(ads, "too late", START - timedelta(hours=50))
    again = read(ads.source(), cursor)
    assert again.ids == ["late", "first"]
    assert again.cursor == cursor  # it never moves back


def test_what_is_of_this_minute_is_left_to_the_next_pull(ads: AdsSite, vendors: Vendors) -> None:
    sent(ads, "now", START - timedelta(minutes=1))
    assert read(ads.source()).ids == []
    vendors.time.advance(minutes=15)
    assert read(ads.source()).ids == ["now"]


@pytest.mark.parametrize("ahead", [-10, 10])
def test_a_clock_of_ours_that_is_off_leaves_no_gap(
    ads: AdsSite, vendors: Vendors, ahead: int
) -> None:
    vendors.time.client_ahead = timedelta(minutes=ahead)
    found: list[str] = []
    cursor = None
    for n in range(8):
        sent(ads, f"s{n}", vendors.time.now())
        again = read(ads.source(), cursor)
        found += again.ids
        cursor = again.cursor
        if cursor:
            assert datetime.fromisoformat(cursor["at"]) < vendors.time.now()
        vendors.time.advance(minutes=15)
    found += read(ads.source(), cursor).ids
    assert set(found) == {f"s{n}" for n in range(8)}


def test_the_hour_that_summer_time_repeats_is_read_twice_and_told_apart(
    ads: AdsSite, vendors: Vendors
) -> None:
    for n in range(6):  # 0:30, 1:00, 1:30 in summer; 1:00, 1:30, 2:00 in winter
        sent(ads, f"s{n}", datetime(2026, 11, 1, 4, 30, tzinfo=UTC) + timedelta(minutes=30 * n))
    found = read(ads.source())
    local = [record.lead["submission_date_time"][11:] for record in found.records]
    assert local[1:5] == ["01:00:00-04:00", "01:30:00-04:00", "01:00:00-05:00", "01:30:00-05:00"]
    times = [record.occurred_at for record in found.records]
    assert times == sorted(times)
    since = datetime(2026, 11, 1, 6, tzinfo=UTC)
    asked = read(ads.source(), asked=Window(since, since + timedelta(minutes=30)))
    assert asked.ids == ["s3", "s4"]
    assert asked.cursor is None


@pytest.mark.parametrize("zone", ["Pacific/Kiritimati", "Etc/GMT+12", "Asia/Kolkata"])
def test_a_window_is_kept_to_in_every_zone(ads: AdsSite, zone: str) -> None:
    ads.customer.zone = zone
    for n in range(96):
        sent(ads, f"s{n}", datetime(2026, 10, 28, tzinfo=UTC) + timedelta(hours=n))
    since = datetime(2026, 10, 29, tzinfo=UTC)
    found = read(ads.source(), asked=Window(since, since + timedelta(hours=47)))
    assert found.ids == [f"s{n}" for n in range(24, 72)]


def test_a_source_that_slept_long_takes_all_that_google_still_has(ads: AdsSite) -> None:
    sent(ads, "old", START - timedelta(days=59))
    assert read(ads.source()).ids == ["old"]
    asleep = {"at": (START - timedelta(days=100)).isoformat()}
    assert read(ads.source(), asleep).ids == ["old"]
    long_ago = Window(START - timedelta(days=90), START - timedelta(days=80))
    with pytest.raises(BadRequest, match="for 60 days"):
        read(ads.source(), asked=long_ago)


@pytest.mark.parametrize("how", ["bare", "wrapped", "late"])
@pytest.mark.parametrize(
    ("said", "kind", "told"),
    [
        (quota("RESOURCE_EXHAUSTED"), Throttled, "the quota of the day is used up"),
        (
            error(401, "UNAUTHENTICATED", "authenticationError", "OAUTH_TOKEN_REVOKED"),
            AccessLost,
            "OAUTH_TOKEN_REVOKED.*consent again",
        ),
        (
            error(401, "UNAUTHENTICATED", "authenticationError", "OAUTH_TOKEN_EXPIRED"),
            AccessLost,
            "a new token is refused as well",
        ),
        (
            error(403, "PERMISSION_DENIED", "authorizationError", "CUSTOMER_NOT_ENABLED"),
            Forbidden,
            "CUSTOMER_NOT_ENABLED",
        ),
        (error(500, "INTERNAL", "internalError", "INTERNAL_ERROR"), Transient, "INTERNAL_ERROR"),
        (
            error(400, "INVALID_ARGUMENT", "queryError", "UNRECOGNIZED_FIELD"),
            BadRequest,
            "UNRECOGNIZED_FIELD.*GOOGLE_ADS_VERSION",
        ),
        ({"error": {"code": 404, "message": "gone"}}, BadRequest, "GOOGLE_ADS_VERSION"),
        ({"error": {"code": 503, "message": "busy", "details": ["?"]}}, Fault, "503|not told as"),
    ],
)
def test_an_error_is_understood_wherever_it_stands(
    ads: AdsSite, vendors: Vendors, how: str, said: Any, kind: type[Fault], told: str
) -> None:
    """A stream that began well and ends in an error counts for nothing."""
    sent(ads, "one", START - timedelta(hours=1))
    code = said["error"]["code"]
    fault = {
        "bare": answers(said, code),
        "wrapped": answers([said], code),
        "late": changed(lambda batches: [*batches, said]),
    }[how]
    vendors.fault(SEARCH, fault, times=9)
    with pytest.raises(kind, match=told):
        read(ads.source())
    assert len(vendors.calls(SEARCH)) <= 5


def test_the_wait_that_google_tells_is_heeded(ads: AdsSite, vendors: Vendors) -> None:
    sent(ads, "one", START - timedelta(hours=1))
    said = quota("RESOURCE_TEMPORARILY_EXHAUSTED", "30s")
    vendors.fault(SEARCH, answers([said], 429))
    assert read(ads.source()).ids == ["one"]
    refused, again = vendors.calls(SEARCH)
    assert (again.at - refused.at).total_seconds() >= 30
    assert again.body == refused.body


def test_when_the_quota_of_the_day_is_used_up_nothing_waits(ads: AdsSite, vendors: Vendors) -> None:
    vendors.fault(SEARCH, answers([quota("RESOURCE_EXHAUSTED")], 429))
    with pytest.raises(Throttled):
        read(ads.source())
    assert vendors.time.slept == []


@pytest.mark.parametrize("fault", [unavailable(), reset(), truncated(), html(), answers(False)])
def test_what_passes_is_tried_again(ads: AdsSite, vendors: Vendors, fault: Action) -> None:
    sent(ads, "one", START - timedelta(hours=1))
    vendors.fault(SEARCH, fault, times=2)
    assert read(ads.source()).ids == ["one"]


@pytest.mark.parametrize(
    "fault",
    [truncated(), html(), answers(False), answers({}), mistyped("results", 7)]
    + [without(key) for key in ("leadFormSubmissionData", "fieldType")],
)
def test_what_stays_broken_is_malformed(ads: AdsSite, vendors: Vendors, fault: Action) -> None:
    sent(ads, "one", START - timedelta(hours=1))
    vendors.fault(SEARCH, fault, times=9)
    with pytest.raises(Malformed):
        read(ads.source())
    assert len(vendors.calls(SEARCH)) == 3


def test_a_token_that_runs_out_is_renewed_once(ads: AdsSite, vendors: Vendors) -> None:
    sent(ads, "one", START - timedelta(hours=1))
    source = ads.source()
    read(source)
    ads.token.expire()
    assert read(source).ids == ["one"]
    assert ads.token.given == 2
    ads.token.expire()
    ads.token.revoked = True
    with pytest.raises(AccessLost, match="Make a new key or consent again"):
        read(source)


def test_a_customer_of_a_manager_is_asked_for_in_its_name(ads: AdsSite) -> None:
    ads.fake.customers["9990001111"] = Customer(manager="5550002222")
    with pytest.raises(Forbidden, match="GOOGLE_ADS_LOGIN_CUSTOMER_ID"):
        read(ads.source("9990001111"))
    assert read(ads.source("9990001111", login_customer_id="5550002222")).ids == []


def test_each_customer_is_a_part_of_its_own(ads: AdsSite) -> None:
    parts = list(ads.source(CUSTOMER, "9990001111").parts())
    assert [part.title for part in parts] == ["customer 123-000-4567", "customer 999-000-1111"]


def test_questions_that_are_called_as_something_else_are_kept(ads: AdsSite) -> None:
    at = START - timedelta(hours=1)
    asked = {"gclid": "what is that?"}
    ads.customer.submissions.append(Submission("one", at, {"EMAIL": "a@example.com"}, asked))
    (record,) = read(ads.source()).records
    assert record.lead["gclid"] == "Cj0KCQ_x"
    assert "what is that?" in record.lead.values()


def test_a_submission_without_a_time_that_can_be_read_is_taken(
    ads: AdsSite, vendors: Vendors
) -> None:
    sent(ads, "one", START - timedelta(hours=1))
    vendors.fault(SEARCH, mistyped("submissionDateTime", "soon"))
    found = read(ads.source())
    assert found.ids == ["one"]
    assert found.cursor is None


def test_a_check_tells_what_works_and_then_what_does_not(ads: AdsSite) -> None:
    sent(ads, "one", START - timedelta(hours=1))
    assert list(ads.source().check()) == [
        "Google gives the user who consented a token",
        "customer 123-000-4567: can be read, 1 submissions in about a week",
    ]
    ads.customer.is_enabled = False
    with pytest.raises(Forbidden, match="CUSTOMER_NOT_ENABLED"):
        list(ads.source().check())


def test_no_secret_stands_in_a_fault(ads: AdsSite, vendors: Vendors) -> None:
    said = {"error": {"code": 400, "message": "ya29.secret-1 client-secret-0001 a@example.com"}}
    vendors.fault(SEARCH, answers(said, 400))
    with pytest.raises(BadRequest) as caught:
        read(ads.source())
    for secret in ("ya29", "client-secret", "@example.com"):
        assert secret not in str(caught.value)


def test_something_that_happens_while_it_is_asked_does_no_harm(
    ads: AdsSite, vendors: Vendors
) -> None:
    vendors.fault(SEARCH, doing(lambda: sent(ads, "one", START - timedelta(hours=1))))
    assert read(ads.source()).ids == ["one"]
