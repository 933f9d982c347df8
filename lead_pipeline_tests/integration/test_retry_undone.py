"""Mended rows whose original is taken back before they are decided: they never count."""

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import dagster as dg
import pytest

from lead_pipeline.database import Connection, connect, run
from lead_pipeline.errors import OperatorError
from lead_pipeline.imports.site import Site
from lead_pipeline.imports.undo import undo_import
from lead_pipeline.ledger import Import, Status
from lead_pipeline.matching.undo import take_back
from lead_pipeline_tests.integration.dagster_run import CHAIN, drop, import_object, state
from lead_pipeline_tests.integration.lead_state import broken_laws
from lead_pipeline_tests.integration.people import change, leads, register, told
from lead_pipeline_tests.integration.sensing import tick
from lead_pipeline_tests.integration.steps import STEPS, Step, run_steps, tables
from lead_pipeline_tests.integration.test_retry import (
    FILE,
    errors_of,
    mended,
    original,
    retried,
    session,
    waiting,
)
from lead_pipeline_tests.making import csv_file

__all__ = ["original", "session"]
REASON = "import 1, whose rows it mends, was taken back"


@pytest.fixture
def retry(site: Site, session: Connection, original: Import) -> Import:
    """Waits; all rejected rows of the original but one would be good, that one would not."""
    path = mended(
        site,
        errors_of(site, session, original),
        row_3={"Mail": "bo@example.com"},
        row_5={"Pets": "4"},
    )
    return waiting(site, session, original, path)


def ended(import_: Import) -> tuple[str, str | None, str | None]:
    return import_.status, import_.error_code, import_.error


UNDONE = (Status.UNDONE, "undone", REASON)


@pytest.mark.parametrize("steps", [0, 1, 2])
def test_a_retry_that_is_not_decided_ends_with_its_original(
    site: Site, original: Import, retry: Import, steps: int
) -> None:
    run_steps(site, retry, STEPS[:steps])
    undone = undo_import(site, original.import_id)
    assert [(u.import_id, u.founded, u.removed) for u in undone] == [(2, 0, 0), (1, 1, 1)]
    assert ended(state(site, retry)) == UNDONE
    assert tables(site, "staging") == []
    assert leads(site, "full_name") == []


@pytest.mark.parametrize("step", STEPS)
def test_no_step_of_it_does_anything_then(
    site: Site, original: Import, retry: Import, step: Step
) -> None:
    undo_import(site, original.import_id)
    assert ended(run_steps(site, retry, [step])) == UNDONE
    assert tables(site, "staging") == []


def test_the_sensor_asks_for_no_run_of_it(site: Site, original: Import, retry: Import) -> None:
    with dg.DagsterInstance.ephemeral() as instance:
        (request,) = tick(site, instance)
        assert request.partition_key == retry.partition_key
        undo_import(site, original.import_id)
        assert tick(site, instance) == []


def test_a_run_of_it_that_was_asked_for_already_says_why_it_ends(
    site: Site, original: Import, retry: Import
) -> None:
    undo_import(site, original.import_id)
    with dg.DagsterInstance.ephemeral() as instance:
        result = import_object(site, retry, instance=instance)
    assert result.success
    (check,) = [check for check in result.get_asset_check_evaluations() if not check.passed]
    assert check.check_name == "file_was_read"
    assert check.metadata["reason"].value == REASON
    assert ended(state(site, retry)) == UNDONE


@pytest.mark.parametrize("done", range(1, 4))
def test_a_run_in_which_it_is_taken_back_skips_what_is_left(
    site: Site, original: Import, retry: Import, done: int
) -> None:
    assert import_object(site, retry, CHAIN[:done]).success
    undo_import(site, original.import_id)
    result = import_object(site, retry, CHAIN[done:])
    assert result.success
    assert [e for e in result.all_events if e.is_step_materialization] == []
    assert state(site, retry).status is Status.UNDONE


