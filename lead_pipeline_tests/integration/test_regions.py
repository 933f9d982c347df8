"""Whose phones a file holds: settled for a file, a supplier or a source, kept with its import."""

from dataclasses import replace
from pathlib import Path

import pytest

from lead_pipeline.choices.reading import Choices, settle_reading
from lead_pipeline.database import connect
from lead_pipeline.errors import OperatorError
from lead_pipeline.imports.preview import DryRun
from lead_pipeline.imports.rehearsal import Rehearsal
from lead_pipeline.imports.site import Site
from lead_pipeline.ledger import Import
from lead_pipeline_tests.integration.commands import Command
from lead_pipeline_tests.integration.dagster_run import drop, rows
from lead_pipeline_tests.integration.steps import run_steps
from lead_pipeline_tests.making import csv_file

WAYS = ["09876543210", "9876543210", "+919876543210"]
CALLS = csv_file(
    ["call_id", "customer_number", "call_duration"],
    [[f"call-{at}", number, "30"] for at, number in enumerate(WAYS)],
)
LIST = csv_file(["Name", "Phone"], [["Ann Lee", "9876543210"]])
AMERICANS = csv_file(["Name", "Phone"], [["Bo Ek", "202-555-0123"]])


def phones(site: Site, import_: Import) -> list[str]:
    table = f"archive.{import_.archive_table}"
    return [row["phone_e164"] for row in rows(site, f"SELECT * FROM {table} ORDER BY 1")]


def settled(site: Site, scope: str, name: str, region: str) -> None:
    with connect(site.settings.database_url, autocommit=True) as session:
        settle_reading(session, scope, name, Choices(region=region))  # type: ignore[arg-type]


def test_an_indian_call_log_beside_american_lists_is_of_one_person(
    site: Site, command: Command
) -> None:
    assert (
        command("sources", "set", "Knowlarity", "--region", "in").out == "Knowlarity: region IN\n"
    )
    calls = run_steps(site, drop(site, "calls.csv", CALLS))
    americans = run_steps(site, drop(site, "list.csv", AMERICANS))
    assert (calls.region, americans.region) == ("IN", "US")
    assert phones(site, calls) == ["+919876543210"] * 3
    assert phones(site, americans) == ["+12025550123"]
    leads = rows(site, "SELECT phone_e164, phone_number_normalized FROM leads_master ORDER BY 1")
    assert [tuple(lead.values()) for lead in leads] == [
        ("+12025550123", "2025550123"), ("+919876543210", "9876543210"),
    ]  # fmt: skip


def test_the_file_is_asked_before_its_supplier_and_the_supplier_before_its_source(
    site: Site, command: Command
) -> None:
    command("sources", "set", "Knowlarity", "--region", "IN")
    command("suppliers", "set", "Acme", "--region", "GB")
    settled(site, "object", "Acme/own.csv", "DE")
    for key, region in (("calls.csv", "IN"), ("Acme/calls.csv", "GB"), ("Acme/own.csv", "DE")):
        # Other bytes each time, as the same ones would be a duplicate.
        assert run_steps(site, drop(site, key, CALLS + key.encode() + b",1,1\n")).region == region


def test_a_region_is_settled_beside_what_was_settled_before(site: Site, command: Command) -> None:
    command("reading", "set", "Acme", "--date-order", "day")
    told = command("suppliers", "set", "Acme", "--region", "IN").out
    assert told == "Acme: no price; a duplicate is who was seen before by anybody; region IN\n"
    assert command("reading", "list").out == "supplier Acme: region 'IN', date_order 'day'\n"
    (fact,) = command("suppliers", "--json").documents
    assert fact["region"] == "IN"


def test_the_dry_run_reads_in_the_region_of_the_import(site: Site, tmp_path: Path) -> None:
    settled(site, "source", "Knowlarity", "IN")
    path = tmp_path / "calls.csv"
    path.write_bytes(CALLS)
    with connect(site.settings.database_url, autocommit=True) as session:
        dry = DryRun(path, site.settings, rehearsal=Rehearsal(session))
        stated = DryRun(path, site.settings, Choices(region="US"), rehearsal=Rehearsal(session))
    assert (dry.head["region"], stated.head["region"]) == ("IN", "US")
    assert dry.counts["contacts"]["in_file_duplicate"] == 2
    assert DryRun(path, site.settings).head["region"] == "US"


def test_mended_rows_are_read_in_the_region_of_their_import(site: Site) -> None:
    settled(site, "object", "list.csv", "IN")
    first = run_steps(site, drop(site, "list.csv", LIST))
    again = drop(site, "mended.csv", AMERICANS)
    with connect(site.settings.database_url, autocommit=True) as session:
        session.execute(
            "UPDATE lead_sources SET retry_of = %s WHERE import_id = %s",
            (first.import_id, again.import_id),
        )
    assert run_steps(site, replace(again, retry_of=first.import_id)).region == "IN"


def test_what_is_no_region_is_refused_in_words(command: Command) -> None:
    with pytest.raises(OperatorError, match="there is no region 'ZZ'; say two letters"):
        Choices(region="ZZ")
    said = command("reading", "set", "Acme", "--region", "India")
    assert (said.code, "is no region: say two letters" in said.err) == (2, True)
    said = command("sources", "set", "Knowlarty", "--region", "IN")
    assert (said.code, "there is no source 'Knowlarty'" in said.err) == (1, True)
