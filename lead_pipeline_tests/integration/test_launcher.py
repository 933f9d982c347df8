"""Runs launched as forks of a warm process: how they end, and what is left when something dies."""

import os
import shutil
import signal
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import dagster as dg
import psycopg
import pytest
from dagster._core.launcher import WorkerStatus

import lead_pipeline
from lead_pipeline import ledger
from lead_pipeline.defs import worker as worker_module
from lead_pipeline.defs.run_notes import LAUNCHER_TAG, WORKER_TAG, end_of, is_alive
from lead_pipeline.defs.worker import Worker
from lead_pipeline.settings import load_settings
from lead_pipeline.stack.postgres import EmbeddedPostgres
from lead_pipeline.stack.warm import warm_process
from lead_pipeline_tests.integration.launching import (
    DAGSTER_YAML,
    NO_WORKSPACE,
    RUNS_AT_ONCE,
    a_run,
    daemon,
    ended,
    gone,
    last_words,
    launched,
    process_of,
    queued,
    run_of,
    worker_of,
)
from lead_pipeline_tests.integration.stack import eventually


@pytest.fixture(scope="module")
def instance(
    postgres: EmbeddedPostgres, template: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[dg.DagsterInstance]:
    """A Dagster instance of this process, with the storage and the launcher of the real one."""
    with psycopg.connect(postgres.url, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE launcher TEMPLATE {template}")
    home = tmp_path_factory.mktemp("launcher")
    (home / "dagster.yaml").write_text(DAGSTER_YAML)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DAGSTER_HOME", str(home))
        patch.setenv("LEADS_DATABASE_URL", postgres.url.replace("/leads?", "/launcher?"))
        patch.setenv("PYTHONPATH", str(Path(__file__).parents[2]))
        load_settings.cache_clear()
        with dg.DagsterInstance.get() as opened:
            yield opened
    load_settings.cache_clear()


# How runs end


def test_a_run_succeeds_and_leaves_no_process(instance: dg.DagsterInstance) -> None:
    run = ended(instance, launched(instance, "succeed"))
    assert run.status == dg.DagsterRunStatus.SUCCESS
    worker = process_of(run)
    assert (worker.run_id, worker.is_here) == (run.run_id, True)
    assert run.tags["group"] == str(worker.pid)
    eventually(lambda: not worker.is_alive, "the worker ends")


def test_a_run_fails_with_the_error_of_its_op(instance: dg.DagsterInstance) -> None:
    run_id = launched(instance, "fail")
    assert ended(instance, run_id).status == dg.DagsterRunStatus.FAILURE
    (failure,) = instance.all_logs(run_id, of_type=dg.DagsterEventType.STEP_FAILURE)
    assert "the op does not like its input" in str(failure.dagster_event)


def test_what_an_op_prints_is_in_the_run_s_compute_log(instance: dg.DagsterInstance) -> None:
    run_id = launched(instance, "succeed")
    ended(instance, run_id)
    (captured,) = instance.all_logs(run_id, of_type=dg.DagsterEventType.LOGS_CAPTURED)
    assert captured.dagster_event
    key = captured.dagster_event.logs_captured_data.file_key
    data = instance.compute_log_manager.get_log_data([run_id, "compute_logs", key])
    assert data.stdout == b"said by the op\n"


def test_a_run_whose_code_cannot_be_loaded_says_so(instance: dg.DagsterInstance) -> None:
    run_id = a_run(instance, "succeed", "no_such_module")
    instance.launch_run(run_id, NO_WORKSPACE)
    assert ended(instance, run_id).status == dg.DagsterRunStatus.FAILURE
    assert "no_such_module" in str([event.dagster_event for event in instance.all_logs(run_id)])


# What a worker inherits


def test_the_warm_process_has_one_thread_and_no_connection(instance: dg.DagsterInstance) -> None:
    warm = worker_of(instance, launched(instance, "wait")).parent()
    assert warm
    assert warm.num_threads() == 1
    assert warm.net_connections() == []
    assert len(warm.net_connections("unix")) == 1  # to us
    warm.kill()


def test_workers_draw_random_numbers_of_their_own(instance: dg.DagsterInstance) -> None:
    runs = [ended(instance, launched(instance, "succeed")) for _ in range(3)]
    assert len({run.tags["drawn"] for run in runs}) == 3
    assert len({process_of(run).pid for run in runs}) == 3


# Ending a run


def test_a_terminated_run_is_canceled(instance: dg.DagsterInstance) -> None:
    run_id = launched(instance, "wait")
    worker = worker_of(instance, run_id)
    assert instance.run_launcher.terminate(run_id)
    assert ended(instance, run_id).status == dg.DagsterRunStatus.CANCELED
    gone(worker)


def test_a_worker_that_does_not_listen_is_killed_after_a_while(
    instance: dg.DagsterInstance, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worker_module, "GRACE_SECONDS", 1)
    run_id = launched(instance, "hang")
    worker = worker_of(instance, run_id, "deaf")
    assert instance.run_launcher.terminate(run_id)
    assert ended(instance, run_id).status == dg.DagsterRunStatus.CANCELED
    assert "SIGKILL" in last_words(instance, run_id)
    gone(worker)


def test_a_run_that_is_over_cannot_be_terminated(instance: dg.DagsterInstance) -> None:
    run_id = ended(instance, launched(instance, "succeed")).run_id
    assert not instance.run_launcher.terminate(run_id)
    assert not instance.run_launcher.terminate("00000000-0000-0000-0000-000000000000")


def test_terminating_a_run_whose_worker_is_gone_cancels_it_at_once(
    instance: dg.DagsterInstance,
) -> None:
    run_id = a_run(instance, "wait")
    instance.add_run_tags(run_id, {WORKER_TAG: ghost(run_id).to_json()})
    assert not instance.run_launcher.terminate(run_id)
    assert run_of(instance, run_id).status == dg.DagsterRunStatus.CANCELED


def test_terminating_what_works_elsewhere_says_where(instance: dg.DagsterInstance) -> None:
    run_id = a_run(instance, "wait")
    instance.add_run_tags(run_id, {WORKER_TAG: Worker(run_id, "elsewhere", 1, "").to_json()})
    assert not instance.run_launcher.terminate(run_id)
    run = run_of(instance, run_id)
    assert run.status == dg.DagsterRunStatus.CANCELING
    assert any("elsewhere" in event.message for event in instance.all_logs(run_id))
    instance.report_run_canceled(run)


# Deaths


def test_a_killed_worker_is_reported_at_once_and_its_children_end(
    instance: dg.DagsterInstance,
) -> None:
    run_id = launched(instance, "wait_with_child")
    worker = worker_of(instance, run_id, "child")
    family = [worker, *worker.children(recursive=True)]
    assert len(family) > 1
    worker.kill()
    assert ended(instance, run_id).status == dg.DagsterRunStatus.FAILURE
    assert "terminated by signal 9 (SIGKILL)" in last_words(instance, run_id)
    assert end_of(run_of(instance, run_id)) == -signal.SIGKILL
    gone(*family)


def test_when_the_warm_process_is_killed_its_runs_fail_and_the_next_run_starts(
    instance: dg.DagsterInstance,
) -> None:
    runs = [launched(instance, "wait"), launched(instance, "hang")]
    workers = [worker_of(instance, runs[0]), worker_of(instance, runs[1], "deaf")]
    (warm,) = {worker.parent() for worker in workers}
    assert warm
    warm.kill()
    assert ended(instance, launched(instance, "succeed")).status == dg.DagsterRunStatus.SUCCESS
    for run_id in runs:
        assert ended(instance, run_id).status == dg.DagsterRunStatus.FAILURE
        assert "ended with the warm process" in last_words(instance, run_id)
    gone(warm, *workers)


def test_what_a_dying_warm_process_had_not_begun_is_begun_by_the_next(
    instance: dg.DagsterInstance,
) -> None:
    warm = worker_of(instance, launched(instance, "wait")).parent()
    assert warm
    warm.suspend()
    run_id = launched(instance, "succeed")
    warm.kill()
    assert ended(instance, run_id).status == dg.DagsterRunStatus.SUCCESS
    assert process_of(run_of(instance, run_id)).pid != warm.pid


def test_the_warm_process_leaves_signals_to_the_process_that_owns_it(
    instance: dg.DagsterInstance,
) -> None:
    run_id = launched(instance, "wait")
    warm = worker_of(instance, run_id).parent()
    assert warm
    for number in (signal.SIGINT, signal.SIGTERM):
        warm.send_signal(number)
    assert ended(instance, launched(instance, "succeed")).status == dg.DagsterRunStatus.SUCCESS
    assert run_of(instance, run_id).status == dg.DagsterRunStatus.STARTED
    instance.run_launcher.terminate(run_id)
    ended(instance, run_id)


# Health


def ghost(run_id: str) -> Worker:
    """A worker of this host whose number another process has by now: this one."""
    return Worker(run_id, Worker.of_this_process(run_id).host, os.getpid(), "earlier")


@pytest.mark.parametrize(
    ("note", "status"),
    [
        (Worker.of_this_process, WorkerStatus.RUNNING),
        (ghost, WorkerStatus.NOT_FOUND),
        (lambda run_id: Worker(run_id, "elsewhere", 1, ""), WorkerStatus.NOT_FOUND),
        (lambda _: Worker.of_this_process("the run that this one retries"), WorkerStatus.RUNNING),
        (None, WorkerStatus.RUNNING),
    ],
    ids=["runs", "number used again", "on another host", "of the run retried", "not one of ours"],
)
def test_the_health_of_a_worker(
    instance: dg.DagsterInstance, note: Callable[[str], Worker] | None, status: WorkerStatus
) -> None:
    assert instance.run_launcher.supports_check_run_worker_health
    run_id = a_run(instance, "wait")
    if note:
        instance.add_run_tags(run_id, {WORKER_TAG: note(run_id).to_json()})
    found = instance.run_launcher.check_run_worker_health(run_of(instance, run_id))
    assert found.status == status


def test_a_run_of_an_import_that_is_worked_on_elsewhere_is_left_to_who_holds_it(
    instance: dg.DagsterInstance,
) -> None:
    with psycopg.connect(load_settings().database_url, autocommit=True) as session:
        session.execute(
            "INSERT INTO lead_sources (partition_key, object_key, version_tag, bytes, modified_at,"
            " original_filename, hash)"
            " VALUES ('list_1', 'list.csv', 'tag', 1, now(), 'list.csv', '1')"
        )
        run_id = a_run(instance, "wait")
        elsewhere = Worker(run_id, "elsewhere", 1, "").to_json()
        tags = {WORKER_TAG: elsewhere, "dagster/partition": "list_1"}
        instance.add_run_tags(run_id, tags)

        def health() -> WorkerStatus:
            return instance.run_launcher.check_run_worker_health(run_of(instance, run_id)).status

        assert health() is WorkerStatus.RUNNING
        session.execute("UPDATE lead_sources SET status = 'completed'")
        assert health() is WorkerStatus.NOT_FOUND
        owner = ledger.Ownership(load_settings().database_url, 1)
        owner.take()
        assert health() is WorkerStatus.RUNNING
        owner.release()


def test_a_run_that_is_starting_is_as_alive_as_the_process_that_starts_it(
    instance: dg.DagsterInstance,
) -> None:
    run_id = a_run(instance, "wait")
    assert is_alive(run_of(instance, run_id)) is None
    for launcher, alive in (
        (Worker.of_this_process(run_id), True),
        (ghost(run_id), False),
        (Worker(run_id, "elsewhere", 1, ""), None),
    ):
        instance.add_run_tags(run_id, {LAUNCHER_TAG: launcher.to_json()})
        assert is_alive(run_of(instance, run_id)) is alive
    instance.add_run_tags(run_id, {WORKER_TAG: Worker.of_this_process(run_id).to_json()})
    assert is_alive(run_of(instance, run_id)) is True


def test_a_dead_worker_that_nobody_waits_for_is_not_alive() -> None:
    with subprocess.Popen(["sleep", "600"]) as child:
        born = worker_module._born(child.pid)
        assert born
        child.kill()
        eventually(lambda: worker_module._born(child.pid) is None, "it is a zombie")


# New code


@pytest.fixture
def copied_package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A copy of the package that the warm process loads, to be changed."""
    package = tmp_path / "lead_pipeline"
    ignore = shutil.ignore_patterns("__pycache__")
    shutil.copytree(Path(lead_pipeline.__file__).parent, package, ignore=ignore)
    monkeypatch.setenv("PYTHONPATH", f"{tmp_path}{os.pathsep}{Path(__file__).parents[2]}")
    monkeypatch.chdir(tmp_path)
    warm_process.cache_clear()
    yield package
    warm_process.cache_clear()


def test_a_run_works_with_the_files_as_they_are_when_it_is_launched(
    instance: dg.DagsterInstance, copied_package: Path
) -> None:
    definitions = copied_package / "definitions.py"
    source = definitions.read_text()

    def version(source: str) -> str | None:
        definitions.write_text(source)
        return ended(instance, launched(instance, "version")).tags.get("version")

    assert version(f"{source}\nVERSION = 1\n") == "1"
    long_run = launched(instance, "wait")
    warm = worker_of(instance, long_run).parent()
    assert warm
    assert version(f"{source}\nVERSION = 22\n") == "22"
    assert version(f"{source}\nVERSION = \n") is None  # its run fails, no other does
    assert version(f"{source}\nVERSION = 333\n") == "333"
    assert run_of(instance, long_run).status == dg.DagsterRunStatus.STARTED
    assert worker_of(instance, long_run).parent() == warm
    worker_of(instance, long_run).kill()
    assert "SIGKILL" in (ended(instance, long_run) and last_words(instance, long_run))
    warm.kill()
    gone(warm)


# Under Dagster's daemon


def test_fifty_runs_at_once_start_as_the_queue_lets_them(instance: dg.DagsterInstance) -> None:
    active = [dg.DagsterRunStatus.STARTING, dg.DagsterRunStatus.STARTED]
    most = 0
    with daemon(instance):
        runs = [queued(instance, "succeed") for _ in range(50)]

        def all_ended() -> bool:
            nonlocal most
            most = max(most, instance.get_runs_count(dg.RunsFilter(statuses=active)))
            finished = dg.RunsFilter(runs, statuses=[dg.DagsterRunStatus.SUCCESS])
            return instance.get_runs_count(finished) == 50

        eventually(all_ended, "fifty runs succeed", 240)
    assert 1 < most <= RUNS_AT_ONCE


def test_when_the_daemon_is_killed_no_process_is_left_and_the_next_one_fails_its_runs(
    instance: dg.DagsterInstance,
) -> None:
    with daemon(instance) as killed:
        runs = [queued(instance, "hang"), queued(instance, "wait_with_child")]
        worker_of(instance, runs[0], "deaf"), worker_of(instance, runs[1], "child")
        family = killed.children(recursive=True)
        killed.kill()
        gone(*family)
    with daemon(instance):
        assert ended(instance, runs[0]).status == dg.DagsterRunStatus.FAILURE
        assert "is gone" in last_words(instance, runs[0])
        assert ended(instance, runs[1]).status == dg.DagsterRunStatus.FAILURE
