"""A clock that ran ahead and was set right keeps neither sensors nor schedules from going on."""

import threading
from collections.abc import Iterator
from typing import Any

import dagster as dg
import pytest
from dagster._core.remote_origin import (
    GrpcServerCodeLocationOrigin,
    RemoteInstigatorOrigin,
    RemoteRepositoryOrigin,
)
from dagster._core.scheduler.instigation import (
    InstigatorState,
    InstigatorStatus,
    InstigatorType,
    ScheduleInstigatorData,
    SensorInstigatorData,
    TickData,
    TickStatus,
)
from dagster._core.test_utils import instance_for_test
from dagster._daemon.daemon import SchedulerDaemon

from lead_pipeline.stack import prompt
from lead_pipeline.stack.prompt import SteadySchedules
from lead_pipeline.stack.set_back import SetBack, forget_the_future

NOW, AHEAD = 1_795_000_000.0, 1_795_000_000.0 + 3 * 86_400


@pytest.fixture
def instance() -> Iterator[dg.DagsterInstance]:
    with instance_for_test() as instance:
        yield instance


def noted(instance: dg.DagsterInstance, name: str, data: Any) -> InstigatorState:
    """The state of a sensor or a schedule, as its daemon keeps it, with a tick at its last time."""
    kind = InstigatorType.SENSOR
    if isinstance(data, ScheduleInstigatorData):
        kind = InstigatorType.SCHEDULE
    location = GrpcServerCodeLocationOrigin(host="localhost", port=1, location_name="here")
    origin = RemoteInstigatorOrigin(RemoteRepositoryOrigin(location, "all"), name)
    state = InstigatorState(origin, kind, InstigatorStatus.DECLARED_IN_CODE, data)
    instance.add_instigator_state(state)
    at = data.last_iteration_timestamp if kind is InstigatorType.SCHEDULE else data[0]
    ids = (state.instigator_origin_id, name, kind, TickStatus.SKIPPED, at)
    instance.create_tick(TickData(*ids, selector_id=state.selector_id))
    return state


def now_of(instance: dg.DagsterInstance, state: InstigatorState) -> tuple[Any, float]:
    """What is noted now, and when the last tick was."""
    ids = (state.instigator_origin_id, state.selector_id)
    found = instance.get_instigator_state(*ids)
    assert found is not None
    (tick,) = instance.get_ticks(*ids)
    return found.instigator_data, tick.timestamp


def test_a_sensor_is_due_again_and_keeps_its_cursor(instance: dg.DagsterInstance) -> None:
    data = SensorInstigatorData(
        last_tick_timestamp=AHEAD,
        last_run_key="a-run",
        min_interval=1,
        cursor="so far",
        last_tick_start_timestamp=AHEAD,
        last_tick_success_timestamp=NOW - 1,
    )
    state = noted(instance, "new_files", data)
    forget_the_future(instance, NOW)
    after, tick_at = now_of(instance, state)
    assert (after.last_tick_timestamp, after.last_tick_start_timestamp, tick_at) == (NOW, NOW, NOW)
    assert (after.last_tick_success_timestamp, after.cursor, after.last_run_key) == (
        NOW - 1,
        "so far",
        "a-run",
    )


def test_a_schedule_goes_on_from_now(instance: dg.DagsterInstance) -> None:
    state = noted(instance, "nightly", ScheduleInstigatorData("0 4 * * *", NOW - 9, AHEAD))
    forget_the_future(instance, NOW)
    after, tick_at = now_of(instance, state)
    assert (after.start_timestamp, after.last_iteration_timestamp) == (NOW - 9, NOW)
    assert tick_at == NOW


def test_what_is_of_the_past_is_left_alone(instance: dg.DagsterInstance) -> None:
    data = SensorInstigatorData(last_tick_timestamp=NOW - 60, last_tick_start_timestamp=NOW + 2)
    state = noted(instance, "new_files", data)
    forget_the_future(instance, NOW)
    assert now_of(instance, state) == (data, NOW - 60)


def test_a_clock_that_is_set_back_is_watched_for_a_minute() -> None:
    wall, steady = [NOW], [0.0]
    set_back = SetBack(lambda: wall[-1], lambda: steady[-1])
    assert set_back.lately()  # nobody knows what was before
    steady.append(61.0)
    wall.append(NOW + 61)
    assert not set_back.lately()
    wall.append(AHEAD)
    assert not set_back.now()
    wall.append(NOW + 62)
    assert set_back.now()
    assert not set_back.now()
    assert set_back.lately()
    steady.append(122.0)
    assert not set_back.lately()


def test_schedules_begin_anew_when_the_clock_was_set_back(
    monkeypatch: pytest.MonkeyPatch, instance: dg.DagsterInstance
) -> None:
    begun: list[int] = []

    def loop(*_: Any) -> Iterator[None]:
        begun.append(len(begun))
        yield None
        yield None

    wall = iter([AHEAD, AHEAD, NOW, NOW, NOW, NOW])  # set back at the second look
    monkeypatch.setattr(SchedulerDaemon, "core_loop", loop)
    monkeypatch.setattr(prompt, "SetBack", lambda: SetBack(lambda: next(wall)))
    workspace: Any = type("Workspace", (), {"instance": instance})
    schedules: Any = SteadySchedules
    assert len([*schedules().core_loop(workspace, threading.Event())]) == 4
    assert begun == [0, 1]
