"""What a file says of a lead beside name and channels: typed on the lead, refreshed, taken back."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import psycopg
import pytest

from lead_pipeline.database import connect
from lead_pipeline.fields.catalogue import fields, lead_columns
from lead_pipeline.fields.model import Level
from lead_pipeline.imports.site import Site
from lead_pipeline.imports.undo import undo_import
from lead_pipeline_tests.integration.dagster_run import drop, rows
from lead_pipeline_tests.integration.people import agree, change, imported, leads, register
from lead_pipeline_tests.integration.steps import archived, run_steps
from lead_pipeline_tests.integration.test_leadconduit import SPELLINGS
from lead_pipeline_tests.integration.test_property_export import (
    LAYOUTS,
    PROPERTY,
)
from lead_pipeline_tests.integration.test_property_export import imported as property_import
from lead_pipeline_tests.making import csv_file

# Beside those of SPELLINGS: HubSpot's and SalesRabbit's fields, with the other spellings of theirs.
OTHERS: dict[str, tuple[str, str]] = {
    "hs_createdate": ("hs_createdate", "2026-04-01T08:00:00Z"),
    "hs_lastmodifieddate": ("hs_lastmodifieddate", "2026-04-02T08:00:00Z"),
    "hs_object_id": ("hs_object_id", "501"),
    "hs_lead_status": ("hs_lead_status", "OPEN"),
    "hs_lifecyclestage": ("hs_lifecyclestage", "lead"),
    "hs_analytics_source": ("hs_analytics_source", "PAID_SEARCH"),
    "hs_analytics_source_data_1": ("hs_analytics_source_data_1", "google"),
    "hs_analytics_source_data_2": ("hs_analytics_source_data_2", "solar"),
    "salesrabbit_lead_id": ("salesrabbit_lead_id|sr_lead_id", "77"),
    "salesrabbit_rep_id": ("salesrabbit_rep_id|sr_rep_id", "8"),
    "salesrabbit_rep_name": ("salesrabbit_rep_name|sr_rep_name", "Ida Moss"),
    "salesrabbit_area_id": ("salesrabbit_area_id|sr_area_id", "9"),
    "salesrabbit_area_name": ("salesrabbit_area_name|sr_area_name", "North"),
    "salesrabbit_status": ("salesrabbit_status|sr_status", "Callback"),
    "salesrabbit_disposition": ("salesrabbit_disposition|sr_disposition", "Not home"),
    "salesrabbit_notes": ("salesrabbit_notes|sr_notes", "Gate code"),
    "salesrabbit_created_at": ("salesrabbit_created|sr_created", "2026-04-03T08:00:00Z"),
    "salesrabbit_updated_at": ("salesrabbit_updated|sr_updated", "2026-04-04T08:00:00Z"),
    "salesrabbit_appointment_date": ("salesrabbit_appointment_date", "2026-04-05T08:00:00Z"),
    "salesrabbit_sale_amount": ("salesrabbit_sale_amount", "1,250.50"),
    "salesrabbit_commission": ("salesrabbit_commission", "99.95"),
}
FILE = SPELLINGS | OTHERS
# What a lead has of it under the field's name; `status` and `source_id` are columns of its own.
SAID = {
    "flow_name": "Home Solar", "file_source_id": "5f1b2c3d4e5f60001a2b3c4e",
    "source_name": "Bright Clicks", "address_1": "12 PEACH ST", "city": "Atlanta", "state": "GA",
    "postal_code": "30303", "country": "US", "campaign_name": "Solar Spring", "ad_group": "Roofs",
    "keyword": "solar panels", "utm_source": "google", "utm_medium": "cpc",
    "utm_campaign": "spring", "utm_term": "panels", "utm_content": "banner",
    "quality_score": Decimal(87), "lead_score": Decimal(12), "is_duplicate": True,
    "ip_address": "192.0.2.7", "user_agent": "Mozilla/5.0 (X11; Linux x86_64)",
    "referring_url": "https://example.com/a", "landing_page": "https://example.com/b",
    "file_status": "accepted", "disposition": "interested",
    "submission_timestamp": datetime(2026, 4, 10, 9, 4, 7, tzinfo=UTC),
    "hs_createdate": datetime(2026, 4, 1, 8, tzinfo=UTC), "hs_object_id": "501",
    "hs_lead_status": "OPEN", "hs_analytics_source_data_2": "solar",
    "salesrabbit_lead_id": "77", "salesrabbit_rep_name": "Ida Moss",
    "salesrabbit_created_at": datetime(2026, 4, 3, 8, tzinfo=UTC),
    "salesrabbit_sale_amount": Decimal("1250.50"), "salesrabbit_commission": Decimal("99.95"),
    "status": "New", "import_source": "csv",
}  # fmt: skip
MOST = max(len(spelled.split("|")) for spelled, _ in FILE.values())


def only_lead(site: Site) -> dict[str, Any]:
    (lead,) = rows(site, "SELECT * FROM leads_master")
    return lead


@pytest.mark.parametrize("nth", range(MOST))
def test_every_field_of_leadconduit_is_on_the_lead_however_it_is_spelled(
    site: Site, nth: int
) -> None:
    spelled = [one.split("|")[min(nth, one.count("|"))] for one, _ in FILE.values()]

    run_steps(site, drop(site, "leads.csv", csv_file(spelled, [[v for _, v in FILE.values()]])))

    lead = only_lead(site)
    assert {name: lead[name] for name in SAID} == SAID
    kept = {name for name, field in lead_columns().items() if field.name in FILE}
    assert {name for name in kept if lead[name] is None} == set()


def test_a_second_file_refreshes_the_lead_and_undo_takes_that_back(site: Site) -> None:
    first = {"mail": "ann@example.com", "campaign": "Solar", "score": "7.5", "built": "1987"}
    later = {"mail": "ann@example.com", "campaign": "Roof", "score": "", "opt_in": "yes"}
    attributes = ("campaign_name", "lead_score", "year_built", "opt_in")
    imported(site, "Acme/1.csv", first)
    before = leads(site, *attributes)

    refreshing = imported(site, "Acme/2.csv", later, refresh=True)

    assert before == [("Solar", Decimal("7.5"), 1987, None)]
    assert leads(site, *attributes) == [("Roof", Decimal("7.5"), 1987, True)]
    undo_import(site, refreshing.import_id)
    assert leads(site, *attributes) == before


def test_a_later_sighting_that_does_not_refresh_changes_no_attribute(site: Site) -> None:
    imported(site, "Acme/1.csv", {"mail": "ann@example.com", "campaign": "Solar"})
    imported(site, "Harbor/2.csv", {"mail": "ann@example.com", "campaign": "Roof", "score": "9"})

    assert leads(site, "campaign_name", "lead_score") == [("Solar", None)]


@LAYOUTS
def test_every_contact_of_a_property_row_has_its_property_and_the_listing_agent(
    site: Site, header: list[str]
) -> None:
    property_import(site, header)

    found = rows(site, "SELECT * FROM leads_master WHERE row_number = 2 ORDER BY contact_number")

    assert [lead["full_name"] for lead in found] == ["Ann Lee", "Bo Lee", "Nora Falk"]
    for lead in found:
        assert {name: lead[name] for name in PROPERTY} == PROPERTY
        assert lead["mls_curr_list_agent_name"] == "Nora Falk"
        assert lead["mls_curr_list_agent_phone"] == "+15125550190"
        assert lead["mls_curr_status"] == "ACTIVE"


def test_a_lead_answers_to_the_names_that_other_systems_use(site: Site) -> None:
    person = {"phone": "202-555-0101", "phone_2": "202-555-0102", "id": "x-1"}
    imported(site, "Acme/1.csv", person)

    names = ("id = lead_id", "alternate_phone_number", "external_lead_id")
    assert leads(site, *names) == [(True, "+12025550102", "x-1")]


def test_who_came_by_a_record_of_an_api_says_so(site: Site) -> None:
    record = b'{"Email": "ann@example.com", "Campaign Name": "Solar"}\n'
    run_steps(site, register(site, "Api/1.ndjson", record))

    assert leads(site, "import_source", "campaign_name") == [("api", "Solar")]


def test_no_attribute_has_the_name_of_a_column_that_leads_have_anyway(site: Site) -> None:
    own = {"lead_id", "id", "status", "tags", "source_id", "supplier", "import_id", "emails",
           "phones", "email", "received_at", "assigned_to", "total_attempts"}  # fmt: skip
    assert own & lead_columns().keys() == set()
    assert own <= only_columns(site)


def test_only_fields_of_a_person_or_a_request_are_on_the_lead() -> None:
    """Names, mails and phones stand there in another shape, and an id is the external id."""
    missing = {f.name for f in fields().values() if f.level is Level.ROW and f.on_lead is None}
    assert {"lead_id", "owner_full_name", "litigator"} <= missing
    assert missing & {"campaign_name", "gclid", "wholesale_value", "opt_in"} == set()


def test_an_import_s_own_row_of_a_lead_is_what_the_lead_says(site: Site) -> None:
    import_ = imported(site, "Acme/1.csv", {"mail": "ann@example.com", "built": "1987"})

    (contact,) = archived(site, import_, "original_lead_id, contact_number, year_built")
    assert leads(site, "year_built") == [contact["year_built"]] == [1987]


@pytest.mark.parametrize("table", ["source_names", "lead_sources"])
def test_what_leads_refer_to_cannot_be_taken_away(site: Site, table: str) -> None:
    imported(site, "Acme/1.csv", {"mail": "ann@example.com"})

    with pytest.raises(psycopg.errors.ForeignKeyViolation, match=f"refer to this row of {table}"):
        change(site, f"DELETE FROM {table}")


@pytest.mark.parametrize(
    "condition",
    ["source_id = 1", "campaign_name = 'Solar'", "utm_source = 'google'", "supplier = 'Acme'",
     "state = 'TX'", "postal_code = '73301'", "tags @> '{mobile}'", "status = 'Sold'",
     "received_at > now() - interval '1 hour'"],
)  # fmt: skip
def test_what_leads_are_looked_up_by_is_indexed(site: Site, condition: str) -> None:
    with connect(site.settings.database_url) as session:
        session.execute("SET enable_seqscan = off")
        plan = session.execute(f"EXPLAIN SELECT * FROM leads_master WHERE {condition}").fetchall()
    assert "leads_master_" in "\n".join(row["QUERY PLAN"] for row in plan)


def test_a_batch_adds_up(site: Site) -> None:
    agree(site, "Acme", price="2.50")
    ann = {"name": "Ann", "mail": "ann@example.com"}
    bob = {"name": "Bob", "phone": "202-555-0102", "dnc": "yes"}
    imported(site, "Acme/1.csv", ann)
    imported(site, "Acme/2.csv", ann, ann, bob, {"name": "Cy"}, {"mail": "dee@example.com"})

    (batch,) = rows(site, "SELECT * FROM upload_batches WHERE batch_id = 2")

    counts = ("total_rows", "rows_with_contacts", "rejected", "blank", "contacts", "accepted",
              "updated", "duplicates", "suppressed", "invalid", "cost")  # fmt: skip
    assert [batch[name] for name in counts] == [5, 4, 1, 0, 5, 1, 0, 2, 1, 1, Decimal("2.50")]
    assert (batch["original_filename"], batch["supplier"]) == ("2.csv", "Acme")


def only_columns(site: Site) -> set[str]:
    query = "SELECT column_name FROM information_schema.columns WHERE table_name = 'leads_master'"
    return {row["column_name"] for row in rows(site, query)}
