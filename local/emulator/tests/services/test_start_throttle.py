import time
from collections.abc import Iterator
from typing import Any

import pytest
from ministack.services import ecs

from extensions.services import start_throttle

from ..conftest import FakeContainer, FakeEngine, tasks, wait_for
from .conftest import Health
from .services import active, steady

NOW = 1_000_000.0


class Clock:
    now = NOW

    def time(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Iterator[Clock]:
    fake = Clock()
    monkeypatch.setattr(start_throttle, "time", fake)
    monkeypatch.setattr(ecs, "_ts_to_epoch", float)
    yield fake
    ecs._tasks.clear()  # those of `stopped` do not stop when told to


def stopped(*codes: str) -> dict[str, Any]:
    """A service whose tasks stopped now with these codes, the earliest first; its deployment."""
    service = {"serviceName": "app", "clusterArn": "main"}
    for number, code in enumerate(codes):
        ecs._tasks[f"task/{number}"] = {
            "taskArn": f"task/{number}",
            "group": "service:app",
            "clusterArn": "main",
            "lastStatus": "STOPPED",
            "desiredStatus": "STOPPED",
            "createdAt": str(number),
            "stoppingAt": NOW,
            "stopCode": code,
            "_deployment_id": "ecs-svc/1",
        }
    return service


@pytest.mark.parametrize(
    ("failures", "pause"), [(0, 0), (1, 1), (2, 2), (5, 16), (11, 1024), (12, 27 * 60)]
)
def test_the_pause_doubles_with_each_task_that_never_ran(
    clock: Clock, failures: int, pause: int
) -> None:
    service = stopped("EssentialContainerExited", *["TaskFailedToStart"] * failures)
    if pause:
        clock.now = NOW + pause - 0.5
        assert start_throttle.is_throttled(service, {"id": "ecs-svc/1"})
    clock.now = NOW + pause
    assert not start_throttle.is_throttled(service, {"id": "ecs-svc/1"})


@pytest.mark.usefixtures("clock")
def test_a_task_that_ran_ends_the_pauses() -> None:
    service = stopped("TaskFailedToStart", "ServiceSchedulerInitiated")
    assert not start_throttle.is_throttled(service, {"id": "ecs-svc/1"})


@pytest.mark.usefixtures("clock")
def test_another_deployment_starts_without_a_pause() -> None:
    assert not start_throttle.is_throttled(stopped("TaskFailedToStart"), {"id": "ecs-svc/2"})


def test_a_task_that_failed_to_start_counts_while_its_other_containers_stop(clock: Clock) -> None:
    service = stopped("TaskFailedToStart", "TaskFailedToStart")
    for task in ecs._tasks.values():
        task["lastStatus"] = "STOPPING"
    clock.now = NOW + 1.5
    assert start_throttle.is_throttled(service, {"id": "ecs-svc/1"})
    for task in ecs._tasks.values():
        task |= {"lastStatus": "STOPPED", "stoppedAt": NOW + 120}
    clock.now = NOW + 2
    assert not start_throttle.is_throttled(service, {"id": "ecs-svc/1"})


@pytest.mark.usefixtures("clock")
def test_failures_before_a_task_that_runs_do_not_count() -> None:
    service = stopped(*["TaskFailedToStart"] * 4)
    runs = {"lastStatus": "RUNNING", "desiredStatus": "RUNNING", "startedAt": NOW}
    ecs._tasks["task/3"] |= {**runs, "stopCode": None}
    assert not start_throttle.is_throttled(service, {"id": "ecs-svc/1"})


@pytest.mark.usefixtures("clock")
def test_a_task_that_still_starts_does_not_end_the_pauses() -> None:
    service = stopped(*["TaskFailedToStart"] * 4)
    ecs._tasks["task/3"] |= {"lastStatus": "PENDING", "desiredStatus": "RUNNING", "stopCode": None}
    assert start_throttle.is_throttled(service, {"id": "ecs-svc/1"})


def test_a_replacement_that_never_runs_leaves_the_unhealthy_task_where_it_is(
    engine: FakeEngine, health: Health
) -> None:
    steady()
    (old,) = tasks("RUNNING")

    def refuse(container: FakeContainer) -> None:
        engine.all.pop(container.id)
        raise RuntimeError("no such image")

    engine.on_start = refuse
    health.fail(old)
    wait_for(lambda: len(tasks("STOPPED")) == 2)
    assert {each["stopCode"] for each in tasks("STOPPED")} == {"TaskFailedToStart"}
    assert old in active()
    time.sleep(0.8)  # of the two seconds until the next one
    assert len(tasks()) == 3
    engine.on_start = lambda container: None
    wait_for(lambda: old["lastStatus"] == "STOPPED")
    assert len(tasks("RUNNING")) == 1
