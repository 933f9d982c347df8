"""The page of one import: what people of each role see, in every state."""

import re
from dataclasses import replace

import pytest

from lead_pipeline.access.tokens import Role
from lead_pipeline.imports.site import Site
from lead_pipeline_tests.integration.dagster_run import drop, rows
from lead_pipeline_tests.integration.steps import run_steps
from lead_pipeline_tests.integration.web.serving import Caller, serving
from lead_pipeline_tests.integration.web.test_guard import a_token, bearer
from lead_pipeline_tests.making import csv_file

FILE = csv_file(["Full Name", "Email"], [["Ann Lee", "ann@example.com"], ["Bo Ek", ""]])


@pytest.fixture
def done(site: Site) -> Site:
    run_steps(site, drop(site, "Acme/list.csv", FILE))
    return site


def test_it_tells_outcomes_steps_and_where_they_can_be_had(done: Site, call: Caller) -> None:
    page = call("GET", "/imports/1").text
    assert "completed" in page
    assert "/imports/1/rows?outcome=rejected" in page
    assert "/api/imports/1/files/new.csv" in page
    assert re.search(r"read</th><td><time.*?</time></td><td class=\"number\">\d\.\d s", page)
    assert "<script" not in page  # nothing moves any more


def test_a_viewer_sees_counts_and_nobody(done: Site, call: Caller) -> None:
    viewer = call.having(authorization=bearer(a_token(done, Role.VIEWER)))
    page = viewer("GET", "/imports/1").text
    assert "Of 2 rows" in page
    for hidden in ("outcome=", '.csv" download', "/mend", "/undo", "Full Name", "ann@"):
        assert hidden not in page
    assert viewer("GET", "/imports/1/rows?outcome=new").status == 403
    assert viewer("GET", "/imports/1/undo").status == 403


def test_an_operator_cannot_undo_and_an_admin_can(done: Site, call: Caller) -> None:
    operator = call.having(authorization=bearer(a_token(done, Role.OPERATOR, "op")))
    assert operator.form("/imports/1/undo").status == 403
    admin = call.having(authorization=bearer(a_token(done, Role.ADMIN, "ad")))
    assert "1 of them go" in admin("GET", "/imports/1/undo").text
    undone = admin.form("/imports/1/undo")
    assert (undone.status, undone.headers["location"]) == (303, "/imports/1?told=undone")
    assert rows(done, "SELECT lead_id FROM leads_master") == []
    again = admin.form("/imports/1/undo")
    assert (again.status, "import 1 is undone" in again.text) == (409, True)


def test_rows_stand_in_the_columns_of_the_file(done: Site, call: Caller) -> None:
    page = call("GET", "/imports/1/rows?outcome=rejected").text
    assert re.findall(r'<th scope="col">(Full Name|Email)</th>', page) == ["Full Name", "Email"]
    assert '<th scope="row" class="number">3</th>' in page  # as the spreadsheet counts
    assert "<bdi>Bo Ek</bdi>" in page
    assert call("GET", "/imports/1/rows?outcome=nonsense").status == 422


def test_what_is_under_way_has_a_bar_and_says_what_happens(site: Site, call: Caller) -> None:
    drop(site, "Acme/list.csv", FILE)
    page = call("GET", "/imports/1").text
    assert 'data-import="1"' in page
    assert 'data-step="waiting" data-state="now"' in page
    assert "Nothing runs here that would import it" in page
    assert "import.js" in page


def test_where_dagster_is_known_the_run_is_linked(site: Site) -> None:
    known = replace(site, settings=replace(site.settings, dagster_url="https://d.example.com"))
    import_ = drop(known, "Acme/list.csv", FILE)
    run_steps(known, import_)
    rows(known, "UPDATE lead_sources SET run_id = 'abc' RETURNING import_id")
    with serving(known) as call:
        assert 'href="https://d.example.com/runs/abc"' in call("GET", "/imports/1").text
