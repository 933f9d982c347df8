"""What a pull tells of the troubles of Meta, Knowlarity and LeadConduit, and where it goes on."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from lead_pipeline.connectors.inbox import keep
from lead_pipeline.connectors.model import Json, Page, Part, Source
from lead_pipeline.connectors.pull import pull
from lead_pipeline.database import connect
from lead_pipeline.imports.site import Site
from lead_pipeline_tests.integration.connectors.vendor import Killed
from lead_pipeline_tests.integration.connectors.weeks import Mortal, begin_anew
from lead_pipeline_tests.integration.dagster_run import rows
from lead_pipeline_tests.vendors.accounts import (
    graph,
    knowlarity_calls,
    kpi,
    lc,
    leadconduit_leads,
    meta_leads,
    server,
    vendors,
)
from lead_pipeline_tests.vendors.faults import answers, html, too_many
from lead_pipeline_tests.vendors.graph import Graph
from lead_pipeline_tests.vendors.kpi import Kpi
from lead_pipeline_tests.vendors.lc import LeadConduit
from lead_pipeline_tests.vendors.server import Vendors

__all__ = ["graph", "kpi", "lc", "server", "vendors"]

FORM, OTHER = "810000000000001", "810000000000002"
Open = Callable[[], Source]


@pytest.fixture(params=["meta", "knowlarity", "leadconduit"])
def source(
    request: pytest.FixtureRequest, vendors: Vendors, graph: Graph, kpi: Kpi, lc: LeadConduit
) -> Open:
    """Each source with twelve records on four pages or more."""
    graph.at_most = kpi.at_most = 3
    lc.at_most = 9
    graph.add_form(FORM)
    for n in range(12):
        at = vendors.time.now() - timedelta(hours=1, minutes=n)
        graph.add_lead(FORM, f"7000{n}", at, full_name=f"Dana {'ABCDEFGHIJKL'[n]}",
                       phone_number=f"+120255501{n:02}")  # fmt: skip
        kpi.add(f"call {n}", f"+120255501{n:02}", at)
        lc.add_lead(at, first_name=f"Dana {'ABCDEFGHIJKL'[n]}", phone_1=f"20255501{n:02}")
    opened: dict[str, Open] = {
        "meta": lambda: meta_leads(vendors, graph),
        "knowlarity": lambda: knowlarity_calls(vendors, kpi),
        "leadconduit": lambda: leadconduit_leads(vendors, lc),
    }
    return opened[request.param]


def cursors(site: Site) -> list[Json]:
    found = rows(site, "SELECT position FROM connector_cursors")
    return [row["position"] for row in found]


def kept(site: Site) -> int:
    (row,) = rows(site, "SELECT count(*) AS n FROM connector_inbox")
    return int(row["n"])


def test_throttling_that_outlasts_a_pull_ends_it_and_the_next_one_completes(
    site: Site, vendors: Vendors, source: Open
) -> None:
    vendors.fault("*", too_many(600), nth=3, times=2)
    first = pull(site, source(), clock=vendors.clock)
    assert (first.status, first.read < 12) == ("throttled", True)
    assert vendors.time.slept == [600]
    second = pull(site, source(), clock=vendors.clock)
    assert (second.status, first.new + second.new, kept(site)) == ("done", 12, 12)


def test_a_page_that_stays_broken_leaves_the_cursor_where_it_was(
    site: Site, vendors: Vendors, source: Open
) -> None:
    """But LeadConduit's, whose pages come in order, where the page before it ended."""
    vendors.fault("*", html(), nth=4, times=3)
    first = pull(site, source(), clock=vendors.clock)
    assert (first.status, 0 < first.new < 12) == ("partial", True)
    at = cursors(site)
    assert pull(site, source(), clock=vendors.clock).status == "done"
    assert (kept(site), cursors(site)[0]["reached"] != at[0]["reached"]) == (
        12,
        first.source != "meta",
    )


