"""Dagster's run launcher for `dagster.yaml`: runs start in forks of a warm process, not from zero.

Here is what Dagster asks of a launcher; the processes are in warm.py and forking.py.
"""

from collections.abc import Mapping
from typing import Any

from dagster import DagsterInstance, DagsterRun, DagsterRunStatus
from dagster import _check as check
from dagster._config.config_schema import UserConfigSchema
from dagster._core.launcher import (
    CheckRunHealthResult,
    LaunchRunContext,
    RunLauncher,
    WorkerStatus,
)
from dagster._core.storage.tags import PARTITION_NAME_TAG
from dagster._grpc.types import ExecuteRunArgs
from dagster._serdes import ConfigurableClass, ConfigurableClassData, serialize_value
from dagster._utils import get_run_crash_explanation

from lead_pipeline import ledger
from lead_pipeline.database import connect
from lead_pipeline.defs.run_notes import note_end, note_launcher, worker_of
from lead_pipeline.settings import load_settings
from lead_pipeline.stack.warm import warm_process


class WarmRunLauncher(RunLauncher[DagsterInstance], ConfigurableClass):
    """Launches a run in about the time its work takes, on the host of the process that launches.

    Under the queue of dagster.yaml that process is the daemon. Its workers stop when it does:
    without a queue, a command that launches a run and ends would end the run too. A worker that
    dies is reported to its run at once, with how it ended; one that died with the daemon is found
    by the sensor of imports, or by the next daemon's run monitoring.
    """

    def __init__(self, inst_data: ConfigurableClassData | None = None) -> None:
        self._inst_data = inst_data
        super().__init__()  # type: ignore[no-untyped-call]

    @property
    def inst_data(self) -> ConfigurableClassData | None:
        return self._inst_data

    @classmethod
    def config_type(cls) -> UserConfigSchema:
        return {}

    @classmethod
    def from_config_value(
        cls, inst_data: ConfigurableClassData | None, _config_value: Mapping[str, Any]
    ) -> "WarmRunLauncher":
        return cls(inst_data)

    def launch_run(self, context: LaunchRunContext) -> None:
        """Returns when the run is asked for; its worker reports the rest."""
        run = context.dagster_run
        arguments = ExecuteRunArgs(
            job_origin=check.not_none(run.job_code_origin),
            run_id=run.run_id,
            instance_ref=self._instance.get_ref(),
        )
        note_launcher(self._instance, run.run_id)
        warm_process().fork(run.run_id, serialize_value(arguments), self._worker_ended)

    def terminate(self, run_id: str) -> bool:
        """Interrupt the worker, from any process of its host; kill it if it does not end."""
        run = self._instance.get_run_by_id(run_id)
        if run is None or run.is_finished:
            return False
        self._instance.report_run_canceling(run)
        worker = worker_of(run)
        if worker and worker.terminate():
            return True
        if worker and worker.is_here:
            self._worker_ended(run_id, "was gone already")
        else:
            place = f"on {worker.host}" if worker else "nowhere yet"
            self._instance.report_engine_event(
                f"Its worker is {place} and cannot be interrupted from here.", run, cls=type(self)
            )
        return False

    @property
    def supports_check_run_worker_health(self) -> bool:
        return True

    def check_run_worker_health(self, run: DagsterRun) -> CheckRunHealthResult:
        """A run that another launcher started, or of an import that is worked on elsewhere, is not
        to be ended from here: for imports the sensor decides, by who holds them."""
        worker = worker_of(run)
        if worker is None:
            return CheckRunHealthResult(WorkerStatus.RUNNING, "its worker is not one of ours")
        alive = worker.is_alive
        if alive or (alive is None and _imports(run)):
            return CheckRunHealthResult(WorkerStatus.RUNNING)
        what = f"process {worker.pid} on {worker.host} is gone"
        return CheckRunHealthResult(WorkerStatus.NOT_FOUND, what)

    def _worker_ended(self, run_id: str, end: int | str) -> None:
        """Close a run that its worker did not close itself."""
        run = self._instance.get_run_by_id(run_id)
        if run is None or run.is_finished:
            return
        note_end(self._instance, run_id, end)
        who = f"The worker of run {run_id}"
        message = f"{who} {end}." if isinstance(end, str) else get_run_crash_explanation(who, end)
        if run.status == DagsterRunStatus.CANCELING:
            self._instance.report_run_canceled(run, message)
        else:
            self._instance.report_run_failed(run, message)


def _imports(run: DagsterRun) -> bool:
    """Whether the run works on an import that the sensor looks after, or that somebody holds."""
    partition = run.tags.get(PARTITION_NAME_TAG)
    if partition is None:
        return False
    with connect(load_settings().database_url, autocommit=True) as session:
        import_ = ledger.find_partition(session, partition)
        return import_ is not None and (
            not import_.status.at_rest or import_.import_id in ledger.owned_imports(session)
        )
