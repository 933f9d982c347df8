"""The error file of an import: the rejected rows as they came, and beside them why."""

import csv
import io
from typing import Any

import pytest

from lead_pipeline.database import connect
from lead_pipeline.errors import OperatorError
from lead_pipeline.imports.rejected_rows import error_rows
from lead_pipeline.imports.site import Site
from lead_pipeline.ledger import Import
from lead_pipeline_tests.integration.dagster_run import drop
from lead_pipeline_tests.integration.steps import STEPS, run_steps

HEADER = "Pets,Full Name,Email,Pets,Phone"
PEOPLE = "".join(f"1,Ann Lee,ann{n}@example.com,2,202-555-01{n}\n" for n in range(10, 20))


def errors_of(site: Site, import_: Import) -> tuple[list[str], list[list[Any]]]:
    with connect(site.settings.database_url) as session:
        header, found = error_rows(site, session, import_)
        return header, list(found)


def imported(site: Site, lines: str) -> Import:
    return run_steps(site, drop(site, "leads.csv", f"{HEADER}\n{PEOPLE}{lines}".encode()))


NOT_CALLABLE = "no contact of this row can be called: no valid phone and no email"


def test_a_rejected_row_stands_in_its_own_columns_and_order(site: Site) -> None:
    header, found = errors_of(site, imported(site, 'dog,"Lee, Ann",,"a ""b""\nc",12\n'))
    assert header == ["Pets", "Full Name", "Email", "Pets", "Phone", "_row", "_code", "_reason"]
    assert found == [
        ["dog", "Lee, Ann", None, 'a "b"\nc', "12", 12, "not_contactable", NOT_CALLABLE]
    ]


def test_a_record_with_too_many_cells_keeps_them_after_the_reasons(site: Site) -> None:
    _, (row,) = errors_of(site, imported(site, 'x,Bo Ek,bo@example.com,y,202-555-0199,"s, t",u\n'))
    assert row[:7] == ["x", "Bo Ek", "bo@example.com", "y", "202-555-0199", 12, "too_many_cells"]
    assert row[8:] == ["s, t", "u"]


def test_the_rows_stand_in_the_order_of_the_file_whatever_rejected_them(site: Site) -> None:
    lines = "a,,,b,\n1,2,3,4,5,6,7\nc,Bo Ek,,d,\n"
    _, found = errors_of(site, imported(site, lines))
    assert [(row[5], row[6]) for row in found] == [
        (12, "no_contact"), (13, "too_many_cells"), (14, "not_contactable"),
    ]  # fmt: skip


def test_an_import_without_rejected_rows_gives_the_header_alone(site: Site) -> None:
    header, found = errors_of(site, imported(site, ""))
    assert header[-3:] == ["_row", "_code", "_reason"]
    assert found == []


def test_the_mended_rows_can_be_imported_as_they_are(site: Site) -> None:
    header, found = errors_of(site, imported(site, "dog,Bo Ek,,cat,12\n"))
    found[0][2] = "bo@example.com"
    text = io.StringIO()
    csv.writer(text).writerows([header, *found])
    again = run_steps(site, drop(site, "mended.csv", text.getvalue().encode()))
    assert (again.contacts_new, again.rows_rejected) == (1, 0)


def test_a_file_that_is_not_archived_has_no_error_rows_yet(site: Site) -> None:
    import_ = run_steps(site, drop(site, "leads.csv", f"{HEADER}\n{PEOPLE}".encode()), STEPS[:1])
    with pytest.raises(OperatorError, match="import 1 is loaded and has no rejected rows"):
        errors_of(site, import_)