def test_access_that_is_lost_fails_the_pull_at_once(
    site: Site, vendors: Vendors, source: Open
) -> None:
    vendors.fault("/graph/*", answers({"error": {"code": 190, "message": "expired"}}, 400), nth=3)
    vendors.fault("/kpi/*", answers({"message": "no"}, 401), nth=3)
    vendors.fault("/lc/*", answers({"error": "authentication failed"}, 401), nth=3)
    first = pull(site, source(), clock=vendors.clock)
    assert (first.status, len(vendors.journal)) == ("failed", 3)
    assert pull(site, source(), clock=vendors.clock).status == "done"
    assert kept(site) == 12


def test_killed_before_any_page_the_next_pull_has_all(
    site: Site, vendors: Vendors, source: Open
) -> None:
    for page in range(1, 8):
        begin_anew(site)
        try:
            pull(site, Mortal(source(), page), clock=vendors.clock)
        except Killed:
            vendors.time.advance(minutes=15)
        assert pull(site, source(), clock=vendors.clock).status == "done"
        assert kept(site) == 12


def test_one_form_that_may_not_be_read_does_not_keep_others_back(
    site: Site, vendors: Vendors, graph: Graph
) -> None:
    graph.add_form(FORM, "Closed").forbidden = True
    graph.add_form(OTHER, "Open")
    for form in (FORM, OTHER):
        graph.add_lead(form, f"7{form}", vendors.time.now() - timedelta(hours=1))
    done = pull(site, meta_leads(vendors, graph), clock=vendors.clock)
    assert (done.status, done.new) == ("partial", 1)
    assert [(fault["part"], fault["kind"]) for fault in done.faults] == [("Closed", "Forbidden")]
    graph.forms[FORM].forbidden = False
    assert pull(site, meta_leads(vendors, graph), clock=vendors.clock).new == 1


def test_a_form_that_was_archived_since_is_read_to_its_last_lead(
    site: Site, vendors: Vendors, graph: Graph
) -> None:
    form = graph.add_form(FORM)
    pull(site, meta_leads(vendors, graph), clock=vendors.clock)
    graph.add_lead(FORM, "7", vendors.time.advance(minutes=1))
    form.status = "ARCHIVED"
    vendors.time.advance(minutes=15)
    assert pull(site, meta_leads(vendors, graph), clock=vendors.clock).new == 1


def test_a_lead_of_a_webhook_and_of_a_pull_is_one(
    site: Site, vendors: Vendors, graph: Graph
) -> None:
    graph.add_form(FORM)
    graph.add_lead(FORM, "7", vendors.time.now() - timedelta(hours=1))
    source = meta_leads(vendors, graph)
    with connect(site.settings.database_url) as session:
        told = Page([source.lead("7")])
        keep(session, source, Part(FORM, "webhook"), told, now=vendors.time.now(), pull_id=None)
    done = pull(site, meta_leads(vendors, graph), clock=vendors.clock)
    assert (done.new, done.known, kept(site)) == (0, 1, 1)


def test_a_lead_that_a_webhook_named_is_fetched_once_it_is_there(
    site: Site, vendors: Vendors, graph: Graph
) -> None:
    graph.add_form(FORM)
    with connect(site.settings.database_url) as session:
        session.execute(
            "INSERT INTO connector_notices (source, external_id, received_at, payload)"
            " VALUES ('meta', '7', now(), '{}')"
        )
    graph.add_lead(FORM, "7", vendors.time.now() - timedelta(days=30),
                   visible=vendors.time.now() + timedelta(minutes=10))  # fmt: skip
    first = pull(site, meta_leads(vendors, graph), clock=vendors.clock)
    assert (first.status, first.new) == ("done", 0)
    vendors.time.advance(minutes=15)
    assert pull(site, meta_leads(vendors, graph), clock=vendors.clock).new == 1
    (notice,) = rows(site, "SELECT attempts, fetched_at, error FROM connector_notices")
    assert notice == {"attempts": 2, "fetched_at": vendors.time.now(), "error": None}
