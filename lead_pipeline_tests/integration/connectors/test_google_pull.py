"""From a sheet and from Google Ads to leads: each cell and answer in the field that it is for."""

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from lead_pipeline.connectors import google_sheets
from lead_pipeline.connectors.model import Source
from lead_pipeline.connectors.pull import pull
from lead_pipeline.imports.site import Site
from lead_pipeline_tests.integration.connectors.vendor import only_import
from lead_pipeline_tests.integration.dagster_run import rows
from lead_pipeline_tests.integration.steps import archived, run_steps
from lead_pipeline_tests.vendors.accounts import server, vendors
from lead_pipeline_tests.vendors.faults import answers, too_many
from lead_pipeline_tests.vendors.gads import Customer, Submission
from lead_pipeline_tests.vendors.google import (
    CUSTOMER,
    HEADER,
    SHEET,
    AdsSite,
    SheetsSite,
    ads,
    sheet_row,
    sheets,
)
from lead_pipeline_tests.vendors.server import START, Vendors
from lead_pipeline_tests.vendors.sheets import Spreadsheet, Tab

__all__ = ["ads", "server", "sheets", "vendors"]

LEADS = """
SELECT full_name, phone_e164, email, import_source, s.display_name AS source,
       (SELECT value FROM lead_identities AS i
        WHERE i.lead_id = l.lead_id AND kind = 'external_id') AS external_id
FROM leads_master AS l JOIN sources AS s USING (source_id) ORDER BY l.lead_id
"""


def imported(site: Site, source: Source, vendors: Vendors) -> tuple[list[dict[str, Any]], Any]:
    """The archived contacts of what a pull brought, and its import."""
    pull(site, source, clock=vendors.clock)
    import_ = run_steps(site, only_import(site))
    return archived(site, import_), import_


def names(site: Site) -> Sequence[str]:
    return [row["full_name"] for row in rows(site, "SELECT full_name FROM leads_master ORDER BY 1")]


def test_rows_of_a_sheet_become_leads_field_by_field(
    site: Site, sheets: SheetsSite, vendors: Vendors
) -> None:
    sheets.tab.rows[:] = [
        [*HEADER, "ad_id", "campaign_name", "form_id", "platform", "city", "Pets"],
        [*sheet_row(1), "ag:120001", "Autumn", "f:810001", "fb", "Boston", "2"],
        [*sheet_row(2), "ag:120002", "Autumn", "f:810001", "fb"],
    ]
    contacts, import_ = imported(site, sheets.source(), vendors)
    assert (import_.profile, import_.source) == ("meta_leads", "Meta")
    expected = {
        "contact_name": "Dana Example 1",
        "phone_e164": "+12025550001",
        "contact_email": "dana1@example.com",
        "lead_id": "700001",
        "ad_id": "120001",
        "form_id": "810001",
        "campaign_name": "Autumn",
        "city": "Boston",
        "extra": {"Pets": "2"},
    }
    assert {name: contacts[0].get(name) for name in expected} == expected
    assert contacts[0]["submission_timestamp"] == datetime(2026, 11, 2, 14, 1, tzinfo=UTC)
    first, _ = rows(site, LEADS)
    assert (first["import_source"], first["source"]) == ("api", "Meta")
    assert "700001" in first["external_id"]


def test_a_list_without_ids_is_read_as_any_list(
    site: Site, sheets: SheetsSite, vendors: Vendors
) -> None:
    sheets.tab.rows[:] = [["Name", "Mobile", "Notes"], ["Omar Sample", "(202) 555-0107", "May"]]
    contacts, import_ = imported(site, sheets.source(), vendors)
    assert import_.profile == "generic"
    assert (contacts[0]["contact_name"], contacts[0]["phone_e164"]) == (
        "Omar Sample",
        "+12025550107",
    )


