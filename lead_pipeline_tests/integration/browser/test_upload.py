"""Files are uploaded by the page: known ones are not sent, lost ones are tried again, bars move."""

import os
import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, Route, expect

from lead_pipeline.database import connect
from lead_pipeline.imports.site import Site
from lead_pipeline.ledger import newest_imports
from lead_pipeline_tests.integration.browser.tabs import Tabs, pipeline, violations
from lead_pipeline_tests.integration.people import agree
from lead_pipeline_tests.making import csv_file


def a_file(folder: Path, name: str, *mails: str) -> Path:
    path = folder / name
    path.write_bytes(csv_file(["Email"], [[mail] for mail in mails]))
    return path


def upload(tab: Page, *files: Path) -> None:
    tab.get_by_label("Lists of leads").set_input_files(files)
    tab.get_by_role("button", name="Upload", exact=True).click()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "files").mkdir()
    return tmp_path / "files"


def test_files_come_in_one_after_the_other_and_end_by_themselves(
    site: Site, tabs: Tabs, folder: Path
) -> None:
    agree(site, "Acme", price="2.50")
    with pipeline(site):
        tab = tabs.open("/upload")
        tab.get_by_label("Supplier").fill("Acme")
        tab.get_by_label("Price per lead").click()
        expect(tab.get_by_label("Price per lead")).to_have_value("2.50")
        upload(tab, a_file(folder, "one.csv", "ann@example.com"),
               a_file(folder, "two.csv", "bo@example.com", "cy@example.com"))  # fmt: skip
        for number in (0, 1):
            expect(tab.locator("#uploads > li").nth(number)).to_contain_text("is completed.")
        assert violations(tab) == []
        tab.get_by_role("link", name="See import 2").click()
        expect(tab.get_by_role("heading", level=1)).to_have_text("two.csv")
        expect(tab.locator("main")).to_contain_text("2.50")
    with connect(site.settings.database_url) as session:
        assert {one.supplier for one in newest_imports(session, 2)} == {"Acme"}


def test_what_is_known_is_told_before_a_byte_is_sent(site: Site, tabs: Tabs, folder: Path) -> None:
    file = a_file(folder, "one.csv", "ann@example.com")
    with pipeline(site):
        tab = tabs.open("/upload")
        upload(tab, file)
        expect(tab.locator("#uploads > li").first).to_contain_text("is completed.")
        sent: list[str] = []
        tab.on("request", lambda one: one.method == "PUT" and sent.append(one.url))
        upload(tab, file.rename(folder / "another.csv"))
        expect(tab.locator("#uploads > li").nth(1)).to_contain_text("the same content is import 1")
        assert sent == []


def test_a_known_name_with_other_content_asks(site: Site, tabs: Tabs, folder: Path) -> None:
    with pipeline(site):
        tab = tabs.open("/upload")
        upload(tab, a_file(folder, "one.csv", "ann@example.com"))
        expect(tab.locator("#uploads > li").first).to_contain_text("is completed.")
        upload(tab, a_file(folder, "one.csv", "bo@example.com"))
        item = tab.locator("#uploads > li").nth(1)
        expect(item).to_contain_text("Shall this one be imported as a new version?")
        item.get_by_role("button", name="Import it as a new version").click()
        expect(item).to_contain_text("is completed.")


def test_a_connection_that_is_lost_in_mid_upload_is_found_again(
    site: Site, tabs: Tabs, folder: Path
) -> None:
    with pipeline(site):
        tab = tabs.open("/upload")
        keys: list[str | None] = []

        def lose_the_first(route: Route) -> None:
            keys.append(route.request.headers.get("idempotency-key"))
            if len(keys) == 1:
                route.abort("connectionreset")
            else:
                route.continue_()

        tab.route(re.compile("/api/uploads/one.csv"), lose_the_first)
        upload(tab, a_file(folder, "one.csv", "ann@example.com"))
        item = tab.locator("#uploads > li").first
        expect(item).to_contain_text("The connection was lost.")
        item.get_by_role("button", name="Try again").click()
        expect(item).to_contain_text("is completed.")
        assert keys[0] == keys[1]


def test_a_connection_that_is_lost_before_anything_is_sent_is_found_again(
    site: Site, tabs: Tabs, folder: Path
) -> None:
    with pipeline(site):
        tab = tabs.open("/upload")
        asked = re.compile("sha256=")
        tab.route(asked, lambda route: route.abort("connectionreset"), times=1)
        upload(tab, a_file(folder, "one.csv", "ann@example.com"))
        item = tab.locator("#uploads > li").first
        expect(item).to_contain_text("The connection was lost.")
        item.get_by_role("button", name="Try again").click()
        expect(item).to_contain_text("is completed.")


@pytest.mark.parametrize("megabytes", [64, 5000])  # one that the browser could read whole, or not
def test_a_file_that_is_too_large_is_refused_in_words(
    site: Site, tabs: Tabs, folder: Path, megabytes: int
) -> None:
    large = folder / "large.csv"
    large.write_bytes(b"Email\nann@example.com\n")
    os.truncate(large, megabytes << 20)  # takes no room on the disk
    tab = tabs.open("/upload")
    upload(tab, large)
    item = tab.locator("#uploads > li").first
    expect(item).to_contain_text("larger than 50 MB: split it")
    assert list(site.bucket.keys()) == []


def test_by_keyboard_alone_a_file_is_brought_in(site: Site, tabs: Tabs, folder: Path) -> None:
    with pipeline(site):
        tab = tabs.open("/upload")
        with tab.expect_file_chooser() as chosen:
            tab.get_by_label("Lists of leads").press("Space")
        chosen.value.set_files(a_file(folder, "one.csv", "ann@example.com"))
        tab.get_by_label("Price per lead").focus()
        tab.keyboard.type("1.25")
        tab.keyboard.press("Enter")
        expect(tab.locator("#uploads > li").first).to_contain_text("is completed.")
        assert "1.25" in tabs.open("/imports/1").locator("main").inner_text()


def test_two_people_see_the_same(site: Site, tabs: Tabs, folder: Path) -> None:
    first, second = tabs.open("/upload"), tabs.open("/imports")
    upload(first, a_file(folder, "one.csv", "ann@example.com"))
    expect(first.locator("#uploads > li").first).to_contain_text("waits for its import")
    with pipeline(site):
        expect(first.locator("#uploads > li").first).to_contain_text("is completed.")
        second.reload()
        expect(second.get_by_role("link", name="one.csv")).to_be_visible()
