"""The sensor on the bucket, on a real instance and database: it asks, and never forgets."""

import socket
import subprocess
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from datetime import datetime, timedelta, tzinfo
from pathlib import Path

import dagster as dg
import pytest
from dagster._core.test_utils import create_run_for_test

from lead_pipeline import ledger
from lead_pipeline.bucket import FolderBucket
from lead_pipeline.database import Connection, connect
from lead_pipeline.database import run as execute
from lead_pipeline.defs import sensors
from lead_pipeline.defs.run_notes import note_end, note_worker
from lead_pipeline.defs.worker import Worker
from lead_pipeline.errors import OutsideTrouble
from lead_pipeline.imports.site import Site
from lead_pipeline.intake.decisions import Limits
from lead_pipeline.intake.silence import Silence
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


def test_each_look_at_the_bucket_is_noted_and_none_where_it_does_not_answer(
    site: Site, instance: dg.DagsterInstance
) -> None:
    tick(site, instance)
    (first,) = rows(site, "SELECT looked_at FROM last_look")
    tick(site, instance)
    (second,) = rows(site, "SELECT looked_at FROM last_look")
    assert second["looked_at"] > first["looked_at"]
    away = replace(site, bucket=FolderBucket(site.settings.home / "nowhere"))
    with pytest.raises(OutsideTrouble):
        tick(away, instance)
    assert rows(site, "SELECT looked_at FROM last_look") == [second]


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


@contextmanager
def owning(worker: Connection, import_id: int) -> Iterator[None]:
    """As the process of a run owns its import, pauses between its steps included."""
    owner = ledger.Ownership(worker.info.dsn, import_id)
    owner.take()
    yield
    owner.release()


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


class Hours:
    """The sensor's clocks, which a test sets forward: that of the day, and that of its looks."""

    def __init__(self) -> None:
        self.passed = 0.0

    def now(self, zone: tzinfo) -> datetime:
        return datetime.now(zone) + timedelta(seconds=self.passed)

    def __call__(self) -> float:
        return self.passed


@pytest.fixture
def hours(monkeypatch: pytest.MonkeyPatch) -> Hours:
    hours = Hours()
    silence = Silence(hours)
    monkeypatch.setattr(sensors, "datetime", hours)
    monkeypatch.setattr(sensors, "_silence", lambda _: silence)
    return hours


def test_a_failed_run_is_followed_by_others_until_the_limit_and_then_by_the_reason(
    site: Site, instance: dg.DagsterInstance, hours: Hours
) -> None:
    put(site, "leads.csv", "ann@example.com")
    keys = []
    while requests := tick(site, instance):
        (request,) = requests
        keys.append(request.run_key)
        run = a_run_of(instance, request, dg.DagsterRunStatus.STARTED)
        a_step_fails(site, run)
        instance.report_run_failed(run)
        hours.passed = 0
        assert tick(site, instance) == []
        hours.passed = 81
    partition = request.partition_key
    assert keys == [f"{partition}:1:{attempt}" for attempt in range(1, Limits().attempts + 1)]
    (ended,) = rows(site, "SELECT status, error, completed_at, faults FROM lead_sources")
    assert (ended["status"], ended["completed_at"] is not None) == ("failed", True)
    assert ended["error"] == f"given up after 4 attempts: run {run.run_id} failed: KeyError"
    assert tick(site, instance) == []


def a_step_fails(site: Site, run: dg.DagsterRun) -> None:
    """What a worker leaves in the ledger that took an import up and met a fault."""
    with connect(site.settings.database_url) as session:
        execute(session, "imports/mark_started", {"import_id": 1, "run_id": run.run_id})
        ledger.note_error(session, 1, "fault", "KeyError")


def test_runs_that_die_before_their_first_step_are_outages_and_use_up_nothing(
    site: Site, instance: dg.DagsterInstance, hours: Hours
) -> None:
    put(site, "leads.csv", "ann@example.com")
    for _ in range(10):
        (request,) = tick(site, instance)
        note_end(instance, a_run_of(instance, request, dg.DagsterRunStatus.FAILURE).run_id, -9)
        hours.passed += 600
    assert tick(site, instance) != []
    (row,) = rows(site, "SELECT status, faults, outages, error FROM lead_sources")
    assert (row["status"], row["faults"], row["outages"]) == ("waiting", 0, 10)
    assert row["error"].endswith("its worker was killed by SIGKILL before its first step")


