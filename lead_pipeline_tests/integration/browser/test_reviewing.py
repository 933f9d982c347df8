"""In a browser: an import is reviewed, confirmed and mended; by keyboard, and without script."""

from dataclasses import replace

import pytest
from playwright.sync_api import Page, expect

from lead_pipeline.imports.site import Site
from lead_pipeline.ledger import Import, Status
from lead_pipeline_tests.integration.browser.tabs import (
    DESKTOP,
    PHONE,
    Tabs,
    is_wider_than_its_window,
    pipeline,
    violations,
)
from lead_pipeline_tests.integration.dagster_run import drop, state
from lead_pipeline_tests.integration.steps import run_steps
from lead_pipeline_tests.making import csv_file

HEADER = ("Full Name", "Mail", "Phone", "Submitted", "Pets")
PEOPLE = [
    ("Ann Lee", "ann@example.com", "202-555-0123", "03/04/2026", "2"),
    ("<img src=x onerror=alert(1)>", "bo at example", "", "05/04/2026", "=1+1"),
    ("שרה כהן", "", "030 123456", "", "😀\nlong"),
    ("Di Fox", "", "030 123457", "", ""),
]
FILE = csv_file(HEADER, PEOPLE)


@pytest.fixture
def held(site: Site) -> Import:
    """An import of Acme that waits for a person; the others of it do not."""
    always = replace(site, settings=replace(site.settings, review="always"))
    return run_steps(always, drop(site, "Acme/list.csv", FILE))


@pytest.fixture
def decided(site: Site) -> Import:
    return run_steps(site, drop(site, "Acme/list.csv", FILE))


@pytest.mark.parametrize("size", [DESKTOP, PHONE])
@pytest.mark.parametrize("dark", [False, True])
def test_the_pages_are_accessible_and_fit(
    held: Import, site: Site, tabs: Tabs, size: tuple[int, int], dark: bool
) -> None:
    run_steps(site, drop(site, "Acme/done.csv", FILE + b"x"))
    for path in (
        "1/review",
        "1/review/discard",
        "2/review",
        "2/mend",
        "2/mend?object_key=a&version_tag=b",
    ):
        tab = tabs.open(f"/imports/{path}", size=size, dark=dark)
        assert violations(tab) == []
        assert not is_wider_than_its_window(tab), path
    for path in ("/bucket", "/bucket?folder=Acme/"):
        tab = tabs.open(path, size=size, dark=dark)
        assert violations(tab) == []
        assert not is_wider_than_its_window(tab), path


@pytest.mark.parametrize("script", [True, False])
def test_a_corrected_column_is_remembered_on_the_next_file(
    script: bool, site: Site, held: Import, tabs: Tabs
) -> None:
    tab = tabs.open("/imports/1/review", script=script)
    tab.get_by_label("Another field for Pets").fill("comments")
    mapping = tab.locator("form", has=tab.get_by_label("Field of Pets"))
    mapping.get_by_label("all files of this supplier").check()
    mapping.get_by_role("button").click()
    row = tab.get_by_role("row").filter(has=tab.get_by_role("rowheader", name="Pets"))
    expect(row).to_contain_text("settled for this supplier")
    after = run_steps(site, drop(site, "Acme/next.csv", FILE + b"x"))
    assert (after.columns or [])[-1]["field"] == "comments"


def test_what_was_understood_is_changed_seen_again_and_read_so(
    site: Site, held: Import, tabs: Tabs
) -> None:
    tab = tabs.open("/imports/1/review")
    expect(tab.get_by_text("Read it again first")).to_have_count(0)
    tab.get_by_label("Dates such as 03/04/2026").select_option("day")
    tab.get_by_role("button", name="Settle and see again").first.click()
    expect(tab.get_by_text("Read it again first")).to_be_visible()
    expect(tab.get_by_role("button", name="Confirm")).to_have_count(0)
    tab.get_by_role("button", name="Read it again with these settings").click()
    tab.wait_for_url("**/imports/1?told=again")
    assert run_steps(site, state(site, held)).status is Status.COMPLETED


def test_a_held_import_is_confirmed_by_keyboard_alone(site: Site, held: Import, tabs: Tabs) -> None:
    tab = tabs.open("/imports/1/review")
    comes_to(tab, "Confirm: let it count")
    with pipeline(site):
        tab.keyboard.press("Enter")
        tab.wait_for_url("**/imports/1?told=confirmed")
        expect(tab.get_by_text("completed", exact=True).first).to_be_visible()
    assert state(site, held).confirmed_by == "this machine"


