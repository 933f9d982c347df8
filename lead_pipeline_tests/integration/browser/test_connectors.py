"""The page of the connectors as people use it, on a desk and on a phone."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Browser, Page, expect

from lead_pipeline.imports.site import Site
from lead_pipeline_tests.integration.browser.tabs import (
    DESKTOP,
    PHONE,
    Tabs,
    is_wider_than_its_window,
    tabs_on,
    violations,
)
from lead_pipeline_tests.integration.connectors.pulling import (
    called,
    connected,
    found_by_the_poll,
)
from lead_pipeline_tests.integration.web.serving import serving
from lead_pipeline_tests.vendors.accounts import graph, server, vendors
from lead_pipeline_tests.vendors.graph import Graph

__all__ = ["connected", "graph", "server", "vendors"]


@pytest.fixture
def tabs(browser: Browser, connected: Site) -> Iterator[Tabs]:
    with serving(connected) as call, tabs_on(browser, call.url) as opened:
        yield opened


def until_it_shows(tab: Page, text: str) -> None:
    """The page is loaded anew, as people do who wait for a pull."""
    shown = tab.get_by_text(text, exact=True).first
    for _ in range(100):
        tab.goto("/connectors")
        if shown.is_visible():
            return
    pytest.fail(f"{text!r} is not shown")


@pytest.mark.parametrize("size", [DESKTOP, PHONE])
def test_a_pull_and_a_test_are_a_button_each(
    connected: Site, graph: Graph, tabs: Tabs, size: tuple[int, int]
) -> None:
    """Warnings and faults stand at their source; all of it fits and is accessible."""
    graph.add_form("9", "A form with a rather long name for winter", forbidden=True)
    called(connected, 3, delivered=2, refused=1)
    found_by_the_poll(connected, 2, datetime.now(UTC) - timedelta(days=1))
    tab = tabs.open("/connectors", size=size)
    tab.get_by_role("button", name="Pull meta now").click()
    expect(tab.get_by_role("status")).to_contain_text("The pull has begun")
    until_it_shows(tab, "in part")
    expect(tab.get_by_text("A form with a rather long name").first).to_be_visible()
    expect(tab.get_by_text("only the poll found 2 records")).to_be_visible()
    tab.get_by_role("button", name="Send a test to the webhook of meta").click()
    expect(tab.get_by_role("status")).to_contain_text("The test arrived")
    assert violations(tab) == []
    assert not is_wider_than_its_window(tab)
