"""Each condition over the tables themselves, by a clock that is set: it is told, and it is over."""

import shutil
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import dagster as dg
import pytest
from dagster._core.test_utils import create_run_for_test

from lead_pipeline.database import connect
from lead_pipeline.imports.site import Site
from lead_pipeline.intake.looks import note_look
from lead_pipeline.notices.book import all_notices
from lead_pipeline.notices.watch import look_once
from lead_pipeline.settings.accounts import Accounts, MetaAccount, Webhooks
from lead_pipeline.settings.limits import Limits
from lead_pipeline_tests.integration.people import change

NOON = datetime(2026, 11, 3, 12, tzinfo=UTC)
META = Accounts(meta=MetaAccount("1", "secret"), webhooks=Webhooks("secret", "secret"))


def minutes(number: float) -> datetime:
    return NOON + timedelta(minutes=number)


def told(site: Site, now: datetime, began: datetime | None = None) -> set[str]:
    """The notices that are open after a look; the sensor looks all the time unless `began` says
    since when somebody has been watching it."""
    look_once(site.settings, now, began or now)
    with connect(site.settings.database_url) as session:
        return {f"{one['kind']} {one['subject']}".strip() for one in all_notices(session)}


def test_when_all_goes_as_it_should_nothing_is_told(site: Site) -> None:
    assert told(replace(site, settings=replace(site.settings, accounts=META)), NOON) == set()


def test_nobody_looks(site: Site) -> None:
    with connect(site.settings.database_url, autocommit=True) as session:
        note_look(session)
    change(site, "UPDATE last_look SET looked_at = %s", NOON)
    assert told(site, minutes(0.9), began=NOON - timedelta(days=1)) == set()
    assert told(site, minutes(1.1), began=NOON - timedelta(days=1)) == {"nobody_looks"}
    change(site, "UPDATE last_look SET looked_at = %s", minutes(1.2))
    assert told(site, minutes(1.3), began=NOON - timedelta(days=1)) == set()


def test_what_was_not_meant_to_look_yet_is_not_missed(site: Site) -> None:
    change(site, "INSERT INTO last_look (looked_at) VALUES (%s)", NOON - timedelta(days=1))
    assert told(site, minutes(0.5), began=NOON) == set()
    change(site, "DELETE FROM last_look")
    assert told(site, minutes(0.5), began=NOON) == set()
    assert told(site, minutes(1.5), began=NOON) == {"nobody_looks"}


def an_import(site: Site, supplier: str, at: datetime, **facts: Any) -> None:
    """An import of 100 contacts in the ledger, which arrived and ended at that moment."""
    row = {
        "partition_key": f"{supplier}{at}", "object_key": f"{supplier}/{at}", "version_tag": "1",
        "bytes": 1, "modified_at": at, "original_filename": "list.csv", "hash": "h",
        "status": "completed", "supplier": supplier, "seen_at": at, "completed_at": at,
        "rows_read": 100, "rows_rejected": 2, "contacts_found": 100, "contacts_new": 60,
    } | facts  # fmt: skip
    names, values = ", ".join(row), ", ".join(["%s"] * len(row))
    change(site, f"INSERT INTO lead_sources ({names}) VALUES ({values})", *row.values())


def test_an_import_waits(site: Site) -> None:
    an_import(site, "Acme", NOON, status="loaded", completed_at=None)
    assert told(site, minutes(9)) == set()
    assert told(site, minutes(11)) == {"import_waits"}
    change(site, "UPDATE lead_sources SET status = 'completed'")
    assert told(site, minutes(12)) == set()


def test_an_import_failed(site: Site) -> None:
    an_import(site, "Acme", NOON, status="failed")
    assert told(site, minutes(1)) == {"import_failed 1"}
    change(site, "UPDATE lead_sources SET status = 'completed'")
    assert told(site, minutes(2)) == set()
    change(site, "UPDATE lead_sources SET status = 'failed'")
    assert told(site, NOON + timedelta(days=6)) == {"import_failed 1"}
    assert told(site, NOON + timedelta(days=8)) == set()


@pytest.mark.parametrize(("least", "kind"), [(10**9, "disk_full"), (0.7, "disk_filling")])
def test_the_disk(site: Site, least: float, kind: str) -> None:
    free = shutil.disk_usage(site.settings.home).free >> 20
    asked = Limits(min_free_mb=int(least * free) if least < 1 else int(least))
    at = replace(site, settings=replace(site.settings, limits=asked))
    assert told(at, NOON) == {kind}
    assert told(site, minutes(1)) == set()


def test_a_list_is_old(site: Site) -> None:
    change(
        site,
        "INSERT INTO dnc_lists (name, kind) VALUES ('state', 'state');"
        " INSERT INTO dnc_versions (list_id, version, mode, as_of, entries)"
        " SELECT list_id, 1, 'full', '2026-10-06T13:00Z', 5 FROM dnc_lists",
    )
    assert told(site, NOON) == set()
    assert told(site, minutes(120)) == {"list_old state"}
    change(site, "UPDATE dnc_versions SET as_of = '2026-11-01T00:00Z'")
    assert told(site, minutes(121)) == set()