def test_a_row_is_mended_in_the_grid_and_comes_in(site: Site, decided: Import, tabs: Tabs) -> None:
    tab = tabs.open("/imports/1/mend")
    cell = tab.get_by_label("row 3, Mail")
    assert cell.get_attribute("aria-invalid") == "true"
    expect(tab.get_by_text("no valid mail")).to_be_visible()
    cell.fill("bo@example.com")
    with pipeline(site):
        tab.get_by_role("button", name="Bring the changed rows in again").click()
        tab.get_by_role("link", name="Import 2").click()
        expect(tab.get_by_text("completed", exact=True).first).to_be_visible()
    again = state(site, replace(decided, import_id=2))
    assert (again.retry_of, again.rows_read, again.contacts_new) == (1, 1, 1)
    tab.goto("/imports/1/mend")
    expect(tab.get_by_label("row 3, Mail")).to_have_count(0)


def test_a_row_is_mended_by_keyboard_alone(site: Site, decided: Import, tabs: Tabs) -> None:
    tab = tabs.open("/imports/1/mend")
    comes_to(tab, "row 3, Mail")
    tab.keyboard.type("bo@example.com")  # what stands in a field is chosen when one comes to it
    with pipeline(site):
        tab.keyboard.press("Enter")
        expect(tab.get_by_role("link", name="Import 2")).to_be_visible()
        comes_to(tab, "Import 2")
        tab.keyboard.press("Enter")
        tab.wait_for_url("**/imports/2")


def test_a_column_is_mended_at_once_and_what_it_was_not_stays(
    site: Site, decided: Import, tabs: Tabs
) -> None:
    tab = tabs.open("/imports/1/mend")
    tab.get_by_label("Column", exact=True).select_option("Phone")
    tab.get_by_label("What to do to its cells").select_option("phones")
    tab.get_by_label("Region").fill("DE")
    tab.get_by_role("button", name="Apply").click()
    expect(tab.get_by_role("status")).to_have_text("Cells changed: 2.")
    expect(tab.get_by_label("row 4, Phone")).to_have_value("+4930123456")
    with pipeline(site):
        tab.get_by_role("button", name="Bring the changed rows in again").click()
        expect(tab.get_by_role("link", name="Import 2")).to_be_visible()
    assert state(site, replace(decided, import_id=2)).rows_read == 2


def test_what_is_refused_is_told_where_it_was_asked(decided: Import, tabs: Tabs) -> None:
    tab = tabs.open("/imports/1/mend")
    tab.get_by_role("button", name="Bring the changed rows in again").click()
    expect(tab.get_by_role("status")).to_contain_text("No cell was changed")
    tab.get_by_label("What to do to its cells").select_option("phones")
    tab.get_by_label("Region").fill("D")
    tab.get_by_role("button", name="Apply").click()
    expect(tab.get_by_role("status")).to_contain_text("region")


def test_the_mended_file_is_brought_back(site: Site, decided: Import, tabs: Tabs) -> None:
    tab = tabs.open("/imports/1/mend")
    with tab.expect_download() as download:
        tab.get_by_role("link", name="Download the rejected rows").click()
    body = download.value.path().read_text(encoding="utf-8-sig")
    mended = body.replace("bo at example", "bo@example.com").encode()
    tab.get_by_label("The mended file").set_input_files(
        {"name": "rows.csv", "mimeType": "text/csv", "buffer": mended}
    )
    with pipeline(site):
        tab.get_by_role("button", name="Bring it back").click()
        expect(tab.get_by_role("link", name="Import 2")).to_be_visible()


def test_cells_are_text_whatever_they_hold(decided: Import, tabs: Tabs) -> None:
    tab = tabs.open("/imports/1/mend")
    expect(tab.get_by_label("row 3, Full Name")).to_have_value("<img src=x onerror=alert(1)>")
    expect(tab.get_by_label("row 3, Pets")).to_have_value("=1+1")
    expect(tab.get_by_label("row 4, Pets")).to_have_value("😀\nlong")
    assert tab.locator("main img").count() == 0


_FOCUSED = """() => {
    const focused = document.activeElement;
    return focused.ariaLabel ?? focused.textContent.trim();
}"""


def comes_to(tab: Page, name: str) -> None:
    """Go on by the key Tab until the control of this name has the focus."""
    for _ in range(60):
        tab.keyboard.press("Tab")
        if tab.evaluate(_FOCUSED) == name:
            return
    raise AssertionError(f"Tab does not come to {name!r}")
