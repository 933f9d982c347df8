"""A supplier changes its export: what the ledger, `status` and its JSON say about it."""

import json
from collections.abc import Sequence

import pytest

from lead_pipeline.cli.import_view import show_import
from lead_pipeline.cli.output import as_json
from lead_pipeline.cli.terminal import console as terminal
from lead_pipeline.imports.site import Site
from lead_pipeline.ledger import Import, Status
from lead_pipeline.ledger.facts import import_facts
from lead_pipeline_tests.integration.dagster_run import drop, rows, state
from lead_pipeline_tests.integration.steps import STEPS, run_steps
from lead_pipeline_tests.making import csv_file

FIRST = ("Full Name", "Email", "Phone", "City", "Pets")
RENAMED = ("Full Name", "Email Address", "Phone", "City", "Pets")


def a_list(header: Sequence[str], number: int) -> bytes:
    """One row, and the file's number in each cell of the other columns, so that none is a twin."""
    own = {"Full Name": "Ann Lee", "Phone": "202-555-0123"}
    return csv_file(header, [[own.get(name, f"x{number}@example.com") for name in header]])


def imported(site: Site, key: str, header: Sequence[str], number: int) -> Import:
    return run_steps(site, drop(site, key, a_list(header, number)))


def status_of(import_: Import) -> str:
    """What `status IMPORT` prints."""
    console = terminal()
    with console.capture() as shown:
        show_import(console, import_)
    return shown.get()


@pytest.mark.parametrize(
    ("header", "sentences"),
    [
        (FIRST, []),
        (RENAMED, ["Column 'Email' is probably called 'Email Address' now."]),
        (("Full Name", "E-MAIL", "Phone", "City", "Pets"),
         ["Column 'Email' is spelled 'E-MAIL' now."]),
        (("Full Name", "Email", "Phone", "Pets"), ["Column 'City' is gone."]),
        ((*FIRST, "Roof Age"), ["Column 'Roof Age' is new."]),
        (("Email", "Full Name", "Phone", "City", "Pets"),
         ["Column 'Full Name' moved from place 1 to 2."]),
        (("Full Name", "Email", "Phone", "Roof Age", "Pets"),
         ["Column 'Roof Age' is new.", "Column 'City' is gone."]),
    ],
    ids=["same", "renamed", "respelled", "gone", "new", "moved", "replaced"],
)  # fmt: skip
def test_a_suppliers_next_file_tells_what_changed_in_its_header(
    site: Site, header: Sequence[str], sentences: list[str]
) -> None:
    assert imported(site, "Acme/may.csv", FIRST, 1).drift == []
    done = imported(site, "Acme/june.csv", header, 2)
    assert done.status is Status.COMPLETED
    assert rows(site, "SELECT drift FROM lead_sources ORDER BY import_id") == [
        {"drift": []},
        {"drift": sentences},
    ]
    assert json.loads(as_json(import_facts(done)))["drift"] == sentences
    told = status_of(done)
    assert all(sentence in told for sentence in sentences)
    assert ("changed" in told) is bool(sentences)


def test_a_renamed_column_still_feeds_its_field(site: Site) -> None:
    imported(site, "Acme/may.csv", FIRST, 1)
    done = imported(site, "Acme/june.csv", RENAMED, 2)
    query = f"SELECT contact_email FROM archive.{done.archive_table}"
    assert rows(site, query) == [{"contact_email": "x2@example.com"}]


def test_the_file_of_another_supplier_is_not_compared(site: Site) -> None:
    imported(site, "Acme/may.csv", FIRST, 1)
    assert imported(site, "Harbor/june.csv", RENAMED, 2).drift == []


def test_files_without_a_supplier_are_not_compared(site: Site) -> None:
    imported(site, "may.csv", FIRST, 1)
    assert imported(site, "june.csv", RENAMED, 2).drift == []


def test_the_file_compared_with_is_the_last_one_that_was_imported(site: Site) -> None:
    imported(site, "Acme/april.csv", FIRST, 1)
    imported(site, "Acme/may.csv", RENAMED, 2)
    run_steps(site, drop(site, "Acme/stuck.csv", a_list(FIRST, 3)), STEPS[:2])
    assert imported(site, "Acme/june.csv", RENAMED, 4).drift == []


def test_an_import_that_is_loaded_again_is_not_compared_with_itself(site: Site) -> None:
    imported(site, "Acme/may.csv", FIRST, 1)
    import_ = drop(site, "Acme/june.csv", a_list(RENAMED, 2))
    run_steps(site, import_, STEPS[:1])
    once = state(site, import_).drift
    assert once == ["Column 'Email' is probably called 'Email Address' now."]
    assert run_steps(site, import_).drift == once
    assert run_steps(site, import_).drift == once
