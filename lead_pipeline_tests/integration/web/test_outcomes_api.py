"""The rows of an import by what became of them: in pages, and each outcome as a file."""

import csv
import io
from pathlib import Path
from typing import Any

import pytest

from lead_pipeline.access.tokens import Role
from lead_pipeline.database import connect
from lead_pipeline.imports.site import Site
from lead_pipeline.ledger import Import
from lead_pipeline.suppression.load import Order, load_list
from lead_pipeline_tests.integration.commands import Command, import_dropped
from lead_pipeline_tests.integration.dagster_run import drop, rows
from lead_pipeline_tests.integration.steps import STEPS, run_steps
from lead_pipeline_tests.integration.web.serving import Caller
from lead_pipeline_tests.integration.web.test_guard import a_token, bearer
from lead_pipeline_tests.making import csv_file

HEADER = ("Pets", "Full Name", "Mail", "Phone", "Note")
KNOWN = csv_file(HEADER, [("", "Di Day", "di@example.com", "", "")])
FILE = csv_file(
    HEADER,
    [
        ("1", "Ann Lee", "ann@example.com", "+1 (202) 555-0123", "=1+1"),  # row 2
        ("2", "Ann Lee", "ann@example.com", "", ""),
        ("3", "Bo Ek", "bo at example", "12", "@home"),
        ("", "", "", "", ""),
        ("4", "Di Day", "di@example.com", "", "x"),
        ("5", "Cy Roe", "", "202-555-0142", ""),
        ("6", "Ed Poe", "ed@example.com", "", ""),
    ],
)
EXPECTED = {
    "new": [2, 8],
    "in_file_duplicate": [3],
    "rejected": [4],
    "same_source_duplicate": [6],
    "cross_source_duplicate": [],
    "updated": [],
    "suppressed": [7],
    "invalid": [4],
}


@pytest.fixture
def done(site: Site) -> Import:
    """An import with nearly every outcome; it has the number 2."""
    listed = site.settings.home / "list.csv"
    listed.write_text("phone\n202-555-0142\n")
    with connect(site.settings.database_url, autocommit=True) as session:
        load_list(session, listed, Order(name="national", kind="national"), "US")
    run_steps(site, drop(site, "Acme/known.csv", KNOWN))
    return run_steps(site, drop(site, "Acme/Löhne & co.csv", FILE))


def paged(call: Caller, outcome: str, limit: int = 50) -> list[dict[str, Any]]:
    """All rows of an outcome, page by page."""
    found: list[dict[str, Any]] = []
    cursor = 0
    while cursor is not None:
        path = f"/api/imports/2/rows?outcome={outcome}&limit={limit}&cursor={cursor}"
        told = call("GET", path).json
        assert len(told["items"]) <= limit
        found += told["items"]
        cursor = told["next"]
    return found


def downloaded(call: Caller, outcome: str, import_id: int = 2) -> list[list[str]]:
    answer = call("GET", f"/api/imports/{import_id}/files/{outcome}.csv")
    assert answer.status == 200, answer.body
    return list(csv.reader(io.StringIO(answer.body.decode("utf-8-sig"), newline="")))


def test_every_outcome_opens_to_its_rows_and_is_a_file(done: Import, call: Caller) -> None:
    told = {name: [row["row"] for row in paged(call, name)] for name in EXPECTED}
    assert told == EXPECTED
    files = {name: downloaded(call, name) for name in EXPECTED}
    assert {tuple(lines[0]) for lines in files.values()} == {(*HEADER, "_row", "_code", "_reason")}
    assert {name: [int(line[5]) for line in lines[1:]] for name, lines in files.items()} == EXPECTED


def test_the_counts_of_the_import_are_the_rows_that_open(done: Import, call: Caller) -> None:
    counts = call("GET", "/api/imports/2").json["outcomes"]
    for outcome, count in counts["contacts"].items():
        if outcome != "held":  # one contact a row in this file
            assert len(paged(call, outcome)) == count, outcome
    assert len(paged(call, "rejected")) == counts["rows"]["rejected"]


def test_rows_stand_as_in_the_file_with_code_and_reason(done: Import, call: Caller) -> None:
    told = call("GET", "/api/imports/2/rows?outcome=new").json
    assert told["header"] == [*HEADER]
    first = told["items"][0]
    assert first["cells"] == ["1", "Ann Lee", "ann@example.com", "+1 (202) 555-0123", "=1+1"]
    assert (first["code"], first["reason"]) == ("new", "lead 2")
    reasons = {name: [row["reason"] for row in paged(call, name)] for name in EXPECTED}
    assert reasons["in_file_duplicate"] == ["same email as row 2"]
    assert reasons["same_source_duplicate"] == ["same email as lead 1"]
    assert "on the list national" in reasons["suppressed"][0]
    assert reasons["rejected"][0].startswith("no contact of this row can be called")
    assert "phone" in reasons["invalid"][0]