def test_one_that_is_dropped_before_and_seen_after_the_undo_ends_too(
    site: Site, session: Connection, original: Import
) -> None:
    path = mended(site, errors_of(site, session, original), row_3={"Mail": "bo@example.com"})
    late = waiting(site, session, original, path)
    change(site, "DELETE FROM lead_sources WHERE import_id = %s", late.import_id)
    undo_import(site, original.import_id)
    late = drop(site, late.object_key, path)
    assert (late.status, late.retry_of) == (Status.WAITING, original.import_id)
    assert ended(run_steps(site, late)) == UNDONE


@contextmanager
def nobody_decides(site: Site) -> Iterator[Connection]:
    """Until the block ends nobody else gets the lock of decisions."""
    with connect(site.settings.database_url) as deciding:
        run(deciding, "suppression/lock_decisions")
        yield deciding


def until_waiting(site: Site, sessions: int) -> None:
    """Until so many sessions of this database wait for a lock of ours."""
    query = (
        "SELECT FROM pg_locks JOIN pg_database AS d ON d.oid = database"
        " WHERE datname = current_database() AND locktype = 'advisory' AND NOT granted"
    )
    while len(told(site, query)) < sessions:
        time.sleep(0.01)


def test_one_that_is_being_decided_is_taken_back_once_it_is(
    site: Site, original: Import, retry: Import
) -> None:
    run_steps(site, retry, STEPS[:2])
    with ThreadPoolExecutor(2) as pool:
        with nobody_decides(site):
            decided = pool.submit(run_steps, site, retry, STEPS[2:3])
            until_waiting(site, 1)
            undone = pool.submit(undo_import, site, original.import_id)
            until_waiting(site, 2)
        assert decided.result().contacts_new == 1
        assert [(u.import_id, u.removed) for u in undone.result()] == [(2, 1), (1, 1)]
    assert leads(site, "full_name") == []
    assert broken_laws(site) == {}


def test_one_that_waits_for_its_decision_sees_that_its_original_is_gone(
    site: Site, original: Import, retry: Import
) -> None:
    run_steps(site, retry, STEPS[:2])
    with ThreadPoolExecutor(1) as pool:
        with nobody_decides(site) as other:
            decided = pool.submit(run_steps, site, retry, STEPS[2:3])
            until_waiting(site, 1)
            other.execute("UPDATE lead_sources SET status = 'undone' WHERE import_id = 1")
        assert ended(decided.result()) == UNDONE
    assert tables(site, "staging") == []
    assert leads(site, "full_name") == ["Ann Lee"]


def test_an_import_is_not_taken_back_while_mended_rows_of_it_may_still_count(
    site: Site, session: Connection, original: Import, retry: Import
) -> None:
    said = r"mended rows of import 1 came in at this very moment \(import 2\): undo it once more"
    with pytest.raises(OperatorError, match=said), session.transaction():
        take_back(session, original)
    assert state(site, retry).status is Status.WAITING
    assert leads(site, "full_name") == ["Ann Lee"]


def test_mended_rows_of_mended_rows_go_first(site: Site, original: Import, retry: Import) -> None:
    run_steps(site, retry)
    content = csv_file(["Mail"], [["cy@example.com"]])
    again = run_steps(site, register(site, "Acme/again.csv", content, retry_of=retry.import_id))
    assert len(leads(site, "email")) == 3
    undone = undo_import(site, original.import_id)
    assert [u.import_id for u in undone] == [again.import_id, retry.import_id, original.import_id]
    assert leads(site, "email") == []


def test_the_same_mended_rows_may_be_dropped_for_the_original_as_imported_anew(
    site: Site, session: Connection, original: Import, retry: Import
) -> None:
    undo_import(site, original.import_id)
    anew = run_steps(site, drop(site, original.object_key, FILE))
    again = retried(site, session, anew, site.settings.home / "mended.csv")
    assert (again.status, again.retry_of) == (Status.COMPLETED, anew.import_id)
    assert leads(site, "full_name") == ["Ann Lee", "Bo Ek"]
