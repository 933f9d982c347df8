"""Leads and registries in a browser without a script: found, worked on, opted out, loaded."""

import pytest

from lead_pipeline.imports.site import Site
from lead_pipeline_tests.integration.browser.tabs import Tabs
from lead_pipeline_tests.integration.dagster_run import rows
from lead_pipeline_tests.integration.people import day, imported

ANN = {"name": "Ann Lee", "mail": "ann@example.com", "phone": "202-555-0101", "at": day(1)}
BO = {"name": "Bo Ek", "mail": "bo@example.com", "phone": "202-555-0102", "at": day(2)}


@pytest.fixture
def two(site: Site) -> Site:
    """Ann is lead 1, Bo is lead 2."""
    imported(site, "Acme/ann.csv", ANN)
    imported(site, "Acme/bo.csv", BO)
    return site


def test_a_lead_is_found_and_changed_by_keyboard_alone(two: Site, tabs: Tabs) -> None:
    tab = tabs.open("/leads", script=False)
    tab.get_by_label("Phone, mail, id or name").focus()
    tab.keyboard.type("(202) 555-0102")
    tab.keyboard.press("Enter")
    tab.get_by_role("link", name="Bo Ek").focus()
    tab.keyboard.press("Enter")
    tab.get_by_label("Status").focus()
    tab.keyboard.press("Control+A")
    tab.keyboard.type("Called back")
    tab.keyboard.press("Enter")
    assert tab.get_by_role("status").inner_text() == "The change is kept."
    (lead,) = rows(two, "SELECT lead_id FROM leads_master WHERE status = 'Called back'")
    assert lead["lead_id"] == 2


def test_of_two_people_at_once_the_slower_is_told_by_whom(two: Site, tabs: Tabs) -> None:
    one, other = (tabs.open("/leads/1", script=False) for _ in range(2))
    for tab, status in ((one, "Called"), (other, "Lost")):
        tab.get_by_label("Status").fill(status)
    one.get_by_role("button", name="Save").click()
    other.get_by_role("button", name="Save").click()
    assert "was changed meanwhile by" in other.get_by_role("alert").inner_text()
    assert other.get_by_label("Status").input_value() == "Called"
    other.get_by_label("Status").fill("Lost")
    other.get_by_role("button", name="Save").click()
    assert other.get_by_role("status").inner_text() == "The change is kept."


def test_nobody_is_opted_out_by_a_slip(two: Site, tabs: Tabs) -> None:
    tab = tabs.open("/leads/1", script=False)
    tab.get_by_role("button", name="Opt out").click()
    assert tab.get_by_role("status").count() == 0  # the browser asks whether one is sure
    tab.get_by_label("I am sure").check()
    tab.get_by_role("button", name="Opt out").click()
    assert "Nobody may be reached any more" in tab.locator("main").inner_text()


def test_a_list_is_chosen_tried_and_loaded(two: Site, tabs: Tabs) -> None:
    tab = tabs.open("/dnc", script=False)
    tab.get_by_label("Name of the list").fill("national")
    tab.get_by_label("Kind").select_option("national")
    file = {"name": "may.csv", "mimeType": "text/csv", "buffer": b"phone\n202-555-0102\n"}
    tab.get_by_label("File", exact=True).set_input_files(file)  # type: ignore[arg-type]
    tab.get_by_role("button", name="Try it").click()
    assert "Entries added\n1" in tab.locator("main").inner_text()
    assert rows(two, "SELECT FROM dnc_lists WHERE name = 'national'") == []
    tab.get_by_role("button", name="Load it").click()
    assert tab.get_by_role("status").inner_text() == "The list is loaded."
    assert tab.get_by_role("row", name="national").count() == 1


def test_two_leads_are_said_to_be_one_and_that_is_taken_back(two: Site, tabs: Tabs) -> None:
    imported(two, "Acme/both.csv", ANN | {"mail": BO["mail"], "name": "Anne", "at": day(3)})
    tab = tabs.open("/duplicates", script=False)
    tab.get_by_role("button", name="One person").click()
    assert "They are one lead now." in tab.get_by_role("status").inner_text()
    assert len(rows(two, "SELECT FROM leads_master")) == 1
    tab.get_by_role("button", name="Take back").click()
    assert len(rows(two, "SELECT FROM leads_master")) == 2
