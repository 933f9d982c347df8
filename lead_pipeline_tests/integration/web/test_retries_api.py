"""Rejected rows are mended over the API: cell by cell, as a file, and a column at once."""

import csv
import io
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lead_pipeline.access.tokens import Role
from lead_pipeline.imports.mending import as_dates, as_phones, trimmed
from lead_pipeline.imports.site import Site
from lead_pipeline.ledger import Import
from lead_pipeline.normalizing.date_order import DateOrder
from lead_pipeline_tests.integration.commands import import_dropped
from lead_pipeline_tests.integration.dagster_run import drop, rows
from lead_pipeline_tests.integration.steps import run_steps
from lead_pipeline_tests.integration.web.serving import Caller
from lead_pipeline_tests.integration.web.test_guard import a_token, bearer
from lead_pipeline_tests.making import csv_file

HEADER = ("Full Name", "Mail", "Phone", "Pets")
FILE = csv_file(
    HEADER,
    [
        ("Ann Lee", "ann@example.com", "", ""),
        ("Bo Ek", "bo at example", "", "=1+1"),  # row 3
        ("Cy Roe", "", "202-555-01", "'x"),
    ],
)


@pytest.fixture
def original(site: Site) -> Import:
    return run_steps(site, drop(site, "Acme/list.csv", FILE))


def mended(*pairs: tuple[int, dict[str, str]]) -> dict[str, Any]:
    return {"rows": [{"row": row, "cells": cells} for row, cells in pairs]}


def test_a_row_is_mended_cell_by_cell_and_comes_in_as_the_row_it_was(
    site: Site, original: Import, call: Caller
) -> None:
    told = call("POST", "/api/imports/1/retry", mended((3, {"Mail": "bo@example.com"})))
    assert told.status == 201
    again = import_dropped(site, told.json["object_key"])
    assert (again.retry_of, again.contacts_new, again.rows_rejected) == (1, 1, 0)
    (row,) = rows(site, f"SELECT * FROM archive.{again.archive_table}")
    assert (row["contact_name"], row["contact_email"]) == ("Bo Ek", "bo@example.com")
    assert row["extra"]["Pets"] == "=1+1"  # what nobody touched is as it stood
    left = call("GET", "/api/imports/1/rows?outcome=rejected").json["items"]
    assert [one["row"] for one in left] == [4]


def test_a_mended_cell_may_begin_as_a_formula_does(
    site: Site, original: Import, call: Caller
) -> None:
    cells = {"Mail": "bo@example.com", "Pets": "=2+2"}
    told = call("POST", "/api/imports/1/retry", mended((3, cells))).json
    again = import_dropped(site, told["object_key"])
    (row,) = rows(site, f"SELECT extra FROM archive.{again.archive_table}")
    assert row["extra"]["Pets"] == "=2+2"


def test_the_downloaded_file_comes_back_mended(site: Site, original: Import, call: Caller) -> None:
    body = call("GET", "/api/imports/1/files/rejected.csv").body
    body = body.replace(b"202-555-01", b"202-555-0142")
    told = call("POST", "/api/imports/1/retry", body, content_type="text/csv")
    again = import_dropped(site, told.json["object_key"])
    assert (again.contacts_new, again.rows_rejected) == (1, 1)
    assert [row[0] for row in csv.reader(io.StringIO(body.decode("utf-8-sig")))][1:] == [
        "Bo Ek", "Cy Roe",
    ]  # fmt: skip


def test_what_is_sent_twice_with_one_key_is_done_once(
    site: Site, original: Import, call: Caller
) -> None:
    body = mended((3, {"Mail": "bo@example.com"}))
    first, again = (
        call("POST", "/api/imports/1/retry", body, idempotency_key="the-same-key") for _ in "12"
    )
    assert (first.json, again.headers["idempotency-replayed"]) == (again.json, "true")
    assert len(site.bucket.keys()) == 2


@pytest.mark.parametrize(
    ("body", "status", "word"),
    [
        (mended((2, {"Mail": "x@example.com"})), 409, "row 2 of import 1 does not wait"),
        (mended((3, {"Fax": "1"})), 409, "no column 'Fax'"),
        (mended(), 422, "body.rows"),
        ({"rows": [{"row": "x", "cells": {}}]}, 422, "body.rows.0.row"),
        (b"not json", 422, "body"),
    ],
)
def test_what_cannot_be_mended_is_told(
    body: Any, status: int, word: str, original: Import, call: Caller
) -> None:
    answer = call("POST", "/api/imports/1/retry", body, content_type="application/json")
    assert (answer.status, word in answer.json["detail"]) == (status, True), answer.json


def test_only_what_was_decided_has_rows_to_mend(site: Site, call: Caller) -> None:
    drop(site, "list.csv", FILE)
    assert call("POST", "/api/imports/1/retry", mended((3, {"Mail": "x"}))).status == 409
    assert call("POST", "/api/imports/9/retry", mended((3, {"Mail": "x"}))).status == 404


def test_a_column_is_mended_at_once(original: Import, call: Caller) -> None:
    def suggested(how: str, cells: list[str], **more: str) -> list[str]:
        asked = {"how": how, "cells": cells, **more}
        told: list[str] = call("POST", "/api/imports/1/retry/suggest", asked).json["cells"]
        return told

    assert suggested("trim", [" bo@example.com\u00a0", " "]) == ["bo@example.com", ""]
    assert suggested("dates", ["03/04/2026", "soon"], order="day") == ["2026-04-03", "soon"]
    assert suggested("dates", ["03/04/2026"], order="month") == ["2026-03-04"]
    assert suggested("phones", ["030 123456", "12"], region="DE") == ["+4930123456", "12"]


@given(st.lists(st.text(st.characters(exclude_categories=["Cs"]), max_size=20), max_size=5))
def test_no_cell_is_lost_and_what_is_mended_stays(cells: list[str]) -> None:
    for mend in (
        trimmed,
        lambda cells: as_dates(cells, DateOrder.DAY_FIRST),
        lambda cells: as_phones(cells, "US"),
    ):
        once = mend(cells)
        assert len(once) == len(cells)
        assert mend(once) == once


def test_a_viewer_mends_nothing(site: Site, original: Import, call: Caller) -> None:
    viewer = bearer(a_token(site, Role.VIEWER))
    body = mended((3, {"Mail": "bo@example.com"}))
    assert call("POST", "/api/imports/1/retry", body, authorization=viewer).status == 403