def test_what_a_person_cancelled_is_failed_and_not_started_again(
    site: Site, instance: dg.DagsterInstance
) -> None:
    put(site, "leads.csv", "ann@example.com")
    (request,) = tick(site, instance)
    run = a_run_of(instance, request, dg.DagsterRunStatus.CANCELED)
    assert tick(site, instance) == []
    (ended,) = rows(site, "SELECT status, error FROM lead_sources")
    assert ended == {"status": "failed", "error": f"run {run.run_id} was cancelled by a person"}


def test_a_run_that_nobody_is_seen_to_work_on_is_failed_and_another_asked_for(
    site: Site, instance: dg.DagsterInstance, hours: Hours
) -> None:
    put(site, "leads.csv", "ann@example.com")
    (request,) = tick(site, instance)
    lost = a_run_of(instance, request, dg.DagsterRunStatus.STARTED)
    for _ in range(11):  # more than five seconds between two looks count as five
        hours.passed += 5
        assert tick(site, instance) == []
        assert status_of(instance, lost) is dg.DagsterRunStatus.STARTED
    hours.passed += 5
    assert tick(site, instance) == []
    assert status_of(instance, lost) is dg.DagsterRunStatus.FAILURE
    (again,) = tick(site, instance)
    assert again.run_key == (request.run_key or "").removesuffix("1") + "2"
    assert in_ledger(site) == [("leads.csv", "waiting", 2)]


def status_of(instance: dg.DagsterInstance, run: dg.DagsterRun) -> dg.DagsterRunStatus:
    found = instance.get_run_by_id(run.run_id)
    assert found is not None
    return found.status


@pytest.mark.parametrize("holds", [ledger.hold, owning], ids=["a step", "a run between its steps"])
def test_a_run_whose_import_is_held_is_not_lost(
    site: Site,
    instance: dg.DagsterInstance,
    hours: Hours,
    holds: Callable[[Connection, int], AbstractContextManager[None]],
) -> None:
    put(site, "leads.csv", "ann@example.com")
    (request,) = tick(site, instance)
    run = a_run_of(instance, request, dg.DagsterRunStatus.STARTED)
    with (
        connect(site.settings.database_url, autocommit=True) as worker,
        holds(worker, the_import(site).import_id),
    ):
        for _ in range(100):
            hours.passed += 5
            assert tick(site, instance) == []
    assert status_of(instance, run) is dg.DagsterRunStatus.STARTED


def test_a_run_whose_worker_lives_is_not_lost_though_it_is_stopped_and_its_session_was_cut(
    site: Site, instance: dg.DagsterInstance, hours: Hours
) -> None:
    put(site, "leads.csv", "ann@example.com")
    (request,) = tick(site, instance)
    run = a_run_of(instance, request, dg.DagsterRunStatus.STARTED)
    note_worker(instance, run.run_id)  # this very process
    for _ in range(100):
        hours.passed += 5
        assert tick(site, instance) == []
    assert status_of(instance, run) is dg.DagsterRunStatus.STARTED


@pytest.mark.parametrize(
    ("status", "note", "closed", "told"),
    [
        ("STARTED", "worker", "FAILURE", "its worker (process {pid} on {host}) is gone"),
        ("STARTING", "launcher", "FAILURE", "its worker never began: its launcher is gone"),
        ("CANCELING", "worker", "CANCELED", "was cancelled by a person"),
    ],
)  # fmt: skip
def test_what_died_with_everything_else_is_closed_and_starts_again_at_once(
    site: Site,
    instance: dg.DagsterInstance,
    hours: Hours,
    status: str,
    note: str,
    closed: str,
    told: str,
) -> None:
    put(site, "leads.csv", "ann@example.com")
    (request,) = tick(site, instance)
    run = a_run_of(instance, request, dg.DagsterRunStatus[status])
    if status == "STARTED":
        with connect(site.settings.database_url) as session:
            execute(session, "imports/mark_started", {"import_id": 1, "run_id": run.run_id})
    with subprocess.Popen(["true"]) as dead:
        gone = Worker(run.run_id, socket.gethostname(), dead.pid, "earlier")
    instance.add_run_tags(run.run_id, {f".dagster/lead_pipeline_{note}": gone.to_json()})
    tick(site, instance)
    hours.passed += 3
    tick(site, instance)
    assert status_of(instance, run) is dg.DagsterRunStatus[closed]
    asked = tick(site, instance)
    assert len(asked) == (closed == "FAILURE")
    (row,) = rows(site, "SELECT faults, outages, error FROM lead_sources")
    assert (row["faults"], row["outages"]) == (0, len(asked))
    assert row["error"].endswith(told.format(pid=gone.pid, host=gone.host))


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
        instance.report_run_failed(run)  # before its first step: the next follows at once
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
