"""LeadConduit exports: every spelling of a header lands in its field, and the row is kept whole."""

from typing import Any

import pytest

from lead_pipeline.fields.mapping import map_columns
from lead_pipeline.imports.site import Site
from lead_pipeline.ledger import Import
from lead_pipeline.stack.demo import demo_files
from lead_pipeline_tests.integration.dagster_run import drop, rows
from lead_pipeline_tests.integration.steps import STEPS, archived, run_steps
from lead_pipeline_tests.making import csv_file

# field -> the spellings of its header, and a value that is right for it.
SPELLINGS: dict[str, tuple[str, str]] = {
    "lead_id": ("lead_id|id|leadId", "66400001a1b2c3d4e5f60001"),
    "flow_id": ("flow_id|flowId", "5f1b2c3d4e5f60001a2b3c4d"),
    "flow_name": ("flow_name|flowName", "Home Solar"),
    "source_id": ("source_id|sourceId", "5f1b2c3d4e5f60001a2b3c4e"),
    "source_name": ("source_name|source|sourceName", "Bright Clicks"),
    "first_name": ("first_name|firstName|fname", "Amara"),
    "last_name": ("last_name|lname|lastName", "Boateng"),
    "email": ("email|email_address", "amara@example.com"),
    "phone_1": ("phone_1|phone1|phone|primary_phone", "404-555-0101"),
    "phone_2": ("phone_2|secondary_phone|phone2", "404-555-0102"),
    "address_1": ("address_1|address1|address|street_address", "12 Peach St"),
    "address_2": ("address_2|address2", "Apt 4"),
    "city": ("city", "Atlanta"),
    "state": ("state|state_province", "GA"),
    "postal_code": ("postal_code|zip|zip_code|zipCode", "30303"),
    "country": ("country", "US"),
    "campaign_name": ("campaign|campaign_name|campaignName", "Solar Spring"),
    "ad_group": ("ad_group|adGroup", "Roofs"),
    "keyword": ("keyword|kw|search_term", "solar panels"),
    "utm_source": ("utm_source|utmSource", "google"),
    "utm_medium": ("utm_medium|utmMedium", "cpc"),
    "utm_campaign": ("utm_campaign|utmCampaign", "spring"),
    "utm_term": ("utm_term|utmTerm", "panels"),
    "utm_content": ("utm_content|utmContent", "banner"),
    "quality_score": ("quality_score|score|qualityScore", "87"),
    "lead_score": ("lead_score|leadScore", "12"),
    "is_duplicate": ("is_duplicate|duplicate|dup|isDuplicate", "yes"),
    "ip_address": ("ip_address|ip|ipAddress", "192.0.2.7"),
    "user_agent": ("user_agent|ua|userAgent", "Mozilla/5.0 (X11; Linux x86_64)"),
    "referring_url": ("referring_url|referrer|ref_url|referringUrl", "https://example.com/a"),
    "landing_page": ("landing_page|lp|landingPage", "https://example.com/b"),
    "status": ("status|lead_status|leadStatus", "accepted"),
    "disposition": ("disposition|outcome", "interested"),
    "submission_timestamp": (
        "submission_timestamp|submission_time|created_at|timestamp|createdAt",
        "2026-04-10T09:04:07Z",
    ),
}
OTHERS = {
    "HubSpot": ["hs_createdate", "hs_lastmodifieddate", "hs_object_id", "hs_lead_status",
                "hs_lifecyclestage", "hs_analytics_source", "hs_analytics_source_data_1",
                "hs_analytics_source_data_2"],
    "SalesRabbit": ["salesrabbit_lead_id", "salesrabbit_rep_id", "salesrabbit_rep_name",
                    "salesrabbit_area_id", "salesrabbit_area_name", "salesrabbit_status",
                    "salesrabbit_disposition", "salesrabbit_notes", "salesrabbit_created",
                    "salesrabbit_updated", "salesrabbit_appointment_date",
                    "salesrabbit_sale_amount", "salesrabbit_commission"],
}  # fmt: skip
CASES = [(field, s) for field, (spelled, _) in SPELLINGS.items() for s in spelled.split("|")]


def loaded(site: Site, key: str, header: list[str], values: list[str]) -> Import:
    return run_steps(site, drop(site, key, csv_file(header, [values])), STEPS[:1])


def fields_of(import_: Import) -> dict[str, str | None]:
    return {column["header"]: column["field"] for column in import_.columns or []}


@pytest.mark.parametrize(("field", "spelling"), CASES)
def test_every_spelling_lands_in_its_field(field: str, spelling: str) -> None:
    header = [spelling if name == field else name for name in SPELLINGS]
    mapping = map_columns(header, [[value for _, value in SPELLINGS.values()]])
    assert mapping.profile.name == "leadconduit" or field in ("lead_id", "flow_name", "flow_id")
    assert {c.header: c.field for c in mapping.columns}[spelling] == field


@pytest.mark.parametrize("system", OTHERS)
def test_the_fields_of_other_systems_land_in_fields_of_their_own(site: Site, system: str) -> None:
    header = ["lead_id", "flow_name", "email", *OTHERS[system]]
    import_ = loaded(site, "leads.csv", header, ["66400001a1b2", "Solar", "a@example.com",
                                                 *[""] * len(OTHERS[system])])  # fmt: skip
    found = [fields_of(import_)[name] for name in OTHERS[system]]
    assert None not in found
    assert len(set(found)) == len(found)


