"""The wide property export, 184 and 148 columns: each contact with a name and an email, exactly."""

import csv
from typing import Any

import pytest

from lead_pipeline.imports.site import Site
from lead_pipeline.ledger import NO_OUTCOMES, Import, Status
from lead_pipeline.stack.demo import demo_files
from lead_pipeline_tests.integration.dagster_run import drop, rows
from lead_pipeline_tests.integration.steps import STEPS, archived, run_steps
from lead_pipeline_tests.making import csv_file, wide_file

(DEMO,) = (path for _, path in demo_files() if path.name == "property_export.csv")


def demo_rows() -> list[list[str]]:
    with DEMO.open(encoding="utf-8-sig", newline="") as source:
        return list(csv.reader(source))


WIDE = demo_rows()[0]
# The older layout has no loans, no last sale, no flags and no scores.
_LOANS = WIDE[WIDE.index("NumberOfLoans") : WIDE.index("Seller") + 1]
_FLAGS = WIDE[WIDE.index("AbsenteeOwner") : WIDE.index("LastNoticeDate") + 1]
NARROW = [name for name in WIDE if name not in {*_LOANS, *_FLAGS}]

HOUSE = {
    "FirstName": "ANN", "LastName": "LEE",
    "PropertyAddress": "112 MAPLE CT", "PropertyCity": "AUSTIN", "PropertyState": "tx",
    "PropertyPostalCode": "78704", "RecipientAddress": "9 Birch Rd",
    "PropertyType": "Single Family",
    "Baths": "2.5", "Beds": "3", "YearBuilt": "1987", "SquareFootage": "1,840",
    "WholesaleValue": "$288,400", "AssessedTotal": "329600", "MLS_Curr_Status": "ACTIVE",
    "MLS_Curr_DaysOnMarket": "34",
}  # fmt: skip
FILE = [
    HOUSE | {  # row 2: a contact with three phones, a second one, and the agent
        "Contact1Name": "Ann Lee", "Contact1Email_1": "Ann.Lee@Example.com",
        "Contact1Phone_1": "5125550101", "Contact1Phone_1_Type": "Mobile",
        "Contact1Phone_1_DNC": "True", "Contact1Phone_1_Litigator": "False",
        "Contact1Phone_2": "5125550102.0", "Contact1Phone_2_Type": "Landline",
        "Contact1Phone_2_DNC": "False", "Contact1Phone_2_Litigator": "True",
        "Contact1Phone_3": "(512) 555-0103",
        "Contact2Name": "BO LEE", "Contact2Email_2": "bo@example.com",
        "MLS_Curr_ListAgentName": "Nora Falk", "MLS_Curr_ListAgentPhone": "512.555.0190",
        "MLS_Curr_ListAgentEmail": "nora.falk@example.com",
    },
    {"FirstName": "Garden", "PropertyAddress": "77 Garden St"},  # row 3: nobody
    {"PropertyAddress": "260 Alder Ln", "Contact1Name": "Tom Roe",  # row 4: a phone is not enough
     "Contact1Phone_1": "3055550131"},
    {"PropertyAddress": "66 Orchard Pl", "Contact1Email_1": "dee@example.com",  # row 5: half each
     "Contact2Name": "Gil Ek", "Contact2Email_1": "gil at example",
     "Contact3Name": "Hal Ek", "Contact3Email_1": "hal@example.com"},
    {},  # row 6: blank
    {"PropertyAddress": "1 Elm St",  # row 7
     "Contact2Name": "Ivy Roe", "Contact2Email_1": "ivy@example.com"},
    {"PropertyAddress": "2 Elm St",  # row 8
     "Contact2Name": "Jo Roe", "Contact2Email_1": "jo@example.com"},
]  # fmt: skip
LAYOUTS = pytest.mark.parametrize("header", [WIDE, NARROW], ids=["184 columns", "148 columns"])


def test_the_two_layouts_are_as_wide_as_the_real_ones() -> None:
    assert (len(WIDE), len(NARROW)) == (184, 148)


def imported(site: Site, header: list[str]) -> Import:
    file = wide_file(header, FILE, mark="\N{ZERO WIDTH NO-BREAK SPACE}")
    return run_steps(site, drop(site, "Harbor Data/export.csv", file))


PROPERTY = {
    "property_address": "112 MAPLE CT",
    "property_city": "Austin",
    "property_state": "TX",
    "property_postal_code": "78704",
    "property_type": "Single Family",
    "baths": 2.5,
    "beds": 3,
    "year_built": 1987,
    "square_footage": 1840,
    "wholesale_value": 288400,
    "assessed_total": 329600,
    "mls_curr_status": "ACTIVE",
    "mls_curr_days_on_market": 34,
}
SHOWN = ", ".join(
    ["original_lead_id", "contact_number", "contact_role", "contact_name", "contact_email",
     "phone_e164", "phone_number_normalized",
     *(f"contact_phone_{n}{what}" for n in (1, 2, 3)
       for what in ("", "_type", "_dnc", "_litigator")),
     "contact_email_1", "contact_email_2", *PROPERTY]
)  # fmt: skip


