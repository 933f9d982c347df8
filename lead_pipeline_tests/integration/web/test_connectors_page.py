"""The page of the connectors: how sources and their webhooks stand, a pull now, a test sent."""

import logging
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from lead_pipeline.access.tokens import Role
from lead_pipeline.database import connect
from lead_pipeline.imports.site import Site
from lead_pipeline.settings.accounts import Webhooks
from lead_pipeline_tests.integration.connectors.pulling import (
    HOOKS,
    being_pulled,
    called,
    connected,
    found_by_the_poll,
    until_over,
)
from lead_pipeline_tests.integration.dagster_run import rows
from lead_pipeline_tests.integration.web.forms import send, words
from lead_pipeline_tests.integration.web.serving import Answer, Caller, serving
from lead_pipeline_tests.integration.web.test_guard import a_token, bearer
from lead_pipeline_tests.vendors.accounts import graph, server, vendors
from lead_pipeline_tests.vendors.graph import Graph

__all__ = ["connected", "graph", "server", "vendors"]


@pytest.fixture
def call(connected: Site) -> Iterator[Caller]:
    with serving(connected) as caller:
        yield caller


def pulled(call: Caller) -> Answer:
    """The page after a pull of Meta that is over."""
    answer = send(call, "/connectors/meta/pull", {})
    number = max(one["pull_id"] for one in call("GET", "/api/pulls").json["items"])
    until_over(call, {"follow": f"/api/pulls/{number}"})
    assert "The pull has begun" in words(answer)
    return call("GET", "/connectors")


def test_a_pull_begins_at_a_button_and_its_counts_stand_on_the_page(call: Caller) -> None:
    page = words(pulled(call))
    assert "Ended well in 30 days 1 of 1 pulls (100.0 %)" in page
    assert "Autumn offer 2" in page
    assert "knowlarity is not configured: set KNOWLARITY_API_KEY and KNOWLARITY_SR_KEY" in page


def test_what_went_wrong_is_told_with_what_to_do(
    call: Caller, connected: Site, graph: Graph
) -> None:
    with being_pulled(connected, "meta"):
        busy = send(call, "/connectors/meta/pull", {})
    assert (busy.status, "meta is being pulled at this moment" in words(busy)) == (409, True)
    assert send(call, "/connectors/leadconduit/pull", {}).status == 409
    graph.expires = graph.time.now() - timedelta(days=1)
    page = words(pulled(call))
    assert "META_PAGE_ACCESS_TOKEN" in page
    assert graph.token not in page


@pytest.mark.parametrize("source", ["meta", "google_ads", "knowlarity"])
def test_a_test_proves_signature_inbox_and_counts(
    call: Caller, connected: Site, source: str, caplog: pytest.LogCaptureFixture
) -> None:
    """Nobody fetches or imports it, and the token in an address is shown nowhere."""
    caplog.set_level(logging.INFO)
    page = send(call, f"/connectors/{source}/test", {})
    assert "The test arrived" in words(page)
    (counted,) = rows(connected, "SELECT source, delivered, refused FROM connector_hooks")
    assert counted == {"source": source, "delivered": 1, "refused": 0}
    assert rows(connected, "SELECT FROM connector_notices WHERE fetched_at IS NULL") == []
    assert all(row["is_test"] for row in rows(connected, "SELECT is_test FROM connector_inbox"))
    for secret in (HOOKS.meta_app_secret, HOOKS.google_lead_key, HOOKS.knowlarity_token):
        assert str(secret) not in page.text + caplog.text


def test_a_webhook_that_is_not_configured_is_not_tested(connected: Site) -> None:
    accounts = replace(connected.settings.accounts, webhooks=Webhooks(google_lead_key="key"))
    half = replace(connected, settings=replace(connected.settings, accounts=accounts))
    with serving(half) as call:
        refused = send(call, "/connectors/meta/test", {})
        assert refused.status == 409
        advice = "the webhook of meta is not configured: set META_APP_SECRET and META_VERIFY_TOKEN"
        assert advice in words(refused)
        assert "leadconduit has no webhook" in words(send(call, "/connectors/leadconduit/test", {}))
        assert "The test arrived" in words(send(call, "/connectors/google_ads/test", {}))


def test_what_only_the_poll_found_is_told_by_day_with_what_to_do(
    call: Caller, connected: Site
) -> None:
    now = datetime.now(UTC)
    called(connected, 3, delivered=2)
    for days, count in ((0.02, 1), (1, 4), (3, 8)):  # of the first day nobody knows
        found_by_the_poll(connected, count, now - timedelta(days=days))
    (meta,) = [one for one in call("GET", "/api/sources/pulled").json if one["source"] == "meta"]
    assert sum(day["missed"] for day in meta["webhook"]["days"]) == 5
    page = words(call("GET", "/connectors"))
    assert "Since yesterday only the poll found 5 records that /webhooks/meta was to tell" in page
    assert "send a test, and see that it is still switched on at meta" in page


def test_what_a_webhook_named_and_nobody_has_fetched_yet_is_not_missed(
    call: Caller, connected: Site
) -> None:
    found_by_the_poll(connected, 2, datetime.now(UTC) - timedelta(days=1))
    with connect(connected.settings.database_url) as session:
        session.execute(
            "INSERT INTO connector_notices (source, external_id, payload)"
            " SELECT source, external_id, '{}' FROM connector_inbox LIMIT 1"
        )
    assert "only the poll found 1 record that" in words(call("GET", "/connectors"))


def test_why_a_webhook_may_not_deliver_is_told(call: Caller, connected: Site) -> None:
    found_by_the_poll(connected, 1, datetime.now(UTC) - timedelta(days=1))
    assert "nobody has called it: enter its address at meta" in words(call("GET", "/connectors"))
    called(connected, 5, delivered=1)
    called(connected, 1, refused=7)
    page = words(call("GET", "/connectors"))
    assert "calls were refused: see that meta has META_APP_SECRET and META_VERIFY_TOKEN" in page


def test_a_viewer_sees_counts_and_no_button(call: Caller, connected: Site) -> None:
    pulled(call)
    viewer = call.having(authorization=bearer(a_token(connected, Role.VIEWER)))
    page = viewer("GET", "/connectors")
    assert "Autumn offer 2" in words(page)
    assert "70000" not in page.text
    assert "Pull meta now" not in page.text
    assert viewer("POST", "/connectors/meta/pull").status == 403
    assert viewer("POST", "/connectors/meta/test").status == 403


def test_where_nothing_is_configured_it_says_what_to_set(site: Site) -> None:
    with serving(site) as call:
        page = words(call("GET", "/connectors"))
    assert "No source is configured." in page
    assert "leadconduit is not configured: set LEADCONDUIT_API_KEY" in page
