"""The source of one's own that the docs show: that text, run against a service that it is for."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from starlette.responses import JSONResponse, Response

from lead_pipeline.connectors import registry
from lead_pipeline.connectors.pull import pull
from lead_pipeline.connectors.registry import Connector, opened
from lead_pipeline.imports.site import Site
from lead_pipeline.settings.accounts import NO_ACCOUNTS
from lead_pipeline_tests.integration.connectors.documented import installed
from lead_pipeline_tests.integration.connectors.vendor import only_import
from lead_pipeline_tests.integration.dagster_run import rows
from lead_pipeline_tests.integration.steps import run_steps
from lead_pipeline_tests.vendors.accounts import server, vendors
from lead_pipeline_tests.vendors.server import Call, Vendors

__all__ = ["server", "vendors"]


class WebinarService:
    """Five registrations, two to a page."""

    def answer(self, call: Call) -> Response:
        if call.headers.get("authorization") != "Bearer a-key":
            return JSONResponse({"message": "who are you?"}, 401)
        page = int(call.params["page"])
        items = [
            {
                "id": f"r{n}",
                "registered_at": "2026-11-02T08:30:00+00:00",
                "Attendee Name": "Dana Example",
                "Attendee Email": f"dana{n}@example.com",
            }
            for n in range(5)[2 * page - 2 : 2 * page]
        ]
        return JSONResponse({"items": items, "next_page": page + 1 if page < 3 else None})


@pytest.fixture
def connector(monkeypatch: pytest.MonkeyPatch, vendors: Vendors) -> Iterator[Connector]:
    """What the docs show, as an installed package would bring it."""
    vendors.mount("/webinars", WebinarService())
    monkeypatch.setenv("WEBINARS_URL", f"{vendors.url}/webinars")
    monkeypatch.setenv("WEBINARS_KEY", "a-key")
    with installed(monkeypatch, "own source", "webinars") as module:
        yield module.__dict__["connector"]


def test_it_is_pulled_like_any_other(site: Site, vendors: Vendors, connector: Connector) -> None:
    assert registry.connectors()["webinars"] is connector
    source = opened("webinars", NO_ACCOUNTS, vendors.clock)
    assert list(source.check()) == ["registrations can be read"]
    first = pull(site, source, clock=vendors.clock)
    assert (first.status, first.new) == ("done", 5)
    run_steps(site, only_import(site))
    leads = rows(site, "SELECT email, import_source FROM leads_master ORDER BY 1")
    assert [lead["email"] for lead in leads] == [f"dana{n}@example.com" for n in range(5)]
    vendors.time.advance(minutes=15)
    again = pull(site, source, clock=vendors.clock)
    assert (again.new, again.known) == (0, 5)


def test_it_is_not_configured_without_its_settings(
    connector: Connector, monkeypatch: pytest.MonkeyPatch, vendors: Vendors
) -> None:
    monkeypatch.delenv("WEBINARS_KEY")
    assert connector.open(NO_ACCOUNTS, vendors.clock) is None
    assert connector.advice == "webinars is not configured: set WEBINARS_URL and WEBINARS_KEY"


def test_it_has_a_window_that_overlaps(vendors: Vendors, connector: Connector, site: Site) -> None:
    source = opened("webinars", NO_ACCOUNTS, vendors.clock)
    pull(site, source, clock=vendors.clock)
    vendors.time.advance(hours=5)
    pull(site, source, clock=vendors.clock)
    since = [
        call.params["from"] for call in vendors.calls("/webinars/*") if call.params["page"] == "1"
    ]
    settle, overlap = timedelta(minutes=3), timedelta(hours=1)
    begin = vendors.time.now() - timedelta(hours=5) - settle
    assert since == [
        (begin - timedelta(days=30)).isoformat(),
        (begin - overlap).isoformat(),
    ]