def test_submissions_of_google_ads_become_leads_field_by_field(
    site: Site, ads: AdsSite, vendors: Vendors
) -> None:
    at = datetime(2026, 11, 1, 15, 15, 2, tzinfo=UTC)
    said = {
        "FULL_NAME": "Dana Example",
        "PHONE_NUMBER": "+12025550101",
        "EMAIL": "dana@example.com",
        "POSTAL_CODE": "20001",
        "CITY": "Washington",
        "REGION": "DC",
        "COUNTRY": "US",
        "COMPANY_NAME": "Example Ltd",
        "JOB_TITLE": "Buyer",
        "WORK_EMAIL": "d.example@example.com",
    }
    ads.customer.submissions.append(Submission("CjQ_x", at, said, {"Which model?": "suv"}))
    contacts, import_ = imported(site, ads.source(), vendors)
    assert (import_.profile, import_.source) == ("google_leads", "Google")
    expected = {
        "contact_name": "Dana Example",
        "phone_e164": "+12025550101",
        "contact_email": "dana@example.com",
        "contact_email_2": "d.example@example.com",
        "lead_id": "CjQ_x",
        "gclid": "Cj0KCQ_x",
        "form_id": "31",
        "campaign_id": "21",
        "campaign_name": "Autumn",
        "postal_code": "20001",
        "city": "Washington",
        "state": "DC",
        "country": "US",
        "company": "Example Ltd",
        "job_title": "Buyer",
        "submission_timestamp": at,
        "extra": {"Which model?": "suv"},
    }
    assert {name: contacts[0].get(name) for name in expected} == expected
    (lead,) = rows(site, LEADS)
    assert (lead["import_source"], lead["source"]) == ("api", "Google")
    assert "CjQ_x" in lead["external_id"]


def test_a_sheet_or_customer_that_is_closed_to_us_keeps_no_other_from_being_read(
    site: Site, sheets: SheetsSite, ads: AdsSite, vendors: Vendors
) -> None:
    sheets.fake.token = ads.token  # one server, one token endpoint
    sheets.token = ads.token
    ads.fake.customers["9990001111"] = Customer(is_enabled=False)
    ads.customer.submissions.append(
        Submission("one", START.replace(hour=8), {"EMAIL": "a@b.example"})
    )
    found = pull(site, ads.source("9990001111", CUSTOMER), clock=vendors.clock)
    assert (found.status, found.new) == ("partial", 1)
    assert [fault["part"] for fault in found.faults] == ["customer 999-000-1111"]


def test_tabs_that_fail_are_told_by_name(site: Site, sheets: SheetsSite, vendors: Vendors) -> None:
    sheets.tab.rows.append(sheet_row(1))
    sheets.fake.sheets[SHEET].tabs.insert(0, Tab(3, "Menu", [["Dish", "Sides"]]))
    sheets.fake.sheets["2XyZ"] = Spreadsheet("Other", [], is_shared=False)
    found = pull(site, sheets.source("2XyZ", SHEET), clock=vendors.clock)
    assert (found.status, found.new) == ("partial", 1)
    assert [fault["part"] for fault in found.faults] == ["2XyZ", "Book: Menu"]


def test_a_pull_that_google_puts_off_ends_cleanly_and_the_next_one_goes_on(
    site: Site, sheets: SheetsSite, vendors: Vendors, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(google_sheets, "BLOCK", 4)
    sheets.tab.rows += [sheet_row(n) for n in range(12)]
    vendors.fault("/sheets/*:batchGet", too_many(1_200), nth=4, times=9)
    first = pull(site, sheets.source(), clock=vendors.clock)
    assert (first.status, first.new) == ("throttled", 4)
    vendors.forgive()
    vendors.time.advance(minutes=10)
    second = pull(site, sheets.source(), clock=vendors.clock)
    assert (second.status, second.new) == ("done", 8)


def test_an_unfinished_row_is_counted_apart_until_it_is_written(
    site: Site, sheets: SheetsSite, vendors: Vendors
) -> None:
    sheets.tab.rows += [["l:700001", "", "Dana"], sheet_row(2)]
    assert pull(site, sheets.source(), clock=vendors.clock).quarantined == 1
    sheets.tab.rows[1] = sheet_row(1)
    again = pull(site, sheets.source(), clock=vendors.clock)
    assert (again.new, again.quarantined) == (1, 0)


def test_no_secret_lies_in_the_inbox_or_the_bucket(
    site: Site, sheets: SheetsSite, vendors: Vendors
) -> None:
    sheets.tab.rows.append(sheet_row(1))
    said = {"error": {"message": "ya29.secret-1", "code": 400}}
    vendors.fault("/sheets/*:batchGet", answers(said, 400))
    pull(site, sheets.source(), clock=vendors.clock)
    pull(site, sheets.source(), clock=vendors.clock)
    kept = [str(rows(site, f"SELECT * FROM {table}")) for table in (
        "connector_inbox", "connector_cursors", "connector_pulls",
    )]  # fmt: skip
    folder = Path(site.settings.bucket_url)
    kept += [path.read_text(encoding="utf-8") for path in folder.rglob("*.ndjson")]
    assert "Dana Example 1" in kept[-1]
    for secret in ("ya29", "PRIVATE KEY"):
        assert secret not in "".join(kept)
