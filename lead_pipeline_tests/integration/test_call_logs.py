"""Who called: the customer's number, and the caller's where a row has none."""

import pytest

from lead_pipeline.imports.site import Site
from lead_pipeline_tests.integration.commands import Command
from lead_pipeline_tests.integration.dagster_run import drop
from lead_pipeline_tests.integration.people import leads
from lead_pipeline_tests.integration.steps import archived, run_steps
from lead_pipeline_tests.making import csv_file

CUSTOMER, CALLER, CALLED = "202-555-0101", "202-555-0102", "202-555-0103"
ROWS = [["1", CUSTOMER, CALLER], ["2", "", "202-555-0104"], ["3", "n/a", "202-555-0105"]]


@pytest.mark.parametrize("order", [(0, 1, 2), (0, 2, 1)])
def test_the_customers_number_decides_row_by_row(site: Site, order: tuple[int, ...]) -> None:
    header = ["call_uuid", "customer_number", "caller_id"]
    log = csv_file(
        [*(header[at] for at in order), "dispnumber", "call_duration", "agent_number"],
        [[*(row[at] for at in order), CALLED, "35", "202-555-0106"] for row in ROWS],
    )

    import_ = run_steps(site, drop(site, "calls.csv", log))

    assert import_.profile == "call_log"
    assert leads(site, "phones") == [
        ["+12025550101"], ["+12025550104"], ["+12025550105"],
    ]  # fmt: skip
    assert [row["caller_id"] for row in archived(site, import_)] == [
        "+12025550102", "+12025550104", "+12025550105",
    ]  # fmt: skip


def test_a_log_with_the_callers_number_alone_is_read_by_it(site: Site) -> None:
    log = csv_file(["caller_id", "call_duration"], [[CALLER, "35"]])
    run_steps(site, drop(site, "calls.csv", log))
    assert leads(site, "phones") == [["+12025550102"]]


def test_a_mail_in_a_log_of_calls_is_the_callers(site: Site) -> None:
    log = csv_file(
        ["customer_number", "call_duration", "Email", "Mobile"],
        [[CUSTOMER, "35", "ann@example.com", CALLER]],
    )
    run_steps(site, drop(site, "calls.csv", log))
    assert leads(site, "phones", "email") == [(["+12025550101", "+12025550102"], "ann@example.com")]


def test_the_number_that_was_taken_is_explained_by_its_cell(site: Site, command: Command) -> None:
    log = csv_file(["customer_number", "caller_id", "call_duration"], [["", CALLER, "35"]])
    run_steps(site, drop(site, "calls.csv", log))
    (document,) = command("explain", CALLER, "--json").documents
    (sighting,) = document["sightings"]
    changed = {one["column"]: one["raw"] for one in sighting["changes"]}
    assert changed["contact_phone_1"] == CALLER