@LAYOUTS
def test_each_contact_with_a_name_and_an_email_becomes_one_row(
    site: Site, header: list[str]
) -> None:
    import_ = imported(site, header)
    assert import_.profile == "property_export"
    assert archived(site, import_, SHOWN) == [
        {
            "original_lead_id": 2,
            "contact_number": 1,
            "contact_role": "contact_1",
            "contact_name": "Ann Lee",
            "contact_email": "ann.lee@example.com",
            "phone_e164": "+15125550101",
            "phone_number_normalized": "5125550101",
            "contact_phone_1": "+15125550101",
            "contact_phone_1_type": "Mobile",
            "contact_phone_1_dnc": True,
            "contact_phone_1_litigator": False,
            "contact_phone_2": "+15125550102",
            "contact_phone_2_type": "Landline",
            "contact_phone_2_dnc": False,
            "contact_phone_2_litigator": True,
            "contact_phone_3": "+15125550103",
            "contact_email_1": "ann.lee@example.com",
            **PROPERTY,
        },
        {
            "original_lead_id": 2,
            "contact_number": 2,
            "contact_role": "contact_2",
            "contact_name": "Bo Lee",
            "contact_email": "bo@example.com",
            "contact_email_2": "bo@example.com",
            **PROPERTY,
        },
        {
            "original_lead_id": 2,
            "contact_number": 4,
            "contact_role": "listing_agent",
            "contact_name": "Nora Falk",
            "contact_email": "nora.falk@example.com",
            "phone_e164": "+15125550190",
            "phone_number_normalized": "5125550190",
            "contact_phone_1": "+15125550190",
            "contact_email_1": "nora.falk@example.com",
            **PROPERTY,
        },
        {
            "original_lead_id": 5,
            "contact_number": 3,
            "contact_role": "contact_3",
            "contact_name": "Hal Ek",
            "contact_email": "hal@example.com",
            "contact_email_1": "hal@example.com",
            "property_address": "66 ORCHARD PL",
        },
        {
            "original_lead_id": 7,
            "contact_number": 2,
            "contact_role": "contact_2",
            "contact_name": "Ivy Roe",
            "contact_email": "ivy@example.com",
            "contact_email_1": "ivy@example.com",
            "property_address": "1 ELM ST",
        },
        {
            "original_lead_id": 8,
            "contact_number": 2,
            "contact_role": "contact_2",
            "contact_name": "Jo Roe",
            "contact_email": "jo@example.com",
            "contact_email_1": "jo@example.com",
            "property_address": "2 ELM ST",
        },
    ]


@LAYOUTS
def test_what_did_not_become_a_lead_is_kept_with_its_reason(site: Site, header: list[str]) -> None:
    import_ = imported(site, header)
    assert import_.row_outcomes == {"contacts": 4, "rejected": 2, "blank": 1}
    assert import_.contact_outcomes == NO_OUTCOMES | {"new": 6, "invalid": 3}
    rejected = rows(site, "SELECT row_number, code, reason FROM rejected_leads ORDER BY 1")
    assert [tuple(row.values()) for row in rejected] == [
        (3, "no_contact", "nobody stands in this row: its name, phone and email columns are empty"),
        (4, "not_contactable", "no contact of this row can be called: no email"),
    ]
    invalid = rows(
        site,
        "SELECT row_number, contact_number, contact_role, code, reason, contact_name, email, phone"
        " FROM invalid_contacts ORDER BY 1, 2",
    )
    assert [tuple(row.values()) for row in invalid] == [
        (4, 1, "contact_1", "no_email", "no email", "Tom Roe", None, "3055550131"),
        (5, 1, "contact_1", "no_name", "no name", None, "dee@example.com", None),
        (5, 2, "contact_2", "no_valid_email", "no valid email", "Gil Ek", "gil at example", None),
    ]


@LAYOUTS
def test_a_rejected_row_is_kept_cell_by_cell(site: Site, header: list[str]) -> None:
    imported(site, header)
    (kept,) = rows(site, "SELECT raw FROM rejected_leads WHERE row_number = 4")
    assert kept["raw"] == [FILE[2].get(name) for name in header]