@pytest.mark.parametrize(
    ("kind", "statement", "mended"),
    [
        (
            "pulls_fail meta",
            (
                "INSERT INTO connector_pulls (source, status, started_at, ended_at)"
                " VALUES ('meta', 'done', '2026-11-03T11:05Z', '2026-11-03T11:05Z')"
            ),
            "UPDATE connector_pulls SET ended_at = '2026-11-03T12:09Z'",
        ),
        (
            "inbox_waits meta",
            (
                "INSERT INTO connector_inbox (source, external_id, part, import_source, payload,"
                " received_at) VALUES ('meta', '1', 'form', 'api', '{}', '2026-11-03T12:04Z')"
            ),
            "DELETE FROM connector_inbox",
        ),
        (
            "webhook_fails meta",
            (
                "INSERT INTO connector_hooks (source, day, delivered) VALUES"
                " ('meta', '2026-11-01', 1);"
                " INSERT INTO connector_pulls (source, status, started_at, ended_at)"
                " VALUES ('meta', 'done', '2026-11-03T12:09Z', '2026-11-03T12:09Z');"
                " INSERT INTO connector_inbox (source, external_id, part, import_source, payload,"
                " received_at) VALUES ('meta', '1', 'form', 'api', '{}', '2026-11-03T11:54Z')"
            ),
            "UPDATE connector_inbox SET pushed_at = received_at",
        ),
    ],
    ids=lambda value: value.split()[0],
)
def test_a_source(site: Site, kind: str, statement: str, mended: str) -> None:
    at = replace(site, settings=replace(site.settings, accounts=META))
    change(site, statement)
    assert kind not in told(at, minutes(0))
    assert kind in told(at, minutes(10))
    change(site, mended)
    assert kind not in told(at, minutes(10.5))


def weekly(site: Site, supplier: str, **last: Any) -> None:
    """Nine lists, the last of them at noon of the third."""
    for week in range(8, 0, -1):
        an_import(site, supplier, NOON - timedelta(weeks=week))
    an_import(site, supplier, NOON, **last)


def test_a_supplier_is_silent(site: Site) -> None:
    weekly(site, "Acme")
    assert told(site, NOON + timedelta(days=20)) == set()
    assert told(site, NOON + timedelta(days=21)) == {"supplier_silent Acme"}
    an_import(site, "Acme", NOON + timedelta(days=22))
    assert told(site, NOON + timedelta(days=22)) == set()


def test_few_are_new(site: Site) -> None:
    weekly(site, "Acme", contacts_new=29)
    assert told(site, minutes(1)) == {"few_new Acme"}
    an_import(site, "Acme", minutes(2))
    assert told(site, minutes(3)) == set()


def test_many_are_rejected(site: Site) -> None:
    weekly(site, "Acme", rows_rejected=20)
    assert told(site, minutes(1)) == {"many_rejected Acme"}
    an_import(site, "Acme", minutes(2), rows_rejected=9)
    assert told(site, minutes(3)) == set()


def test_an_import_is_held(site: Site) -> None:
    an_import(site, "Acme", NOON, status="held", completed_at=None)
    assert told(site, NOON + timedelta(hours=23)) == set()
    assert told(site, NOON + timedelta(hours=25)) == {"import_held 1"}
    told(site, NOON + timedelta(days=10))
    with connect(site.settings.database_url) as session:
        (one,) = all_notices(session)
    assert one["severity"] == "critical"
    change(site, "UPDATE lead_sources SET status = 'completed', completed_at = %s", NOON)
    assert told(site, NOON + timedelta(days=10)) == set()


def test_a_source_whose_pulls_never_ended_well_is_told_too(site: Site) -> None:
    at = replace(site, settings=replace(site.settings, accounts=META))
    change(
        site,
        "INSERT INTO connector_pulls (source, status, started_at, ended_at)"
        " SELECT 'meta', 'failed', %s + n * interval '15 minutes', %s + n * interval '15 minutes'"
        " FROM generate_series(0, 4) AS n",
        NOON,
        NOON,
    )
    assert told(at, minutes(59)) == set()
    assert told(at, minutes(61)) == {"pulls_fail meta"}


def a_run(instance: dg.DagsterInstance, job: str, status: dg.DagsterRunStatus) -> None:
    create_run_for_test(instance, job_name=job, status=status)


def test_a_run_failed_of_which_no_import_tells(
    site: Site, stored_instance: dg.DagsterInstance
) -> None:
    now = datetime.now(UTC)  # runs have no clock but Dagster's own
    for job in ("import_leads", "pull_meta", "__ASSET_JOB", "upkeep"):
        a_run(stored_instance, job, dg.DagsterRunStatus.FAILURE)
    assert told(site, now) == {"run_failed upkeep"}
    a_run(stored_instance, "upkeep", dg.DagsterRunStatus.STARTED)
    assert told(site, now) == {"run_failed upkeep"}
    a_run(stored_instance, "upkeep", dg.DagsterRunStatus.SUCCESS)
    assert told(site, now) == set()
    a_run(stored_instance, "upkeep", dg.DagsterRunStatus.FAILURE)
    assert told(site, now + timedelta(days=8)) == set()


def test_a_check_of_all_leads_failed(site: Site, stored_instance: dg.DagsterInstance) -> None:
    def check(passed: bool, partition: str | None = None) -> None:
        evaluation = dg.AssetCheckEvaluation(
            asset_key=dg.AssetKey("leads_master"),
            check_name="no_lead_without_a_source",
            passed=passed,
            metadata={},
            partition=partition,
        )
        stored_instance.report_runless_asset_event(evaluation)

    check(False)
    assert told(site, NOON) == {"check_failed no_lead_without_a_source"}
    check(True)
    check(False, "list_0123456789ab")
    assert told(site, minutes(1)) == set()
