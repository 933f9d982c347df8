"""The sensor on the bucket, on a real instance and database: it asks, and never forgets."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import dagster as dg
import pytest
from dagster._core.test_utils import create_run_for_test

from lead_pipeline import ledger
from lead_pipeline.database import connect
from lead_pipeline.defs import sensors
from lead_pipeline.imports.site import Site
from lead_pipeline.intake.decisions import Limits
from lead_pipeline.ledger import Import, Status
from lead_pipeline_tests.integration.dagster_run import import_object, rows
from lead_pipeline_tests.integration.sensing import put, tick


@pytest.fixture
def instance() -> Iterator[dg.DagsterInstance]:
    with dg.DagsterInstance.ephemeral() as instance:
        yield instance


def a_run_of(
    instance: dg.DagsterInstance, request: dg.RunRequest, status: dg.DagsterRunStatus
) -> dg.DagsterRun:
    """The run that a request led to, as the instance remembers it."""
    tags = {
        "dagster/partition": request.partition_key or "",
        "dagster/run_key": request.run_key or "",
    }
    run: dg.DagsterRun = create_run_for_test(
        instance, job_name="import_leads", status=status, tags=tags
    )
    return run


def in_ledger(site: Site) -> list[tuple[object, ...]]:
    found = rows(site, "SELECT object_key, status, attempt FROM lead_sources ORDER BY import_id")
    return [tuple(row.values()) for row in found]


def test_a_new_file_becomes_one_partition_and_one_run(
    site: Site, instance: dg.DagsterInstance
) -> None:
    put(site, "Acme/leads.csv", "ann@example.com")
    (request,) = tick(site, instance)
    (import_,) = rows(site, "SELECT * FROM lead_sources")
    assert request.partition_key == import_["partition_key"]
    assert request.run_key == f"{import_['partition_key']}:{import_['import_id']}:1"
    assert request.tags["lead_pipeline/object"] == "Acme/leads.csv"
    assert instance.get_dynamic_partitions("imports") == [request.partition_key]
    assert in_ledger(site) == [("Acme/leads.csv", "waiting", 1)]


def test_an_empty_bucket_asks_for_nothing(site: Site, instance: dg.DagsterInstance) -> None:
    assert tick(site, instance) == []


def test_a_request_that_was_lost_is_made_again_under_the_same_key(
    site: Site, instance: dg.DagsterInstance
) -> None:
    put(site, "leads.csv", "ann@example.com")
    first, second = tick(site, instance), tick(site, instance)
    assert [r.run_key for r in first] == [r.run_key for r in second]
    assert in_ledger(site) == [("leads.csv", "waiting", 1)]


@pytest.mark.parametrize(
    "status",
    [dg.DagsterRunStatus.NOT_STARTED, dg.DagsterRunStatus.STARTING, dg.DagsterRunStatus.STARTED],
)
def test_a_file_whose_run_is_under_way_is_left_alone(
    site: Site, instance: dg.DagsterInstance, status: dg.DagsterRunStatus
) -> None:
    put(site, "leads.csv", "ann@example.com")
    (request,) = tick(site, instance)
    a_run_of(instance, request, status)
    assert tick(site, instance) == []
    assert in_ledger(site) == [("leads.csv", "waiting", 1)]


def test_a_completed_file_is_never_asked_for_again(
    site: Site, instance: dg.DagsterInstance
) -> None:
    put(site, "leads.csv", "ann@example.com")
    (request,) = tick(site, instance)
    assert import_object(site, the_import(site), instance=instance).success
    a_run_of(instance, request, dg.DagsterRunStatus.SUCCESS)
    assert tick(site, instance) == []
    assert in_ledger(site) == [("leads.csv", "completed", 1)]


def the_import(site: Site) -> Import:
    """The only import there is."""
    with connect(site.settings.database_url) as session:
        (only,) = ledger.newest_imports(session, 2)
    return only


def test_the_same_bytes_under_another_name_are_recorded_and_not_run(
    site: Site, instance: dg.DagsterInstance
) -> None:
    put(site, "Acme/leads.csv", "ann@example.com")
    tick(site, instance)
    put(site, "Harbor/again.csv", "ann@example.com")
    (request,) = tick(site, instance)
    assert request.tags["lead_pipeline/object"] == "Acme/leads.csv"
    assert in_ledger(site) == [
        ("Acme/leads.csv", "waiting", 1), ("Harbor/again.csv", "duplicate", 1),
    ]  # fmt: skip
    assert len(instance.get_dynamic_partitions("imports")) == 1


def test_a_failed_run_is_followed_by_others_until_the_limit_and_then_by_the_reason(
    site: Site, instance: dg.DagsterInstance
) -> None:
    put(site, "leads.csv", "ann@example.com")
    keys = []
    while requests := tick(site, instance):
        (request,) = requests
        keys.append(request.run_key)
        last = a_run_of(instance, request, dg.DagsterRunStatus.FAILURE)
    partition = request.partition_key
    assert keys == [f"{partition}:1:{attempt}" for attempt in range(1, Limits().attempts + 1)]
    (ended,) = rows(site, "SELECT status, error, completed_at FROM lead_sources")
    assert (ended["status"], ended["completed_at"] is not None) == ("failed", True)
    assert ended["error"].startswith(f"given up after 3 attempts: run {last.run_id} failed")
    assert tick(site, instance) == []


def test_what_a_person_cancelled_is_failed_and_not_started_again(
    site: Site, instance: dg.DagsterInstance
) -> None:
    put(site, "leads.csv", "ann@example.com")
    (request,) = tick(site, instance)
    run = a_run_of(instance, request, dg.DagsterRunStatus.CANCELED)
    assert tick(site, instance) == []
    (ended,) = rows(site, "SELECT status, error FROM lead_sources")
    assert ended == {"status": "failed", "error": f"run {run.run_id} was cancelled by a person"}


class Later(datetime):
    """A clock that is five minutes ahead, in the place of the sensor's."""

    @classmethod
    def now(cls, tz: object = None) -> datetime:  # type: ignore[override]
        return datetime.now(tz) + timedelta(minutes=5)  # type: ignore[arg-type]


