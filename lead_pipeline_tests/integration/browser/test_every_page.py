"""What holds for every page: accessible, on a desk and on a phone, in light and in dark."""

import pytest
from playwright.sync_api import expect

from lead_pipeline.access.tokens import Role
from lead_pipeline.imports.site import Site
from lead_pipeline_tests.integration.browser.tabs import (
    DESKTOP,
    PHONE,
    Tabs,
    is_wider_than_its_window,
    violations,
)
from lead_pipeline_tests.integration.dagster_run import drop
from lead_pipeline_tests.integration.money.books import came, give_back, issue, on, terms
from lead_pipeline_tests.integration.steps import run_steps
from lead_pipeline_tests.integration.web.test_guard import a_token
from lead_pipeline_tests.making import csv_file

PAGES = [
    "/imports",
    "/upload",
    "/imports/1",
    "/imports/1/rows?outcome=rejected",
    "/imports/1/undo",
    "/imports/1/review",
    "/imports/1/mend",
    "/imports/2",
    "/leads",
    "/leads/1",
    "/sources",
    "/suppliers",
    "/suppliers/Acme%20Leads",
    "/overlap",
    "/returns",
    "/statements/1",
    "/connectors",
    "/dnc",
    "/duplicates",
    "/stats",
    "/notices",
    "/lead-notices",
    "/bucket",
    "/login",
    "/nowhere",
]
FILE = csv_file(["Full Name", "E-mail", "Phone", "Note"], [
    ["<script>alert(1)</script>", "ann@example.com", "202-555-0147", "<b>bold</b>"],
    ["שרה כהן", "sara@example.com", "202-555-0148", "😀"],
    ["", "", "", "nobody can be reached here"],
    ["Bo Ek", "ann@example.com", "202-555-0149", ""],
])  # fmt: skip


@pytest.fixture
def used(site: Site) -> Site:
    """A site with an import of every kind of row, and names that would break a careless page."""
    run_steps(site, drop(site, "Acme Leads/a very long name of a list of May 2026.csv", FILE))
    drop(site, "Brix/<i>next.csv", csv_file(["Email"], [["cy@example.com"]]))
    terms(site, "Acme Leads", "price = 10\nreturn_days = 7")
    came(site, "Acme Leads/january.csv", on(1, 5), {"name": "Di Fox", "phone": "202-555-0144"})
    give_back(site, "Di Fox", "<b>disconnected</b>", on(1, 9))
    issue(site, "Acme Leads", on(1, 1), on(2, 1))
    return site


@pytest.mark.parametrize("path", PAGES)
def test_it_is_accessible_and_fits(used: Site, tabs: Tabs, path: str) -> None:
    for size in (DESKTOP, PHONE):
        for dark in (False, True):
            tab = tabs.open(path, size=size, dark=dark)
            assert violations(tab) == []
            assert not is_wider_than_its_window(tab)


def test_names_are_text_whatever_they_hold(used: Site, tabs: Tabs) -> None:
    assert tabs.open("/imports").get_by_text("<i>next.csv").is_visible()
    tab = tabs.open("/leads")
    assert tab.get_by_text("שרה כהן").first.is_visible()


def test_by_keyboard_alone_one_comes_to_the_content(used: Site, tabs: Tabs) -> None:
    tab = tabs.open("/imports")
    tab.keyboard.press("Tab")
    tab.keyboard.press("Enter")
    assert tab.evaluate("document.activeElement.id") == "main"


def test_a_viewer_logs_in_and_sees_counts_and_nobody(used: Site, tabs: Tabs) -> None:
    token = a_token(used, Role.VIEWER)
    tab = tabs.open("/imports/1")
    tab.get_by_label("Token").fill(token)
    tab.get_by_role("button", name="Log in").click()
    expect(tab.get_by_role("heading", level=1)).to_contain_text("list of May 2026.csv")
    assert "Of 4 rows" in tab.locator("main").inner_text()
    assert "@example.com" not in tab.content()
    assert tab.get_by_role("link", name="Leads").count() == 0
    tab.get_by_role("button", name="Log out").click()
    expect(tab.get_by_role("heading", level=1)).to_have_text("Log in")
