"""Calls to a vendor: what is tried again, how long is waited, and what is never told."""

from datetime import timedelta

import pytest
from starlette.responses import JSONResponse

from lead_pipeline.connectors.faults import (
    AccessLost,
    BadRequest,
    Expired,
    Fault,
    Forbidden,
    Malformed,
    Throttled,
    Transient,
)
from lead_pipeline.connectors.http import Api, by_status, redacted
from lead_pipeline_tests.vendors.accounts import server, vendors
from lead_pipeline_tests.vendors.faults import (
    answers,
    hang,
    html,
    reset,
    too_many,
    truncated,
    unavailable,
)
from lead_pipeline_tests.vendors.server import Action, Call, Vendors

__all__ = ["server", "vendors"]


class Seven:
    """Says seven to whoever has the token."""

    token = "fresh"

    def answer(self, call: Call) -> JSONResponse:
        if call.headers.get("authorization") != self.token:
            return JSONResponse({"error": f"{call.headers.get('authorization')} is over"}, 401)
        return JSONResponse({"value": 7})


@pytest.fixture
def seven(vendors: Vendors) -> Seven:
    seven = Seven()
    vendors.mount("/seven", seven)
    return seven


def client(vendors: Vendors, timeout: float = 60) -> Api:
    return Api(
        vendors.url,
        by_status,
        clock=vendors.clock,
        authorize=lambda: {"Authorization": "fresh"},
        secrets=["fresh"],
        timeout=timeout,
    )


def ask(api: Api) -> int:
    return api.get("/seven", read=lambda said: int(said["value"])).content


OUTAGES = [unavailable(), unavailable(500), html(502), answers({}, 408), reset()]


@pytest.mark.parametrize("outage", OUTAGES)
def test_an_outage_is_tried_again_up_to_five_times(
    vendors: Vendors, seven: Seven, outage: Action
) -> None:
    vendors.fault("/seven", outage, times=4)
    assert ask(client(vendors)) == 7
    assert all(1 <= pause <= 60 for pause in vendors.time.slept)
    vendors.fault("/seven", outage, times=5)
    with pytest.raises(Transient):
        ask(client(vendors))
    assert len(vendors.journal) == 10


def test_a_vendor_that_says_nothing_is_asked_again(vendors: Vendors, seven: Seven) -> None:
    vendors.fault("/seven", hang(0.5))
    assert ask(client(vendors, timeout=0.1)) == 7


def test_a_gap_that_the_vendor_asks_for_is_kept(vendors: Vendors, seven: Seven) -> None:
    """In seconds, until a date, or not told at all."""
    until = vendors.time.now() + timedelta(seconds=90)
    vendors.fault("/seven", too_many(30))
    vendors.fault("/seven", too_many(until), nth=2)
    vendors.fault("/seven", too_many(), nth=3)
    assert ask(client(vendors)) == 7
    assert vendors.time.slept[:2] == [30, 60]
    assert 1 <= vendors.time.slept[2] <= 60


def test_all_waits_of_a_pull_together_have_an_end(vendors: Vendors, seven: Seven) -> None:
    api = client(vendors)
    for _ in range(2):
        vendors.fault("/seven", too_many(400))
        assert ask(api) == 7
    vendors.fault("/seven", too_many(400))
    with pytest.raises(Throttled) as raised:
        ask(api)
    assert (raised.value.wait, vendors.time.slept) == (400, [400, 400])


@pytest.mark.parametrize(
    "broken", [html(), truncated(), answers(False), answers({}), answers({"value": "x"})]
)
def test_an_answer_that_is_none_is_tried_twice_more(
    vendors: Vendors, seven: Seven, broken: Action
) -> None:
    vendors.fault("/seven", broken, times=3)
    with pytest.raises(Malformed, match="not what it should be"):
        ask(client(vendors))
    assert len(vendors.journal) == 3


@pytest.mark.parametrize(
    ("status", "kind"),
    [(400, BadRequest), (401, AccessLost), (403, Forbidden), (404, BadRequest), (302, Malformed)],
)
def test_what_no_further_try_would_mend_is_told_at_once(
    vendors: Vendors, seven: Seven, status: int, kind: type[Fault]
) -> None:
    vendors.fault("/seven", answers({"error": {"message": "so it is"}}, status), times=9)
    with pytest.raises(kind, match="so it is"):
        ask(client(vendors))
    assert len(vendors.journal) == (3 if kind is Malformed else 1)


def test_a_token_that_ran_out_is_had_anew_once(vendors: Vendors, seven: Seven) -> None:
    tokens = ["old", "fresh"]

    def refresh() -> None:
        tokens.pop(0)

    def api() -> Api:
        return Api(
            vendors.url,
            lambda response: Expired("over") if response.status_code == 401 else None,
            clock=vendors.clock,
            authorize=lambda: {"Authorization": tokens[0]},
            refresh=refresh,
        )

    assert ask(api()) == 7
    tokens[:] = ["old", "older"]
    with pytest.raises(AccessLost, match="a new token is refused as well"):
        ask(api())
    assert len(vendors.journal) == 4


def test_no_fault_tells_a_secret_or_anybodys_data(vendors: Vendors, seven: Seven) -> None:
    seven.token = "another"
    with pytest.raises(AccessLost, match=r"\*\*\* is over"):
        ask(client(vendors))
    private = "access_token=abc123&x dana@example.com +1 202-555-0101 Bearer xyz"
    assert redacted(private) == "access_token=***&x *** *** Bearer ***"


@pytest.mark.parametrize(("minutes", "told"), [(10, "600 s ahead of"), (-10, "600 s behind")])
def test_a_clock_that_is_wrong_is_told_once(
    vendors: Vendors, seven: Seven, caplog: pytest.LogCaptureFixture, minutes: int, told: str
) -> None:
    vendors.time.client_ahead = timedelta(minutes=minutes)
    api = client(vendors)
    assert [ask(api), ask(api)] == [7, 7]
    assert [record.getMessage() for record in caplog.records] == [
        f"our clock is {told} that of 127.0.0.1"
    ]
