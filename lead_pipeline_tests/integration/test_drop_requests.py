"""What is said when a file is dropped goes with its import; the same file again after an undo."""

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest

from lead_pipeline import ledger
from lead_pipeline.database import Connection, connect
from lead_pipeline.errors import OperatorError
from lead_pipeline.imports.site import Site
from lead_pipeline.imports.undo import undo_import
from lead_pipeline.intake.drop import Request, drop_file
from lead_pipeline.ledger import Import, Status
from lead_pipeline.suppliers.agreement import Agreement
from lead_pipeline.suppliers.suppliers import settle_terms
from lead_pipeline_tests.integration.dagster_run import rows, state
from lead_pipeline_tests.integration.steps import run_steps, tables
from lead_pipeline_tests.making import csv_file

HEADER = ["Name", "Email", "City"]


@pytest.fixture
def session(site: Site) -> Iterator[Connection]:
    with connect(site.settings.database_url, autocommit=True) as opened:
        yield opened


def dropped(
    site: Site, session: Connection, people: list[list[str]], request: Request | None = None
) -> Import:
    """Drop a list as the command does, and enter it as the sensor does."""
    path: Path = site.settings.home / "leads.csv"
    path.write_bytes(csv_file(HEADER, people))
    one = drop_file(
        path, site.bucket, site.settings, supplier="Acme", new_version=True, session=session,
        request=request or Request(),
    )  # fmt: skip
    ledger.register(session, ledger.unknown_versions(session, site.bucket.list()))
    entered = ledger.of_version(session, one.object_key, one.version_tag)
    assert entered is not None
    return entered


ANN = ["Ann Lee", "ann@example.com", "Reno"]


def test_the_cost_of_a_lead_is_recorded_on_the_import(site: Site, session: Connection) -> None:
    entered = dropped(site, session, [ANN], Request(cost_per_lead=Decimal("12.50")))
    assert entered.cost_per_lead == Decimal("12.50")
    assert rows(site, "SELECT supplier FROM suppliers") == [{"supplier": "Acme"}]


def test_without_one_the_suppliers_own_price_counts(site: Site, session: Connection) -> None:
    settle_terms(session, "Acme", Agreement(price=3))
    assert dropped(site, session, [ANN]).cost_per_lead == 3
    cheap = dropped(site, session, [["Bo Ek", "bo@example.com", ""]], Request(Decimal(0)))
    assert cheap.cost_per_lead == 0


def test_a_file_that_was_undone_can_be_dropped_once_more(site: Site, session: Connection) -> None:
    first = run_steps(site, dropped(site, session, [ANN]))
    undo_import(site, first.import_id)
    again = dropped(site, session, [ANN])
    assert (again.status, again.import_id > first.import_id) == (Status.WAITING, True)
    assert again.partition_key == first.partition_key
    done = run_steps(site, again)
    assert (done.status, done.contacts_new) == (Status.COMPLETED, 1)
    assert state(site, first).status is Status.UNDONE
    assert sorted(tables(site, "archive")) == sorted(
        [f"archive.{done.archive_table}", f"archive.undone_{first.import_id}"]
    )


def test_an_undone_file_does_not_come_back_by_itself(site: Site, session: Connection) -> None:
    first = run_steps(site, dropped(site, session, [ANN]))
    undo_import(site, first.import_id)
    assert ledger.unknown_versions(session, site.bucket.list()) == []


def test_a_step_of_an_undone_import_changes_nothing(site: Site, session: Connection) -> None:
    first = run_steps(site, dropped(site, session, [ANN]))
    undo_import(site, first.import_id)
    assert run_steps(site, first).status is Status.UNDONE
    assert rows(site, "SELECT * FROM leads_master") == []


def test_the_same_file_twice_is_still_refused(site: Site, session: Connection) -> None:
    dropped(site, session, [ANN])
    with pytest.raises(OperatorError, match="the same file is in the bucket already"):
        dropped(site, session, [ANN])
