"""Mended rows come in as rows of the import that had rejected them."""

import csv
import io
from collections.abc import Iterator
from pathlib import Path

import pytest

from lead_pipeline import ledger
from lead_pipeline.database import Connection, connect
from lead_pipeline.errors import OperatorError
from lead_pipeline.imports.rejected_rows import error_rows
from lead_pipeline.imports.retry import drop_mended
from lead_pipeline.imports.site import Site
from lead_pipeline.imports.undo import undo_import
from lead_pipeline.ledger import Import, Status
from lead_pipeline_tests.integration.dagster_run import drop, rows, state
from lead_pipeline_tests.integration.steps import run_steps
from lead_pipeline_tests.making import csv_file

HEADER = ["Full Name", "Mail", "Mobile number", "Pets"]
FILE = csv_file(
    HEADER,
    [
        ["Ann Lee", "ann@example.com", "202-555-0123", "2"],
        ["Bo Ek", "bo at example", "", "1"],
        ["Cy Roe", "", "202-555-01", ""],
        ["", "", "", "3"],
    ],
)


@pytest.fixture
def session(site: Site) -> Iterator[Connection]:
    with connect(site.settings.database_url, autocommit=True) as opened:
        yield opened


@pytest.fixture
def original(site: Site) -> Import:
    done = run_steps(site, drop(site, "Acme/leads.csv", FILE))
    assert done.row_outcomes == {"contacts": 1, "rejected": 3, "blank": 0}
    return done


def errors_of(site: Site, session: Connection, import_: Import) -> list[dict[str, str]]:
    header, lines = error_rows(site, session, ledger.get(session, import_.import_id))
    return [dict(zip(header, line, strict=False)) for line in lines]


def mended(site: Site, errors: list[dict[str, str]], **cells: dict[str, str]) -> Path:
    """The error file with the cells of some rows (`row_3={...}`) set right, and only those rows."""
    chosen = [one | cells[f"row_{one['_row']}"] for one in errors if f"row_{one['_row']}" in cells]
    text = io.StringIO()
    writer = csv.DictWriter(text, list(errors[0]))
    writer.writeheader()
    writer.writerows(chosen)
    path = site.settings.home / "mended.csv"
    path.write_text(text.getvalue())
    return path


def waiting(site: Site, session: Connection, import_: Import, path: Path) -> Import:
    """The import of mended rows as it is once the bucket was listed."""
    dropped = drop_mended(path, import_, session, site.bucket, site.settings)
    ledger.register(session, ledger.unknown_versions(session, site.bucket.list()))
    entered = ledger.of_version(session, dropped.object_key, dropped.version_tag)
    assert entered is not None
    return entered


def retried(site: Site, session: Connection, import_: Import, path: Path) -> Import:
    return run_steps(site, waiting(site, session, import_, path))


def test_a_mended_row_becomes_a_lead_of_the_same_supplier_time_and_source(
    site: Site, session: Connection, original: Import
) -> None:
    path = mended(site, errors_of(site, session, original), row_3={"Mail": "bo@example.com"})
    again = retried(site, session, original, path)
    assert (again.status, again.retry_of) == (Status.COMPLETED, original.import_id)
    assert again.row_outcomes == {"contacts": 1, "rejected": 0, "blank": 0}
    leads = rows(site, "SELECT full_name, email, supplier, source_id, received_at"
                       " FROM leads_master ORDER BY lead_id")  # fmt: skip
    assert [lead["full_name"] for lead in leads] == ["Ann Lee", "Bo Ek"]
    assert len({(x["supplier"], x["source_id"], x["received_at"]) for x in leads}) == 1


def test_the_original_tells_which_of_its_rows_came_again(
    site: Site, session: Connection, original: Import
) -> None:
    path = mended(site, errors_of(site, session, original), row_3={"Mail": "bo@example.com"})
    again = retried(site, session, original, path)
    assert [int(one["_row"]) for one in errors_of(site, session, original)] == [4, 5]
    ticked = rows(site, "SELECT row_number, retried_by FROM rejected_leads"
                        " WHERE retried_by IS NOT NULL")  # fmt: skip
    assert [tuple(t.values()) for t in ticked] == [(3, again.import_id)]
    assert state(site, original).row_outcomes == original.row_outcomes


def test_a_row_that_is_still_wrong_stays_open_in_the_original(
    site: Site, session: Connection, original: Import
) -> None:
    errors = errors_of(site, session, original)
    path = mended(site, errors, row_3={"Mail": "bo@"}, row_4={"Mobile number": "2025550124"})
    again = retried(site, session, original, path)
    assert again.row_outcomes == {"contacts": 1, "rejected": 1, "blank": 0}
    assert [int(one["_row"]) for one in errors_of(site, session, original)] == [3, 5]


def test_columns_feed_what_they_fed_in_the_original(
    site: Site, session: Connection, original: Import
) -> None:
    path = mended(site, errors_of(site, session, original), row_3={"Mail": "bo@example.com"})
    again = retried(site, session, original, path)
    fed = {c["header"]: c["field"] for c in again.columns or []}
    assert {name: fed[name] for name in HEADER} == {
        c["header"]: c["field"] for c in original.columns or []
    }
    assert [fed[name] for name in ("_row", "_code", "_reason")] == [None, None, None]


def test_undoing_the_original_takes_its_mended_rows_along(
    site: Site, session: Connection, original: Import
) -> None:
    path = mended(site, errors_of(site, session, original), row_3={"Mail": "bo@example.com"})
    again = retried(site, session, original, path)
    undone = undo_import(site, original.import_id)
    assert [u.import_id for u in undone] == [again.import_id, original.import_id]
    assert rows(site, "SELECT * FROM leads_master") == []


def test_undoing_a_retry_opens_its_rows_again(
    site: Site, session: Connection, original: Import
) -> None:
    path = mended(site, errors_of(site, session, original), row_3={"Mail": "bo@example.com"})
    again = retried(site, session, original, path)
    undo_import(site, again.import_id)
    assert [int(one["_row"]) for one in errors_of(site, session, original)] == [3, 4, 5]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (csv_file(HEADER, [["Bo", "bo@example.com", "", ""]]), "there is no column _row"),
        (csv_file([*HEADER, "_row"], [["Bo", "bo@example.com", "", "", "2"]]),
         "names rows that do not wait for a retry in import 1: 2"),
        (csv_file([*HEADER, "_row"], [["Bo", "b@example.com", "", "", "3"]] * 2),
         "names a row twice"),
    ],
    ids=["without the column", "a row that was good", "a row twice"],
)  # fmt: skip
def test_a_file_that_is_not_of_these_rows_is_refused(
    site: Site, session: Connection, original: Import, content: bytes, said: str
) -> None:
    path = site.settings.home / "other.csv"
    path.write_bytes(content)
    with pytest.raises(OperatorError, match=said):
        drop_mended(path, original, session, site.bucket, site.settings)


def test_an_import_that_is_undone_takes_no_mended_rows(
    site: Site, session: Connection, original: Import
) -> None:
    path = mended(site, errors_of(site, session, original), row_3={"Mail": "bo@example.com"})
    undo_import(site, original.import_id)
    with pytest.raises(OperatorError, match="is undone: nothing to retry"):
        drop_mended(path, state(site, original), session, site.bucket, site.settings)