def test_a_row_becomes_one_lead_field_by_field(site: Site) -> None:
    values = [value for _, value in SPELLINGS.values()]
    import_ = run_steps(
        site, drop(site, "leads.csv", csv_file([*SPELLINGS, "Pets"], [[*values, "2"]]))
    )
    assert (import_.profile, import_.source, import_.source_type) == (
        "leadconduit", "LeadConduit", "leadconduit",
    )  # fmt: skip
    (lead,) = archived(site, import_)
    expected = {
        "contact_name": "Amara Boateng", "contact_first_name": "Amara",
        "contact_last_name": "Boateng", "contact_email": "amara@example.com",
        "phone_e164": "+14045550101", "contact_phone_1": "+14045550101",
        "contact_phone_2": "+14045550102", "lead_id": "66400001a1b2c3d4e5f60001",
        "flow_name": "Home Solar", "source_name": "Bright Clicks", "address_1": "12 PEACH ST",
        "city": "Atlanta", "state": "GA", "postal_code": "30303", "country": "US",
        "campaign_name": "Solar Spring", "keyword": "solar panels", "utm_source": "google",
        "quality_score": 87, "lead_score": 12, "is_duplicate": True, "ip_address": "192.0.2.7",
        "referring_url": "https://example.com/a", "status": "accepted", "disposition": "interested",
        "extra": {"Pets": "2"},
    }  # fmt: skip
    assert {name: lead.get(name) for name in expected} == expected
    assert lead["submission_timestamp"].isoformat() == "2026-04-10T09:04:07+00:00"


def test_the_whole_original_row_is_kept_until_it_is_normalized(site: Site) -> None:
    values = [value for _, value in SPELLINGS.values()]
    import_ = loaded(site, "leads.csv", [*SPELLINGS, "Pets", "Pets"], [*values, " 2 ", "dog"])
    (row,) = rows(site, "SELECT * FROM leads")
    assert {field: row[field] for field in SPELLINGS} == dict(zip(SPELLINGS, values, strict=True))
    assert row["extra"] == {"Pets": " 2 ", "Pets (2)": "dog"}
    assert import_.rows_read == 1


@pytest.mark.parametrize(
    ("text", "value"),
    [("true", True), ("1", True), ("YES", True), ("y", True), ("duplicate", True), ("false", False),
     ("0", False), ("no", False), ("n", False), ("", None)],
)  # fmt: skip
def test_a_duplicate_flag_is_read_in_every_way_it_is_written(
    site: Site, text: str, value: bool | None
) -> None:
    assert lead_of(site, is_duplicate=text).get("is_duplicate") is value


@pytest.mark.parametrize(
    "text",
    ["2026-04-10T09:04:07Z", "2026-04-10 09:04:07", "2026-04-10T11:04:07+02:00",
     "04/10/2026 09:04:07 AM", "1775811847"],
)  # fmt: skip
def test_a_timestamp_is_read_in_many_formats(site: Site, text: str) -> None:
    stamped = lead_of(site, submission_timestamp=text)["submission_timestamp"]
    assert stamped.isoformat() == "2026-04-10T09:04:07+00:00"


@pytest.mark.parametrize(
    "field", ["submission_timestamp", "quality_score", "is_duplicate", "phone_2"]
)
def test_a_value_that_makes_no_sense_is_noted_and_the_lead_goes_on(site: Site, field: str) -> None:
    lead = lead_of(site, **{field: "???x"})
    assert lead.get(field) is None
    assert (field, "???x") in [(p["field"], p["raw"]) for p in lead["problems"]]
    assert lead["contact_email"] == "amara@example.com"


def lead_of(site: Site, **cells: str) -> dict[str, Any]:
    """The last lead of a file, in which some cells are other than in the four rows above it."""
    usual = {name: value for name, (_, value) in SPELLINGS.items()}
    # Distinct values: a column is judged by them.
    others = [usual | {"phone_2": f"404-555-011{n}", "quality_score": str(n),
              "is_duplicate": ("yes", "no", "true", "0")[n],
              "submission_timestamp": f"2026-04-1{n}T09:04:07Z"} for n in range(4)]  # fmt: skip
    people = [row.values() for row in (*others, usual | cells)]
    import_ = run_steps(site, drop(site, "leads.csv", csv_file([*usual], map(list, people))))
    return archived(site, import_)[-1]


@pytest.mark.parametrize(
    ("field", "cell"),
    [("is_duplicate", "duplicate"), ("submission_timestamp", "1775811847"),
     ("quality_score", "???x"), ("phone_2", "???x")],
)  # fmt: skip
def test_a_header_that_is_exactly_a_fields_name_is_believed(field: str, cell: str) -> None:
    header = [*SPELLINGS]
    values = [cell if name == field else value for name, (_, value) in SPELLINGS.items()]
    matches = {c.header: c.field for c in map_columns(header, [values]).columns}
    assert matches[field] == field


def test_the_demo_file_keeps_a_lead_for_each_row(site: Site) -> None:
    (path,) = (path for _, path in demo_files() if path.name == "leadconduit.csv")
    import_ = run_steps(site, drop(site, "LeadConduit/leadconduit.csv", path))
    assert import_.profile == "leadconduit"
    assert import_.supplier == "LeadConduit"
    assert import_.rows_read == sum(import_.row_outcomes.values()) == 15
    assert (import_.contacts_new or 0) > 10
