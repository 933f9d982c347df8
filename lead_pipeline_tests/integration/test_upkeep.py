"""The nightly upkeep: what was put aside of old undone imports goes, all else stays."""

from datetime import UTC, datetime, timedelta

import dagster as dg

from lead_pipeline.database import connect
from lead_pipeline.defs.upkeep import upkeep
from lead_pipeline.imports.site import Site
from lead_pipeline.imports.undo import undo_import
from lead_pipeline.imports.upkeep import keep_up
from lead_pipeline.ledger import Status
from lead_pipeline_tests.integration.dagster_run import resource, rows, state
from lead_pipeline_tests.integration.people import Person, imported
from lead_pipeline_tests.integration.steps import tables

ANN: Person = {"name": "Ann Lee", "mail": "ann@example.com"}
BO: Person = {"name": "Bo Ek", "mail": "bo@example.com"}


def test_only_what_was_undone_long_ago_is_dropped(site: Site) -> None:
    kept, undone = imported(site, "kept.csv", ANN), imported(site, "undone.csv", BO)
    undo_import(site, undone.import_id)
    put_aside = f"archive.undone_{undone.import_id}"
    assert put_aside in tables(site, "archive")
    now = datetime.now(UTC)
    with connect(site.settings.database_url, autocommit=True) as session:
        assert keep_up(session, now - timedelta(days=30)).dropped == 0
        assert put_aside in tables(site, "archive")
        done = keep_up(session, now + timedelta(seconds=1))
        assert (done.dropped, min(done.catalogs, done.archives, done.leads) > 0) == (1, True)
        assert keep_up(session, now + timedelta(seconds=1)).dropped == 0
    assert tables(site, "archive") == [f"archive.{kept.archive_table}"]
    after = state(site, undone)
    assert (after.status, after.archive_table) == (Status.UNDONE, None)


def test_the_catalogs_do_not_keep_the_dead_rows_of_every_import(site: Site) -> None:
    imported(site, "ann.csv", ANN)
    imported(site, "bo.csv", BO)
    dead = "SELECT n_dead_tup AS dead FROM pg_stat_sys_tables WHERE relname = 'pg_attribute'"
    with connect(site.settings.database_url, autocommit=True) as session:
        session.execute("SELECT pg_stat_force_next_flush()")
        keep_up(session, datetime.now(UTC))
    assert rows(site, dead) == [{"dead": 0}]


def test_the_job_tells_what_the_tables_take(site: Site) -> None:
    with dg.DagsterInstance.ephemeral() as instance:
        done = upkeep.execute_in_process(instance=instance, resources={"site": resource(site)})
        (output,) = [e for e in done.all_events if e.is_successful_output]
        told = output.step_output_data.metadata
    assert told["dropped"].value == 0
    assert told["leads"].value > 0
