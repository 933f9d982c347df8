"""Rejected rows are mended in a grid that works without script, and come in again."""

import re
from html import unescape

import pytest

from lead_pipeline.access.tokens import Role
from lead_pipeline.imports.site import Site
from lead_pipeline.ledger import Import
from lead_pipeline.web.pages import mend
from lead_pipeline_tests.integration.commands import import_dropped
from lead_pipeline_tests.integration.dagster_run import drop, rows
from lead_pipeline_tests.integration.steps import run_steps
from lead_pipeline_tests.integration.web.serving import Answer, Caller
from lead_pipeline_tests.integration.web.test_guard import a_token, bearer
from lead_pipeline_tests.integration.web.test_review_page import words
from lead_pipeline_tests.making import csv_file

HEADER = ("Full Name", "Mail", "Phone", "Pets")
PEOPLE = [
    ("Ann Lee", "ann@example.com", "", ""),
    ("Bo <b>Ek</b>", "bo at example", "", "=1+1"),  # row 3
    ("Cy Roe", "", "202-555-01", "a\nb"),  # row 4
    ("Di Fox", "", "", " שלום 😀 "),  # row 5
]
FILE = csv_file(HEADER, PEOPLE)
MEND = "/imports/1/mend"
KEY = "a-key-of-the-form"


@pytest.fixture
def original(site: Site) -> Import:
    return run_steps(site, drop(site, "Acme/list.csv", FILE))


def as_it_stands(call: Caller) -> dict[str, str]:
    """All fields of the form, as a browser sends them when nothing was changed."""
    page = call("GET", MEND).text
    inputs = re.findall(r'<input value="([^"]*)" name="(cell[^"]+)"', page)
    areas = re.findall(r'<textarea rows="2" name="(cell[^"]+)"[^>]*>\n([^<]*)</textarea>', page)
    cells = [(name, cell) for cell, name in inputs] + areas
    return {name: unescape(cell).replace("\n", "\r\n") for name, cell in cells} | {"key": KEY}


def saved(call: Caller, changed: dict[str, str]) -> Answer:
    return call.form(MEND, **(as_it_stands(call) | changed))


def test_the_grid_names_each_cell_and_marks_those_at_fault(original: Import, call: Caller) -> None:
    page = call("GET", MEND).text
    assert page.count('data-row="') == 12
    for row, header, why in [
        (3, "Mail", "no valid mail"),
        (4, "Phone", "no valid phone"),
        (5, "Mail", "empty: a phone or a mail is needed"),
        (5, "Phone", "empty: a phone or a mail is needed"),
    ]:
        at = HEADER.index(header)
        assert (
            f'aria-label="row {row}, {header}" aria-invalid="true" '
            f'aria-describedby="why.{row}.{at}"' in page
        )
        assert f'id="why.{row}.{at}">{why}<' in page
    assert page.count("aria-invalid") == 4
    assert 'value="Bo &lt;b&gt;Ek&lt;/b&gt;"' in page
    assert 'value="=1+1"' in page
    assert 'value=" שלום 😀 "' in page


def test_a_row_is_mended_without_script(site: Site, original: Import, call: Caller) -> None:
    answer = saved(call, {"cell.3.1": "bo@example.com"})
    assert answer.status == 303, answer.text
    follow = answer.headers["location"]
    assert follow.startswith(f"{MEND}?object_key=Acme%2Fmended_1_")
    assert "on their way" in words(call("GET", follow).text)
    (key,) = [key for key in site.bucket.keys() if "mended" in key]  # noqa: SIM118
    again = import_dropped(site, key)
    assert (again.retry_of, again.rows_read, again.contacts_new) == (1, 1, 1)
    (row,) = rows(site, f"SELECT * FROM archive.{again.archive_table}")
    assert row["extra"]["Pets"] == "=1+1"  # what nobody touched is as it stood
    assert 'href="/imports/2"' in call("GET", follow).text
    told = words(call("GET", MEND).text)
    assert "Import 2 completed rows: 1, new leads: 1" in told
    assert "no valid mail" not in told


def test_a_browser_that_changes_line_ends_changes_no_cell(
    site: Site, original: Import, call: Caller
) -> None:
    told = saved(call, {})
    assert (told.status, "No cell was changed" in told.text) == (409, True)
    saved(call, {"cell.4.2": "202-555-0142"})
    (key,) = [key for key in site.bucket.keys() if "mended" in key]  # noqa: SIM118
    again = import_dropped(site, key)
    (row,) = rows(site, f"SELECT * FROM archive.{again.archive_table}")
    assert row["extra"]["Pets"] == "a\nb"


def test_pressed_twice_it_is_brought_in_once(site: Site, original: Import, call: Caller) -> None:
    form = as_it_stands(call) | {"cell.3.1": "bo@example.com"}
    first, again = call.form(MEND, **form), call.form(MEND, **form)
    assert first.headers["location"] == again.headers["location"]
    assert len(site.bucket.keys()) == 2


def test_what_is_refused_is_told_and_nothing_that_was_typed_is_lost(
    site: Site, original: Import, call: Caller
) -> None:
    assert saved(call, {"cell.3.1": "bo@example.com"}).status == 303
    refused = saved(call, {"cell.3.1": "bo@example.com", "key": "another-key"})
    assert refused.status == 409
    assert 'value="bo@example.com"' in refused.text
    long = saved(call, {"cell.3.1": "x" * 100_001, "key": "a-third-key"})
    assert (long.status, "longer than any cell" in long.text) == (409, True)


def test_of_more_rows_than_a_page_holds_the_file_is_offered(
    site: Site, call: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    many = [(f"Ann {number}", "", "", "") for number in range(mend._MOST_ROWS + 1)]
    run_steps(site, drop(site, "Acme/list.csv", csv_file(HEADER, many)))
    page = call("GET", MEND).text
    assert page.count('<th scope="row"') == mend._MOST_ROWS
    assert "Here are the first 300 rows" in page
    assert 'href="/api/imports/1/files/rejected.csv"' in page
    assert "lead-pipeline retry 1 FILE" in page


def test_a_file_without_rejected_rows_has_nothing_to_mend(site: Site, call: Caller) -> None:
    run_steps(site, drop(site, "Acme/list.csv", csv_file(HEADER, PEOPLE[:1])))
    assert "No rejected row waits" in call("GET", MEND).text


def test_columns_that_bear_one_name_are_not_confused(site: Site, call: Caller) -> None:
    header = ("Full Name", "Mail", "Pets", "Pets")
    run_steps(site, drop(site, "list.csv", csv_file(header, [("Bo Ek", "x", "cat", "dog")])))
    page = call("GET", MEND).text
    assert 'name="cell.2.2"' not in page
    assert 'name="cell.2.3"' in page


def test_only_what_is_decided_is_mended_and_only_by_operators(
    site: Site, original: Import, call: Caller
) -> None:
    drop(site, "Acme/next.csv", FILE + b"x")
    assert call("GET", "/imports/2/mend").status == 409
    assert call("GET", "/imports/9/mend").status == 404
    viewer = call.having(authorization=bearer(a_token(site, Role.VIEWER)))
    assert viewer("GET", MEND).status == 403
    assert viewer.form(MEND, key=KEY).status == 403