def test_pages_are_whole_and_in_order(site: Site, call: Caller) -> None:
    people = [(f"Ann Lee {n}", f"ann{n}@example.com") for n in range(7)]
    run_steps(site, drop(site, "known.csv", KNOWN))
    run_steps(site, drop(site, "list.csv", csv_file(("Full Name", "Email"), people)))
    for limit in (1, 3, 7, 8):
        assert [row["row"] for row in paged(call, "new", limit)] == [2, 3, 4, 5, 6, 7, 8]


def test_a_download_runs_nothing_in_a_spreadsheet(done: Import, call: Caller) -> None:
    _, first, _ = downloaded(call, "new")
    assert first[:5] == ["1", "Ann Lee", "ann@example.com", "+1 (202) 555-0123", "'=1+1"]
    (_, rejected) = downloaded(call, "rejected")
    assert rejected[4] == "'@home"


def test_a_download_has_the_name_of_its_file_and_its_outcome(done: Import, call: Caller) -> None:
    headers = call("GET", "/api/imports/2/files/new.csv").headers
    assert headers["content-disposition"] == (
        "attachment; filename*=utf-8''L%C3%B6hne%20%26%20co_new.csv"
    )
    assert headers["content-type"] == "text/csv; charset=utf-8"


def test_the_command_writes_the_same_rejected_rows(
    command: Command, done: Import, call: Caller
) -> None:
    body = call("GET", "/api/imports/2/files/rejected.csv").body.decode("utf-8-sig")
    assert command("errors", 2).out == body


def test_what_was_disarmed_comes_back_by_retry_as_it_was(
    command: Command, site: Site, done: Import, call: Caller
) -> None:
    header = ("=Full Name", "Mail", "@pets", "-x")
    file = csv_file(header, [("Fy Fox", "fy at example", "=1+1", "'=x"), ("Gus Go", "x", "", "")])
    people = csv_file(header, [(f"Ann {n}", f"a{n}@example.com", "", "") for n in range(9)])
    broken = run_steps(site, drop(site, "Brix/b.csv", people + file.split(b"\n", 1)[1]))
    body = call("GET", f"/api/imports/{broken.import_id}/files/rejected.csv").body
    path = Path(site.settings.home) / "mended.csv"
    path.write_bytes(body.replace(b"fy at example", b"fy@example.com"))
    assert command("retry", broken.import_id, path).code == 0
    (key,) = {o.key for o in site.bucket.list() if "mended" in o.key}
    again = import_dropped(site, key)
    assert (again.contacts_new, again.rows_rejected) == (1, 1)
    (row,) = rows(site, f"SELECT * FROM archive.{again.archive_table}")
    assert row["contact_name"] == "Fy Fox"
    assert (row["extra"]["@pets"], row["extra"]["-x"]) == ("=1+1", "'=x")
    assert [line[0] for line in downloaded(call, "new", again.import_id)] == [
        "'=Full Name", "Fy Fox",
    ]  # fmt: skip


def test_without_its_object_the_rows_are_told_without_their_cells(
    site: Site, done: Import, call: Caller
) -> None:
    (Path(site.settings.bucket_url) / done.object_key).unlink()
    told = call("GET", "/api/imports/2/rows?outcome=new").json
    assert told["missing"] == "the object is gone from the bucket"
    assert [(row["row"], row["cells"]) for row in told["items"]] == [(2, None), (8, None)]
    refused = call("GET", "/api/imports/2/files/new.csv")
    assert (refused.status, refused.headers["content-type"]) == (409, "application/problem+json")
    assert "gone from the bucket" in refused.json["detail"]
    assert downloaded(call, "rejected")[1][1] == "Bo Ek"  # these are kept


def test_what_is_not_decided_or_was_undone_has_no_rows(site: Site, call: Caller) -> None:
    run_steps(site, drop(site, "list.csv", KNOWN), STEPS[:2])
    for path in ("/api/imports/1/rows?outcome=new", "/api/imports/1/files/new.csv"):
        assert call("GET", path).status == 409
    run_steps(site, drop(site, "other.csv", FILE))
    call("POST", "/api/imports/2/undo")
    assert call("GET", "/api/imports/2/rows?outcome=suppressed").status == 409
    assert call("GET", "/api/imports/9/rows?outcome=new").status == 404


def test_an_outcome_that_nothing_can_come_to_is_refused(done: Import, call: Caller) -> None:
    assert call("GET", "/api/imports/2/rows?outcome=blank").status == 422
    assert call("GET", "/api/imports/2/files/blank.csv").status == 422


def test_a_viewer_sees_no_rows(site: Site, done: Import, call: Caller) -> None:
    viewer = bearer(a_token(site, Role.VIEWER))
    for path in ("/api/imports/2/rows?outcome=new", "/api/imports/2/files/new.csv"):
        assert call("GET", path, authorization=viewer).status == 403
