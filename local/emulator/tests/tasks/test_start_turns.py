import threading
from typing import Any

import pytest
from ministack.services import ecs

from extensions.tasks import health_check, start_turns

from ..conftest import FakeEngine, register, run_service, tasks, wait_for

CHECK = {"healthCheck": {"command": ["CMD", "true"], "startPeriod": 60}}


@pytest.fixture(autouse=True)
def _two(engine: FakeEngine, monkeypatch: pytest.MonkeyPatch) -> None:
    del engine  # whose turns are those of all other tests
    monkeypatch.setattr(start_turns, "turns", threading.BoundedSemaphore(2))
    monkeypatch.setattr(start_turns, "MOST_SECONDS", 1000.0)


@pytest.fixture
def healthy(monkeypatch: pytest.MonkeyPatch) -> set[str]:
    """Return the containers that pass their check; a test adds to them."""
    containers: set[str] = set()
    monkeypatch.setattr(
        health_check, "probe", lambda container_id, check: container_id in containers
    )
    return containers


def deploy(engine: FakeEngine, healthy: set[str], desired: int = 4) -> list[str]:
    """Deploy a service, and then another revision; the containers of the latter as they start."""
    engine.on_start = lambda container: healthy.add(container.id)
    service = run_service(CHECK, desired=desired)
    wait_for(lambda: service["deployments"][0]["rolloutState"] == "COMPLETED")
    started: list[str] = []
    engine.on_start = lambda container: started.append(container.id)
    ecs._update_service({"cluster": "main", "service": "app", "taskDefinition": register(CHECK)})
    wait_for(lambda: len(tasks()) == 2 * desired)
    return started


def waiting() -> list[dict[str, Any]]:
    return tasks("PROVISIONING")


def test_the_first_tasks_of_a_service_start_at_once(engine: FakeEngine, healthy: set[str]) -> None:
    run_service(CHECK, desired=4)
    wait_for(lambda: len(engine.started) == 4)
    assert not healthy


def test_those_that_join_others_start_when_an_earlier_one_counts(
    engine: FakeEngine, healthy: set[str]
) -> None:
    started = deploy(engine, healthy)
    wait_for(lambda: len(started) == 2)
    assert len(waiting()) == 2
    healthy.add(started[0])
    wait_for(lambda: len(started) == 3)
    assert len(waiting()) == 1
    healthy.update(started)
    wait_for(lambda: len(started) == 4)
    healthy.update(started)
    wait_for(lambda: len(tasks("STOPPED")) == 4)
    assert len(tasks("RUNNING")) == 4


def test_a_turn_ends_after_a_while(
    engine: FakeEngine, healthy: set[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(start_turns, "MOST_SECONDS", 0.3)
    started = deploy(engine, healthy)
    wait_for(lambda: len(started) == 4)
    healthy.update(started)
    wait_for(lambda: len(tasks("RUNNING")) == 4 and len(tasks("STOPPED")) == 4)
    assert start_turns.turns._value == 2


def test_one_that_stops_while_it_waits_begins_nothing(
    engine: FakeEngine, healthy: set[str]
) -> None:
    started = deploy(engine, healthy)
    wait_for(lambda: len(started) == 2)
    ecs._services["main/app"]["status"] = "INACTIVE"
    stopped = waiting()
    for task in stopped:
        ecs._stop_task({"task": task["taskArn"], "cluster": "main"})
    workers = {f"ministack-ecs-task-{each['taskArn'].rpartition('/')[2][:8]}" for each in stopped}
    # While both turns are held.
    wait_for(lambda: not workers & {thread.name for thread in threading.enumerate()})
    assert [task["lastStatus"] for task in stopped] == ["STOPPED"] * 2
    healthy.update(started)
    wait_for(lambda: start_turns.turns._value == 2)
    assert len(started) == 2
