"""The master table as a whole: how many leads it holds, told without counting them."""

import pytest

from lead_pipeline.database import connect
from lead_pipeline.imports.site import Site
from lead_pipeline.imports.undo import undo_import
from lead_pipeline.matching.master import count_candidates, count_leads, master_columns
from lead_pipeline_tests.integration.dagster_run import drop, rows
from lead_pipeline_tests.integration.people import change
from lead_pipeline_tests.integration.steps import run_steps
from lead_pipeline_tests.making import csv_file


def imported(site: Site, key: str, *people: str) -> int:
    """The import of a list of people, each with a mail of their own."""
    content = csv_file(["Email"], [[f"{name}@example.com"] for name in people])
    return run_steps(site, drop(site, key, content)).import_id


def told_and_counted(site: Site) -> tuple[int, int]:
    with connect(site.settings.database_url) as session:
        told = count_leads(session)
    (counted,) = rows(site, "SELECT count(*) AS leads FROM leads_master")
    return told, counted["leads"]


def test_an_empty_table_holds_no_leads(site: Site) -> None:
    assert told_and_counted(site) == (0, 0)


def test_the_number_of_leads_follows_imports_and_undone_ones(site: Site) -> None:
    first = imported(site, "Acme/first.csv", "ann", "bo", "cy")
    second = imported(site, "Harbor/second.csv", "cy", "di")
    assert told_and_counted(site) == (4, 4)
    undo_import(site, first)  # cy is the second import's now
    assert told_and_counted(site) == (2, 2)
    undo_import(site, second)
    assert told_and_counted(site) == (0, 0)


@pytest.mark.parametrize("later", [[], ["ann", "ed"]], ids=["and no more", "and seen again"])
def test_leads_that_people_have_worked_on_stay_and_are_counted(
    site: Site, later: list[str]
) -> None:
    first = imported(site, "Acme/first.csv", "ann", "bo", "cy")
    change(site, "UPDATE leads_master SET status = 'Called' WHERE email LIKE 'ann%%'")
    undo_import(site, first)
    assert told_and_counted(site) == (1, 1)
    if later:
        imported(site, "Harbor/later.csv", *later)
        assert told_and_counted(site) == (2, 2)


def test_contacts_that_may_be_two_leads_are_counted_by_import(site: Site) -> None:
    imported(site, "Acme/first.csv", "ann")
    content = csv_file(["Phone"], [["202-555-0101"]])
    run_steps(site, drop(site, "Acme/second.csv", content))
    both = csv_file(["Email", "Phone"], [["ann@example.com", "202-555-0101"]])
    third = run_steps(site, drop(site, "Harbor/third.csv", both)).import_id
    with connect(site.settings.database_url) as session:
        assert [count_candidates(session, n) for n in (1, third)] == [0, 1]


def test_the_columns_that_are_told_are_those_of_the_table(site: Site) -> None:
    query = (
        "SELECT attname AS name, atttypid::regtype::text AS type"
        " FROM pg_attribute WHERE attrelid = 'leads_master'::regclass AND attnum > 0"
        " AND NOT attisdropped"
    )
    there = {row["name"]: row["type"] for row in rows(site, query)}
    told = {column.name: column.sql_type for column in master_columns()}
    assert told == {
        name: kind.replace("timestamp with time zone", "timestamptz")
        for name, kind in there.items()
    }
    assert all(column.description for column in master_columns())