def test_a_run_whose_worker_vanished_is_failed_and_another_asked_for(
    site: Site, instance: dg.DagsterInstance, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(site, "leads.csv", "ann@example.com")
    (request,) = tick(site, instance)
    lost = a_run_of(instance, request, dg.DagsterRunStatus.STARTED)
    assert tick(site, instance) == []
    monkeypatch.setattr(sensors, "datetime", Later)
    (again,) = tick(site, instance)
    assert again.run_key == (request.run_key or "").removesuffix("1") + "2"
    found = instance.get_run_by_id(lost.run_id)
    assert found is not None
    assert found.status is dg.DagsterRunStatus.FAILURE
    assert in_ledger(site) == [("leads.csv", "waiting", 2)]


def test_a_run_whose_worker_holds_its_import_is_not_lost(
    site: Site, instance: dg.DagsterInstance, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(site, "leads.csv", "ann@example.com")
    (request,) = tick(site, instance)
    a_run_of(instance, request, dg.DagsterRunStatus.STARTED)
    monkeypatch.setattr(sensors, "datetime", Later)
    with (
        connect(site.settings.database_url, autocommit=True) as worker,
        ledger.hold(worker, the_import(site).import_id),
    ):
        assert tick(site, instance) == []


def test_a_tick_asks_for_as_many_runs_as_may_be_under_way_and_a_later_one_for_the_rest(
    site: Site, instance: dg.DagsterInstance
) -> None:
    for number in range(12):
        put(site, f"list {number:02}.csv", f"p{number}@example.com")
    first = tick(site, instance)
    runs = [a_run_of(instance, request, dg.DagsterRunStatus.STARTED) for request in first]
    assert tick(site, instance) == []
    with connect(site.settings.database_url, autocommit=True) as session:
        for number, run in enumerate(runs, start=1):
            ledger.end(session, number, Status.REJECTED, "bad", "for the test")
            instance.report_run_failed(run)
    second = tick(site, instance)
    assert (len(first), len(second)) == (Limits().under_way, 12 - Limits().under_way)
    asked = [request.tags["lead_pipeline/object"] for request in (*first, *second)]
    assert asked == [f"list {number:02}.csv" for number in range(12)]


@pytest.fixture
def watched(site: Site) -> Site:
    """The same site, whose ticks stay for as long as a test may take."""
    return replace(site, settings=replace(site.settings, watch_seconds=30))


def test_a_tick_waits_for_a_file_and_returns_with_it(
    watched: Site, instance: dg.DagsterInstance
) -> None:
    with ThreadPoolExecutor() as threads:
        ticking = threads.submit(tick, watched, instance)
        with pytest.raises(TimeoutError):
            ticking.result(timeout=1)
        put(watched, "leads.csv", "ann@example.com")
        (request,) = ticking.result(timeout=20)
    assert request.tags["lead_pipeline/object"] == "leads.csv"


def test_a_tick_that_waits_returns_when_a_run_has_died(
    watched: Site, instance: dg.DagsterInstance
) -> None:
    put(watched, "leads.csv", "ann@example.com")
    (request,) = tick(watched, instance)
    run = a_run_of(instance, request, dg.DagsterRunStatus.STARTED)
    with ThreadPoolExecutor() as threads:
        ticking = threads.submit(tick, watched, instance)
        with pytest.raises(TimeoutError):
            ticking.result(timeout=1)
        instance.report_run_failed(run)
        (again,) = ticking.result(timeout=20)
    assert again.run_key == (request.run_key or "").removesuffix("1") + "2"


def test_all_leads_are_checked_after_the_first_import_and_never_again_for_a_later_one(
    instance: dg.DagsterInstance,
) -> None:
    keys = []
    for _ in range(2):
        run = create_run_for_test(
            instance, job_name="import_leads", status=dg.DagsterRunStatus.SUCCESS
        )
        context = dg.build_run_status_sensor_context(
            "first_import", dg.DagsterEvent("PIPELINE_SUCCESS", "import_leads"), instance, run
        )
        asked = sensors.first_import(context)
        assert isinstance(asked, dg.RunRequest)
        keys.append(asked.run_key)
    assert keys == ["first_import"] * 2  # Dagster starts one run for one key
    assert sensors.first_import.job_name == "check_leads"


def test_a_bucket_that_cannot_be_listed_is_never_an_empty_one(
    site: Site, instance: dg.DagsterInstance
) -> None:
    bucket = Path(site.settings.bucket_url)
    bucket.rename(bucket.with_name("elsewhere"))
    with pytest.raises(Exception, match="cannot list the bucket"):
        tick(site, instance)
    assert rows(site, "SELECT * FROM lead_sources") == []
