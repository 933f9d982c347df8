"""An import is watched, whatever happens to the connection and the server, and taken back."""

import re
from contextlib import ExitStack
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from lead_pipeline.imports.site import Site
from lead_pipeline.ledger import progress as notes
from lead_pipeline.web.api import progress as events
from lead_pipeline_tests.integration.browser.tabs import Tabs, pipeline, tabs_on
from lead_pipeline_tests.integration.dagster_run import drop
from lead_pipeline_tests.integration.steps import run_steps
from lead_pipeline_tests.integration.web.serving import serving
from lead_pipeline_tests.making import csv_file

# Keeps every state of the bar that was shown.
_WATCH = """() => {
    window.seen = new Set();
    const bar = document.querySelector("section.live");
    const look = () => window.seen.add(bar.innerText.replace(/\\s+/g, " "));
    new MutationObserver(look).observe(bar, {subtree: true, childList: true, attributes: true});
}"""
SMALL = csv_file(["Full Name", "Email"], [["Ann Lee", "ann@example.com"], ["Bo Ek", ""]])


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """20 MB of leads: some seconds of work."""
    path = tmp_path_factory.mktemp("large") / "large.csv"
    note = "x" * 160
    with path.open("w") as file:
        file.write("Full Name,Email,Phone,Note\n")
        for number in range(100_000):
            mail, phone = f"p{number}@example.com", f"202-555-{number % 10_000:04}"
            file.write(f"Ann Lee,{mail},{phone},{note}\n")
    assert path.stat().st_size > 20_000_000
    return path


def test_the_bar_moves_and_every_step_ends_by_itself(
    site: Site, tabs: Tabs, large: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # On a fast machine a second is long: each batch is noted, and looked at as soon.
    monkeypatch.setattr(notes, "_FIRST_SECONDS", 0.0)
    monkeypatch.setattr(notes, "_EVERY_SECONDS", 0.0)
    monkeypatch.setattr(events, "_LOOK_SECONDS", 0.05)
    drop(site, "Acme/large.csv", large)
    tab = tabs.open("/imports/1")
    expect(tab.locator("main")).to_contain_text("Nothing runs here that would import it")
    tab.evaluate(_WATCH)
    with pipeline(site):
        expect(tab.locator('li[data-step="archiving"]')).to_have_attribute("data-state", "now")
        seen = tab.evaluate("[...window.seen]")
        expect(tab.locator(".status")).to_have_text("completed")
    assert len(seen) >= 3  # steps, and rows within them
    assert any(re.search(r"\d,\d{3} of 100,000 rows", one) for one in seen)
    expect(tab.locator("main")).to_contain_text("Of 100,000 rows")


def test_a_connection_that_is_lost_in_mid_run_comes_back(
    site: Site, tabs: Tabs, large: Path
) -> None:
    drop(site, "Acme/large.csv", large)
    tab = tabs.open("/imports/1")
    with pipeline(site):
        expect(tab.locator('li[data-step="normalizing"]')).to_have_attribute("data-state", "now")
        tab.context.set_offline(True)
        tab.context.set_offline(False)
        expect(tab.locator(".status")).to_have_text("completed")


def test_where_events_do_not_come_through_it_asks(site: Site, tabs: Tabs) -> None:
    drop(site, "Acme/small.csv", SMALL)
    tab = tabs.open("/upload")
    tab.route("**/api/imports/1/events", lambda route: route.fulfill(status=502))
    with tab.expect_request("**/api/imports/1/progress"):
        tab.goto("/imports/1")
    with pipeline(site):
        expect(tab.locator(".status")).to_have_text("completed")


def test_a_server_that_is_started_again_in_mid_run_goes_on_telling(
    site: Site, browser: Browser, large: Path
) -> None:
    drop(site, "Acme/large.csv", large)
    with pipeline(site), ExitStack() as stack:
        with serving(site) as call:
            tab = stack.enter_context(tabs_on(browser, call.url)).open("/imports/1")
            loading = tab.locator('li[data-step="loading"]')
            expect(loading).to_have_attribute("data-state", "done")
        with serving(site, port=int(call.url.rpartition(":")[2])):
            expect(tab.locator(".status")).to_have_text("completed")


def test_rows_of_an_outcome_are_read_and_downloaded(site: Site, tabs: Tabs) -> None:
    run_steps(site, drop(site, "Acme/small.csv", SMALL))
    tab = tabs.open("/imports/1")
    tab.get_by_role("link", name="rows rejected", exact=True).click()
    expect(tab.get_by_role("table")).to_contain_text("Bo Ek")
    with tab.expect_download() as download:
        tab.get_by_role("link", name="Download all of them").click()
    assert "Bo Ek" in download.value.path().read_text(encoding="utf-8-sig")


def test_undo_tells_what_will_go_before_it_does(site: Site, tabs: Tabs) -> None:
    run_steps(site, drop(site, "Acme/small.csv", SMALL))
    tab = tabs.open("/imports/1")
    tab.get_by_role("link", name="Undo this import").click()
    expect(tab.locator("main")).to_contain_text("1 of them go, which nothing else has brought.")
    tab.get_by_role("button", name="Undo it").click()
    expect(tab.locator("main")).to_contain_text("The import was taken back.")
    expect(tab.locator(".status")).to_have_text("undone")


def test_without_its_script_the_page_tells_the_same(site: Site, tabs: Tabs) -> None:
    drop(site, "Acme/small.csv", SMALL)
    tab = tabs.open("/imports/1", script=False)
    expect(tab.locator("main")).to_contain_text("Nothing runs here that would import it")
