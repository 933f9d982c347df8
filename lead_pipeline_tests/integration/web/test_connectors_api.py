"""Pulled sources over the API: how each stands, a pull at once, what came of it."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest

from lead_pipeline.access.tokens import Role
from lead_pipeline.connectors.deliver import deliver
from lead_pipeline.imports.site import Site
from lead_pipeline_tests.integration.connectors.pulling import (
    FORM,
    being_pulled,
    connected,
    until_over,
)
from lead_pipeline_tests.integration.connectors.vendor import only_import
from lead_pipeline_tests.integration.steps import run_steps
from lead_pipeline_tests.integration.web.serving import Caller, serving
from lead_pipeline_tests.integration.web.test_guard import a_token, bearer
from lead_pipeline_tests.vendors.accounts import graph, server, vendors
from lead_pipeline_tests.vendors.google import SheetsSite, sheet_row, sheets
from lead_pipeline_tests.vendors.graph import Graph

__all__ = ["connected", "graph", "server", "sheets", "vendors"]


@pytest.fixture
def call(connected: Site) -> Iterator[Caller]:
    with serving(connected) as caller:
        yield caller


def test_a_pull_goes_on_by_itself_and_what_came_of_it_is_looked_up(
    call: Caller, connected: Site
) -> None:
    begun = call("POST", "/api/pull/meta")
    assert (begun.status, begun.json["source"]) == (202, "meta")
    over = until_over(call, begun.json)
    assert (over["status"], over["read"], over["new"], over["imported"]) == ("done", 2, 2, 0)
    deliver(connected)  # which the pull is about to do, or has done
    run_steps(connected, only_import(connected))
    over = call("GET", begun.json["follow"]).json
    assert (over["imports"], over["imported"], over["contacts_new"]) == (1, 1, 2)
    assert call("GET", "/api/pulls/77").status == 404


def test_an_older_scheduler_begins_the_pull_of_the_sheets_by_its_own_path(
    connected: Site, sheets: SheetsSite
) -> None:
    """What is told where it stands is its last row, with the id and the time of that."""
    sheets.tab.rows[1:] = [sheet_row(1), sheet_row(2)]
    accounts = replace(connected.settings.accounts, google_sheet=sheets.account())
    settings = replace(connected.settings, accounts=accounts)
    with serving(replace(connected, settings=settings)) as call:
        begun = call("POST", "/trpc/import.runManualImport", {})
        assert begun.status == 202
        until_over(call, begun.json["result"]["data"])
        (told,) = [one for one in call("GET", "/api/sources/pulled").json if one["parts"]]
    (part,) = told["parts"]
    assert (told["source"], part["title"], part["records"]) == ("google_sheet", "Book: Leads", 2)
    assert (part["position"]["row"], part["position"]["id"]) == (3, "700002")
    assert not {"blocks", "doubled"} & part["position"].keys()


def test_where_the_sheets_are_not_configured_the_older_path_says_what_to_set(call: Caller) -> None:
    refused = call("POST", "/trpc/import.runManualImport", {})
    assert (refused.status, refused.headers["content-type"]) == (404, "application/problem+json")
    assert "set GOOGLE_SERVICE_ACCOUNT_CREDENTIALS and GOOGLE_SHEET_IDS" in refused.json["detail"]
    assert call.having(origin="https://evil.example.com")(
        "POST", "/trpc/import.runManualImport", {}
    ).status == 403  # fmt: skip


def test_what_is_not_there_not_configured_or_being_pulled_is_told(
    call: Caller, connected: Site
) -> None:
    assert "set KNOWLARITY_API_KEY" in call("POST", "/api/pull/knowlarity").json["detail"]
    unknown = call("POST", "/api/pull/crm")
    assert (unknown.status, "there is no source 'crm'" in unknown.json["detail"]) == (404, True)
    with being_pulled(connected, "meta"):
        busy = call("POST", "/api/pull/meta")
    assert (busy.status, "meta is being pulled" in busy.json["detail"]) == (409, True)


def test_access_that_is_lost_while_it_is_pulled_is_told_with_what_to_do(
    call: Caller, graph: Graph
) -> None:
    graph.expires = graph.time.now() - timedelta(days=1)
    over = until_over(call, call("POST", "/api/pull/meta").json)
    assert over["status"] == "failed"
    assert "META_PAGE_ACCESS_TOKEN" in over["error"]
    assert graph.token not in str(over)


def test_every_source_is_told_of_whether_it_is_configured_or_not(call: Caller) -> None:
    until_over(call, call("POST", "/api/pull/meta").json)
    told = {one["source"]: one for one in call("GET", "/api/sources/pulled").json}
    assert set(told) == {"google_sheet", "meta", "google_ads", "knowlarity", "leadconduit"}
    assert told["leadconduit"]["advice"] == "leadconduit is not configured: set LEADCONDUIT_API_KEY"
    meta = told["meta"]
    assert (meta["configured"], meta["pulls_of_30_days"], meta["success_percent"]) == (True, 1, 100)
    assert meta["next_pull_at"][14:16] in ("00", "15", "30", "45")
    assert [one["read"] for one in meta["last_pulls"]] == [2]
    (part,) = meta["parts"]
    assert (part["part"], part["title"], part["records"]) == (FORM, "Autumn offer", 2)
    assert part["last_external_id"] in ("700000", "700001")
    assert part["position"]
    assert (meta["webhook"]["configured"], meta["webhook"]["warning"]) == (True, None)
    assert told["google_sheet"]["webhook"] is None


def test_pulls_come_in_pages_the_newest_first(call: Caller) -> None:
    numbers = []
    for _ in range(2):
        numbers.append(call("POST", "/api/pull/meta").json)
        until_over(call, numbers[-1])
    first = call("GET", "/api/pulls?limit=1").json
    second = call("GET", f"/api/pulls?limit=1&cursor={first['next']}&source=meta").json
    found = [one["pull_id"] for page in (first, second) for one in page["items"]]
    assert found == [one["pull_id"] for one in reversed(numbers)]
    assert second["next"] is None
    assert call("GET", "/api/pulls?source=knowlarity").json["items"] == []


def test_a_viewer_sees_counts_and_pulls_nothing(call: Caller, connected: Site) -> None:
    until_over(call, call("POST", "/api/pull/meta").json)
    viewer = call.having(authorization=bearer(a_token(connected, Role.VIEWER)))
    assert viewer("POST", "/api/pull/meta").status == 403
    assert call("POST", "/api/pull/meta").status == 401
    told = {one["source"]: one for one in viewer("GET", "/api/sources/pulled").json}
    (part,) = told["meta"]["parts"]
    assert (part["records"], part["position"], part["last_external_id"]) == (2, {}, None)
    assert viewer("GET", "/api/pulls").json["items"][0]["new"] == 2