@LAYOUTS
def test_every_column_finds_a_field_of_its_own(site: Site, header: list[str]) -> None:
    import_ = imported(site, header)
    columns = import_.columns or []
    assert [column["header"] for column in columns] == header
    assert [column["header"] for column in columns if column["field"] is None] == []
    assert len({column["field"] for column in columns}) == len(header)
    contacts = rows(site, f"SELECT extra FROM archive.{import_.archive_table}")
    assert [row["extra"] for row in contacts] == [None] * 6


@LAYOUTS
def test_staging_holds_the_raw_values_untouched(site: Site, header: list[str]) -> None:
    file = wide_file(header, FILE, mark="\N{ZERO WIDTH NO-BREAK SPACE}")
    import_ = run_steps(site, drop(site, "export.csv", file), STEPS[:1])
    field_of = {column["header"]: column["field"] for column in import_.columns or []}
    staged = rows(site, "SELECT * FROM leads ORDER BY row_number")
    assert [filled(row) for row in staged] == [
        {"import_id": import_.import_id, "row_number": number}
        | {field_of[name]: cell for name, cell in row.items()}
        for number, row in enumerate(FILE, start=2)
        if row
    ]


def filled(row: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in row.items() if value is not None}


def test_a_column_of_a_known_layout_keeps_its_field_whatever_stands_in_it(site: Site) -> None:
    people = [{"Contact1Name": "Ann Lee", "Contact1Email_1": "ann at home"},
              {"Contact1Name": "Bo Lee", "Contact1Email_1": "not known"}]  # fmt: skip
    import_ = run_steps(site, drop(site, "export.csv", wide_file(WIDE, people)))
    assert [c["header"] for c in import_.columns or [] if c["field"] is None] == []
    invalid = rows(site, "SELECT email FROM invalid_contacts ORDER BY row_number")
    assert [row["email"] for row in invalid] == ["ann at home", "not known"]


def test_the_demo_file_gives_exactly_its_contacts(site: Site) -> None:
    import_ = run_steps(site, drop(site, "Harbor Data/property_export.csv", DEMO))
    assert import_.status is Status.COMPLETED
    shown = archived(site, import_, "original_lead_id, contact_number, contact_role, contact_email")
    contacts = [(r["original_lead_id"], r["contact_role"], r["contact_email"]) for r in shown]
    assert contacts == [
        (2, "contact_1", "olivia.brandt@example.com"),
        (2, "listing_agent", "nora.falk@example.com"),
        (3, "contact_1", "marcus.oyelaran@example.com"),
        (3, "contact_2", "ines.oyelaran@example.com"),
        (4, "contact_1", "priya.raman@example.com"),
        (4, "contact_2", "dev.raman@example.com"),
        (4, "contact_3", "leela.raman@example.com"),
        (6, "contact_2", "camila.nunez@example.com"),
        (7, "contact_1", "walter.odell@example.com"),
        (8, "contact_1", "grace.lindqvist@example.com"),
        (9, "listing_agent", "owen.pryce@example.com"),
        (11, "contact_1", "olivia.brandt@example.com"),
        (12, "contact_1", "kenji.morita@example.com"),
        (13, "contact_1", "bernadette.kowalczyk@example.com"),
        (13, "contact_2", "jan.kowalczyk@example.com"),
        (13, "listing_agent", "nora.falk@example.com"),
    ]  # fmt: skip
    assert import_.row_outcomes == {"contacts": 10, "rejected": 2, "blank": 0}
    assert import_.contact_outcomes == NO_OUTCOMES | {
        "new": 14,
        "in_file_duplicate": 2,  # an owner and an agent of several rows
        "invalid": 3,
    }


def test_the_agents_phone_never_becomes_a_phone_of_the_others(site: Site) -> None:
    import_ = run_steps(site, drop(site, "export.csv", DEMO))
    others = rows(site, f"SELECT * FROM archive.{import_.archive_table}"
                        " WHERE contact_role <> 'listing_agent'")  # fmt: skip
    phones = {
        v for row in others for k, v in row.items() if k.startswith(("phone_", "contact_phone"))
    }
    assert len(others) == 13
    assert not {"+15125550190", "+13135550191"} & phones


def test_a_mail_of_the_owners_own_makes_the_owner_a_contact(site: Site) -> None:
    header = ["FirstName", "LastName", "Email", "Contact1Name", "Contact1Phone_1",
              "Contact1Email_1", "PropertyAddress", "RecipientAddress"]  # fmt: skip
    row = ["OLA", "BERG", "ola@example.com", "Ann Lee", "", "ann@example.com", "1 Oak St", ""]
    run_steps(site, drop(site, "p.csv", csv_file(header, [row])))
    found = rows(site, "SELECT full_name, email FROM leads_master ORDER BY contact_number")
    assert [tuple(lead.values()) for lead in found] == [
        ("Ann Lee", "ann@example.com"), ("Ola Berg", "ola@example.com"),
    ]  # fmt: skip
