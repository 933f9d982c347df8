"""Dagster's sensor and queue daemons without their pauses: what is asked for starts at once.

Dagster begins a sensor's ticks 5 s apart (MIN_INTERVAL_LOOP_TIME) and looks at the queue by the
clock. Here the next tick begins when one has ended, and the end of a tick wakes the queue. A clock
that was set back keeps neither sensors nor schedules from going on.
"""

import threading
from collections.abc import Iterator
from concurrent.futures import FIRST_COMPLETED, Future, wait
from typing import Any

from dagster import DagsterInstance
from dagster._core.workspace.context import IWorkspaceProcessContext as Workspace
from dagster._daemon.controller import create_daemons_from_instance
from dagster._daemon.daemon import (
    DaemonIterator,
    DagsterDaemon,
    SchedulerDaemon,
    SensorDaemon,
    SpanMarker,
)
from dagster._daemon.run_coordinator.queued_run_coordinator_daemon import (
    QueuedRunCoordinatorDaemon,
)
from dagster._daemon.sensor import execute_sensor_iteration

from lead_pipeline.stack.set_back import SetBack, forget_the_future

_LONGEST_WAIT_SECONDS = 5.0  # for a tick that takes long; other sensors have their turn then
_PAUSE_SECONDS = 0.2


def prompt_daemons(instance: DagsterInstance) -> Iterator[DagsterDaemon[Any]]:
    """The daemons that the instance needs, three of them ours."""
    asked = threading.Event()
    for daemon in create_daemons_from_instance(instance):
        if isinstance(daemon, SensorDaemon):
            yield PromptSensors(instance, asked)
        elif isinstance(daemon, QueuedRunCoordinatorDaemon):
            yield PromptQueue(daemon.interval_seconds, asked)
        elif isinstance(daemon, SchedulerDaemon):
            yield SteadySchedules()  # type: ignore[no-untyped-call]
        else:
            yield daemon


class PromptSensors(SensorDaemon):
    """Starts a sensor's tick as soon as its last one has ended and its interval allows it.

    Needs `sensors: {use_threads: true}` in dagster.yaml.
    """

    def __init__(self, instance: DagsterInstance, asked: threading.Event) -> None:
        super().__init__(instance.get_sensor_settings())
        self._instance = instance
        self._asked = asked
        self._ticks: dict[str, Future[Any]] = {}
        self._set_back = SetBack()

    def core_loop(
        self, workspace_process_context: Workspace[Any], shutdown_event: threading.Event
    ) -> DaemonIterator:
        """What raises here is logged by Dagster, which begins anew after a few seconds."""
        while True:
            if self._set_back.lately():
                forget_the_future(self._instance)
            yield SpanMarker.START_SPAN
            yield from execute_sensor_iteration(
                workspace_process_context,
                self._logger,
                threadpool_executor=self._threadpool_executor,
                submit_threadpool_executor=self._submit_threadpool_executor,
                sensor_tick_futures=self._ticks,
            )
            yield SpanMarker.END_SPAN
            # A sensor with a long interval leaves its last tick here, which has ended long ago.
            under_way = [tick for tick in self._ticks.values() if not tick.done()]
            wait(under_way, _LONGEST_WAIT_SECONDS, FIRST_COMPLETED)
            self._asked.set()
            shutdown_event.wait(_PAUSE_SECONDS)


class PromptQueue(QueuedRunCoordinatorDaemon):
    """Looks at the queue when a tick has ended, and as often as dagster.yaml says."""

    def __init__(self, interval_seconds: float, asked: threading.Event) -> None:
        super().__init__(interval_seconds)
        self._asked = asked

    def core_loop(
        self, workspace_process_context: Workspace[Any], _shutdown: threading.Event
    ) -> DaemonIterator:
        while True:
            self._asked.clear()
            yield SpanMarker.START_SPAN
            yield from self.run_iteration(workspace_process_context)
            yield SpanMarker.END_SPAN
            self._asked.wait(self.interval_seconds)


class SteadySchedules(SchedulerDaemon):
    """Begins anew, with nothing in its memory, when the clock was set back."""

    def core_loop(
        self, workspace_process_context: Workspace[Any], shutdown_event: threading.Event
    ) -> DaemonIterator:
        while True:
            set_back = SetBack()
            forget_the_future(workspace_process_context.instance)
            for step in super().core_loop(workspace_process_context, shutdown_event):
                yield step
                if set_back.now():
                    break
            else:
                return
