"""The base of the fake vendors: real HTTP, a clock of its own, and everything that goes wrong."""

import urllib.error
import urllib.request
from collections.abc import Iterator
from datetime import timedelta
from email.utils import parsedate_to_datetime
from http.client import HTTPException
from typing import Any

import pytest
from starlette.responses import JSONResponse, Response

from lead_pipeline_tests.vendors import faults
from lead_pipeline_tests.vendors.server import START, Call, Vendors, serving


class Shop:
    """A vendor with two pages of records."""

    def answer(self, call: Call) -> Response:
        page = int(call.params.get("page", "1"))
        return JSONResponse({"page": page, "records": [{"id": f"{page}{n}"} for n in "ab"]})


@pytest.fixture
def vendors() -> Iterator[Vendors]:
    with serving() as served:
        served.mount("/shop", Shop())
        yield served


def ask(vendors: Vendors, path: str, timeout: float = 10) -> tuple[int, Any, bytes]:
    """Status, headers and body of one GET."""
    try:
        with urllib.request.urlopen(vendors.url + path, timeout=timeout) as reply:
            return reply.status, reply.headers, reply.read()
    except urllib.error.HTTPError as error:
        return error.code, error.headers, error.read()


def test_calls_are_answered_and_journalled_at_the_time_of_the_vendor(vendors: Vendors) -> None:
    vendors.time.skew = timedelta(minutes=10)
    vendors.clock.sleep(90)
    status, headers, body = ask(vendors, "/shop/leads?page=2&when=a+b&when=%2B1")
    assert (status, body) == (200, b'{"page":2,"records":[{"id":"2a"},{"id":"2b"}]}')
    assert parsedate_to_datetime(headers["Date"]) == START + timedelta(seconds=690)
    [call] = vendors.journal
    assert (call.path, call.full_path, call.status) == ("/leads", "/shop/leads", 200)
    assert call.all("when") == ["a b", "+1"]
    assert call.at == START + timedelta(seconds=90)
    assert vendors.time.slept == [90]
    assert vendors.most_at_once == 1


def test_a_fault_hits_the_nth_call_of_its_route_and_no_other(vendors: Vendors) -> None:
    vendors.fault("/shop/le*", faults.too_many(30), nth=2)
    vendors.fault("/shop/other", faults.unavailable(), times=2)
    answers = [ask(vendors, "/shop/leads")[0] for _ in range(3)]
    assert answers == [200, 429, 200]
    assert [ask(vendors, "/shop/other")[0] for _ in range(3)] == [503, 503, 200]
    assert [call.status for call in vendors.calls("/shop/leads")] == [200, 429, 200]


def test_too_many_requests_say_when_to_come_back_in_each_way(vendors: Vendors) -> None:
    for nth, hint in enumerate((30, START + timedelta(seconds=30), None), start=1):
        vendors.fault("/shop/*", faults.too_many(hint), nth)
    said = [ask(vendors, "/shop/leads")[1]["Retry-After"] for _ in range(3)]
    assert said == ["30", "Mon, 02 Nov 2026 09:00:30 GMT", None]


def test_bodies_break_in_every_way(vendors: Vendors) -> None:
    path = "/shop/leads"

    def told(action: faults.Action) -> bytes:
        vendors.clear()
        vendors.mount("/shop", Shop())
        vendors.fault("/shop/*", action)
        return ask(vendors, path)[2]

    assert told(faults.truncated()) == b'{"page":1,"records":[{"'
    assert told(faults.html()).startswith(b"<html>")
    assert told(faults.answers(False)) == b"false"
    assert told(faults.without("id")) == b'{"page":1,"records":[{},{}]}'
    assert told(faults.mistyped("records", 7)) == b'{"page":1,"records":7}'
    with pytest.raises((HTTPException, ConnectionError)):
        told(faults.reset())


def test_a_server_that_hangs_is_left_by_the_client(vendors: Vendors) -> None:
    vendors.fault("/shop/*", faults.hang(5))
    with pytest.raises(TimeoutError):
        ask(vendors, "/shop/leads", timeout=0.2)


def test_pages_are_swapped_and_records_doubled(vendors: Vendors) -> None:
    vendors.fault("/shop/leads", faults.asking(lambda q: {"page": str(3 - int(q["page"]))}), 1, 2)
    vendors.fault("/shop/more", faults.DuplicateLast(lambda page: page["records"]), 1, 2)
    assert ask(vendors, "/shop/leads?page=1")[2].startswith(b'{"page":2')
    assert ask(vendors, "/shop/leads?page=2")[2].startswith(b'{"page":1')
    ask(vendors, "/shop/more?page=1")
    assert ask(vendors, "/shop/more?page=2")[2].count(b'"1b"') == 1


def test_something_happens_while_a_client_pages(vendors: Vendors) -> None:
    vendors.fault("/shop/*", faults.doing(lambda: vendors.time.advance(hours=1)), nth=2)
    ask(vendors, "/shop/leads")
    ask(vendors, "/shop/leads")
    assert vendors.time.now() == START + timedelta(hours=1)
