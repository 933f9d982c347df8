"""The daemons without pauses: a tick follows a tick, and the end of one wakes the queue."""

import threading
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import islice
from typing import Any

import dagster as dg
import pytest
from dagster._core.test_utils import instance_for_test
from dagster._daemon.daemon import DaemonIterator, SensorDaemon, SpanMarker
from dagster._daemon.run_coordinator.queued_run_coordinator_daemon import (
    QueuedRunCoordinatorDaemon,
)

from lead_pipeline.stack import prompt
from lead_pipeline.stack.prompt import PromptQueue, PromptSensors, prompt_daemons

NO_WORKSPACE: Any = None
ONE_ROUND = [SpanMarker.START_SPAN, None, SpanMarker.END_SPAN]
SETTINGS = {
    "sensors": {"use_threads": True, "num_workers": 2},
    "run_coordinator": {
        "module": "dagster.core.run_coordinator",
        "class": "QueuedRunCoordinator",
        "config": {"dequeue_interval_seconds": 7},
    },
}


@pytest.fixture(scope="module")
def instance() -> Iterator[dg.DagsterInstance]:
    with instance_for_test(overrides=SETTINGS) as instance:
        yield instance


@pytest.fixture
def asked() -> threading.Event:
    return threading.Event()


@pytest.fixture
def never(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing goes on because time has passed."""
    monkeypatch.setattr(prompt, "_LONGEST_WAIT_SECONDS", None)


def test_two_of_the_daemons_are_ours_and_no_other_is_lost(instance: dg.DagsterInstance) -> None:
    daemons = {daemon.daemon_type(): daemon for daemon in prompt_daemons(instance)}
    assert set(daemons) == set(instance.get_required_daemon_types())
    queue = daemons[QueuedRunCoordinatorDaemon.daemon_type()]
    assert isinstance(queue, PromptQueue)
    assert queue.interval_seconds == 7
    with daemons[SensorDaemon.daemon_type()] as sensors:
        assert isinstance(sensors, PromptSensors)


def test_a_tick_that_has_ended_wakes_the_queue_and_is_followed_by_the_next(
    instance: dg.DagsterInstance,
    asked: threading.Event,
    never: None,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    tick: Future[None] = Future()
    long_ended: Future[None] = Future()  # of a sensor whose interval is not over yet
    long_ended.set_result(None)

    def iteration(*_: object, sensor_tick_futures: dict[str, Any], **__: object) -> DaemonIterator:
        sensor_tick_futures |= {"another sensor": long_ended, "the sensor": tick}
        yield

    monkeypatch.setattr(prompt, "execute_sensor_iteration", iteration)
    with PromptSensors(instance, asked) as sensors, ThreadPoolExecutor() as threads:
        loop = sensors.core_loop(NO_WORKSPACE, threading.Event())
        assert list(islice(loop, 3)) == ONE_ROUND
        following = threads.submit(lambda: list(islice(loop, 3)))
        assert not asked.wait(0.5)
        assert not following.done()
        tick.set_result(None)
        assert following.result() == ONE_ROUND
        assert asked.is_set()


def test_trouble_of_the_sensors_is_left_to_dagster_and_ticks_under_way_are_remembered(
    instance: dg.DagsterInstance, asked: threading.Event, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[int] = []

    def iteration(*_: object, sensor_tick_futures: dict[str, Any], **__: object) -> DaemonIterator:
        seen.append(len(sensor_tick_futures))
        sensor_tick_futures["the sensor"] = Future()
        raise ConnectionError("the database is away")
        yield

    monkeypatch.setattr(prompt, "execute_sensor_iteration", iteration)
    with PromptSensors(instance, asked) as sensors:
        for _ in range(2):  # Dagster asks for a new loop after an error
            loop = sensors.core_loop(NO_WORKSPACE, threading.Event())
            assert next(loop) == SpanMarker.START_SPAN
            with pytest.raises(ConnectionError):
                next(loop)
    assert seen == [0, 1]


class CountingQueue(PromptQueue):
    """Counts its looks and launches nothing."""

    looks = 0

    def run_iteration(self, *_: Any, **__: Any) -> DaemonIterator:
        self.looks += 1
        yield


@pytest.mark.parametrize("interval", [threading.TIMEOUT_MAX, 0.01], ids=["woken", "by the clock"])
def test_the_queue_is_looked_at_when_it_is_woken_and_by_the_clock(
    asked: threading.Event, interval: float
) -> None:
    with CountingQueue(interval, asked) as queue, ThreadPoolExecutor() as threads:
        loop = queue.core_loop(NO_WORKSPACE, threading.Event())
        assert list(islice(loop, 3)) == ONE_ROUND
        following = threads.submit(lambda: list(islice(loop, 3)))
        if interval > 1:
            assert queue.looks == 1
            asked.set()
        assert following.result() == ONE_ROUND
        assert queue.looks == 2
