"""What stands in one phone cell, all the way to the lead: further numbers, words, countries."""

from lead_pipeline.database import connect
from lead_pipeline.imports.site import Site
from lead_pipeline.ledger import Import
from lead_pipeline.suppression.opt_outs import opt_out
from lead_pipeline_tests.integration.dagster_run import rows
from lead_pipeline_tests.integration.lead_state import broken_laws
from lead_pipeline_tests.integration.people import duplicates, leads, outcomes, register, told
from lead_pipeline_tests.integration.steps import run_steps
from lead_pipeline_tests.making import csv_file

ONE, TWO, THREE = "202-555-0101", "202-555-0102", "202-555-0103"


def imported(site: Site, *people: dict[str, str], name: str = "Acme/list.csv") -> Import:
    content = csv_file([*people[0]], ([*person.values()] for person in people))
    return run_steps(site, register(site, name, content))


def test_every_number_of_a_cell_is_a_phone_and_a_key_of_the_lead(site: Site) -> None:
    first = imported(site, {"Name": "Ann Lee", "Phone": f"{ONE} ::: {TWO} {THREE}"})
    phones = ["+12025550101", "+12025550102", "+12025550103"]
    assert leads(site, "phone_e164", "phones", "alternate_phone_number") == [
        (phones[0], phones, phones[1])
    ]
    (archived,) = rows(site, f"SELECT * FROM archive.{first.archive_table}")
    assert [archived[f"contact_phone_{at}"] for at in (1, 2, 3)] == phones
    again = imported(site, {"Name": "Ann Lee", "Phone": THREE}, name="Bolt/list.csv")
    assert outcomes(again) == {"cross_source_duplicate": 1}
    assert len(duplicates(site)) == 1
    assert broken_laws(site) == {}


def test_further_numbers_stand_behind_the_phones_of_the_file(site: Site) -> None:
    import_ = imported(
        site,
        {"Name": "Ann Lee", "Phone": f"{ONE} / {TWO}", "Phone 2": ""},
        {"Name": "Bo Ek", "Phone": THREE, "Phone 2": "202-555-0104 202-555-0105"},
    )
    archived = rows(site, f"SELECT * FROM archive.{import_.archive_table} ORDER BY 1")
    assert [[row[f"contact_phone_{at}"] for at in (1, 2, 3)] for row in archived] == [
        ["+12025550101", None, "+12025550102"],
        ["+12025550103", "+12025550104", "+12025550105"],
    ]


def test_a_number_with_dnc_behind_it_is_taken_and_the_others_stay(site: Site) -> None:
    person = {"Name": "Ann Lee", "Phone": f"{ONE} (DNC)", "Phone 2": TWO}
    assert outcomes(imported(site, person)) == {"new": 1}
    assert leads(site, "phones") == [["+12025550102"]]
    assert told(site, "SELECT value FROM dnc_suppressions") == [("+12025550101",)]
    alone = {"Name": "Bo Ek", "Phone": f"{THREE} (DNC)"}
    assert outcomes(imported(site, alone, name="Acme/second.csv")) == {"suppressed": 1}


def test_an_opt_out_meets_the_number_that_was_kept(site: Site) -> None:
    with connect(site.settings.database_url, autocommit=True) as session:
        opt_out(session, ["+49 30 2312500", ONE], None, site.settings)
    berlin = {"Name": "Ann Lee", "Telefon": "030 2312500", "Country": "DE"}
    assert outcomes(imported(site, berlin)) == {"suppressed": 1}
    second = {"Name": "Bo Ek", "Phone": f"{TWO} - Bo / {ONE} - Cy"}
    assert outcomes(imported(site, second, name="Acme/second.csv")) == {"new": 1}
    assert leads(site, "phones") == [["+12025550102"]]
