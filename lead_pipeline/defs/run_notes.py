"""What processes note on Dagster's runs, as tags that the UI hides: who works on one, how it ended.

Dagster copies the tags of a run to its retry, so the run's id stands in every note.
"""

import json
from typing import TYPE_CHECKING

from lead_pipeline.defs.worker import Worker
from lead_pipeline.intake.runs import End

if TYPE_CHECKING:
    from dagster import DagsterInstance, DagsterRun

WORKER_TAG = ".dagster/lead_pipeline_worker"
LAUNCHER_TAG = ".dagster/lead_pipeline_launcher"
END_TAG = ".dagster/lead_pipeline_end"


def note_worker(instance: "DagsterInstance", run_id: str) -> None:
    """This process works on the run from now on."""
    worker = Worker.of_this_process(run_id)
    instance.add_run_tags(run_id, {WORKER_TAG: worker.to_json()})


def note_launcher(instance: "DagsterInstance", run_id: str) -> None:
    """This process is about to start a worker for the run, and takes it along if it ends."""
    launcher = Worker.of_this_process(run_id)
    instance.add_run_tags(run_id, {LAUNCHER_TAG: launcher.to_json()})


def note_end(instance: "DagsterInstance", run_id: str, end: End) -> None:
    """The worker of the run has ended so."""
    instance.add_run_tags(run_id, {END_TAG: json.dumps([run_id, end])})


def worker_of(run: "DagsterRun") -> Worker | None:
    return _process(run, WORKER_TAG)


def end_of(run: "DagsterRun") -> End | None:
    """How the run's worker ended: as it was noted, or that it is gone, if nobody could note it."""
    run_id, end = json.loads(run.tags.get(END_TAG, "[null, null]"))
    if run_id == run.run_id:
        noted: End = end
        return noted
    return how_it_was_lost(run) if is_alive(run) is False else None


def is_alive(run: "DagsterRun") -> bool | None:
    """Whether the process lives that works on a run, or has yet to start its worker; None where
    that cannot be seen from here: it is on another host, or another launcher started it."""
    process = worker_of(run) or _process(run, LAUNCHER_TAG)
    return process.is_alive if process else None


def how_it_was_lost(run: "DagsterRun") -> str:
    """What can be told of a worker that ended without a word."""
    if worker := worker_of(run):
        return f"(process {worker.pid} on {worker.host}) is gone"
    if is_alive(run) is False:
        return "never began: its launcher is gone"
    return "has not been heard of for a while"


def _process(run: "DagsterRun", tag: str) -> Worker | None:
    note = run.tags.get(tag)
    process = Worker.from_json(note) if note else None
    return process if process and process.run_id == run.run_id else None
