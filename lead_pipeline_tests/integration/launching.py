"""Runs launched by the warm launcher, for tests: made, asked for, watched; a daemon that does so.

Only what a test needs to say its sentence; the jobs are in launcher_jobs.py.
"""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import dagster as dg
import psutil
from dagster._core.definitions.reconstruct import ReconstructableRepository
from dagster._core.events import DagsterEvent
from dagster._core.origin import JobPythonOrigin
from dagster._core.remote_origin import (
    RegisteredCodeLocationOrigin,
    RemoteJobOrigin,
    RemoteRepositoryOrigin,
)

from lead_pipeline.defs import run_notes
from lead_pipeline.defs.worker import Worker
from lead_pipeline.stack.launcher import WarmRunLauncher
from lead_pipeline.stack.process import dies_with_parent
from lead_pipeline_tests.integration import launcher_jobs
from lead_pipeline_tests.integration.stack import alive, eventually

RUNS_AT_ONCE = 6
NO_WORKSPACE: Any = None  # our launcher needs none
DAGSTER_YAML = f"""
storage:
  custom:
    module: lead_pipeline.stack.storage
    class: LeadStorage
    config: {{}}
run_launcher:
  module: {WarmRunLauncher.__module__}
  class: {WarmRunLauncher.__name__}
run_coordinator:
  module: dagster.core.run_coordinator
  class: QueuedRunCoordinator
  config:
    max_concurrent_runs: {RUNS_AT_ONCE}
    dequeue_interval_seconds: 1
run_monitoring:
  enabled: true
  poll_interval_seconds: 1
telemetry:
  enabled: false
"""


def a_run(instance: dg.DagsterInstance, job: str, module: str = launcher_jobs.__name__) -> str:
    """The id of a new run of a job of launcher_jobs.py, which its worker looks up in `module`."""
    job = f"{job}_job"
    origin = ReconstructableRepository.for_module(module, "defs", None).get_python_origin()
    location = RegisteredCodeLocationOrigin("launcher_jobs")  # the queue wants to know one
    return instance.create_run_for_job(
        launcher_jobs.defs.resolve_job_def(job),
        job_code_origin=JobPythonOrigin(job, origin),
        remote_job_origin=RemoteJobOrigin(RemoteRepositoryOrigin(location, "__repository__"), job),
    ).run_id


def launched(instance: dg.DagsterInstance, job: str) -> str:
    run_id = a_run(instance, job)
    instance.launch_run(run_id, NO_WORKSPACE)
    return run_id


def run_of(instance: dg.DagsterInstance, run_id: str) -> dg.DagsterRun:
    run = instance.get_run_by_id(run_id)
    assert run
    return run


def ended(instance: dg.DagsterInstance, run_id: str, seconds: float = 60) -> dg.DagsterRun:
    eventually(lambda: run_of(instance, run_id).is_finished, f"run {run_id} ends", seconds)
    return run_of(instance, run_id)


def process_of(run: dg.DagsterRun) -> Worker:
    """The process that has noted on the run that it works on it."""
    worker = run_notes.worker_of(run)
    assert worker
    return worker


def worker_of(instance: dg.DagsterInstance, run_id: str, tag: str = "") -> psutil.Process:
    """The run's worker, once the run is started and its op has told `tag`."""

    def works() -> bool:
        run = run_of(instance, run_id)
        return run.status == dg.DagsterRunStatus.STARTED and (not tag or tag in run.tags)

    eventually(works, f"run {run_id} is worked on")
    return psutil.Process(process_of(run_of(instance, run_id)).pid)


def last_words(instance: dg.DagsterInstance, run_id: str) -> str:
    """The message of the event by which the run ended."""
    kinds = {dg.DagsterEventType.RUN_FAILURE, dg.DagsterEventType.RUN_CANCELED}
    return instance.all_logs(run_id, of_type=kinds)[-1].message


def gone(*processes: psutil.Process) -> None:
    eventually(lambda: not alive(processes), "nothing is left of it", 30)


@contextmanager
def daemon(instance: dg.DagsterInstance) -> Iterator[psutil.Popen]:
    """Dagster's daemon on the same storage: it launches what is in the queue, and monitors."""
    with (Path(instance.root_directory) / "daemon.log").open("ab") as log:
        process = psutil.Popen(
            [sys.executable, "-m", "lead_pipeline.stack.daemon", "--empty-workspace"],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            preexec_fn=dies_with_parent(),
            start_new_session=True,
        )
    try:
        yield process
    finally:
        family = [process, *_descendants(process)]
        for one in family:
            with suppress(psutil.NoSuchProcess):
                one.kill()
        process.wait()


def _descendants(process: psutil.Popen) -> list[psutil.Process]:
    with suppress(psutil.NoSuchProcess):
        return process.children(recursive=True)
    return []


def queued(instance: dg.DagsterInstance, job: str) -> str:
    run_id = a_run(instance, job)
    event = DagsterEvent.job_enqueue(run_of(instance, run_id))
    instance.report_dagster_event(event, run_id=run_id)
    return run_id
