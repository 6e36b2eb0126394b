from typing import Any

import pytest
from docker.errors import NotFound

from extensions.tasks import container_health
from extensions.tasks.container_health import Watch, publish
from extensions.tasks.health_check import HEALTHY

from ..conftest import FakeEngine, run_service, tasks, wait_for


def test_an_essential_container_is_ready_when_healthy() -> None:
    definition = {"name": "app", "healthCheck": {"command": ["CMD", "true"]}}
    watch = Watch("id", definition)
    assert not watch.ready
    assert watch.health is not None
    watch.health.record(passed=True, at=0)
    assert watch.ready


def test_a_helper_is_always_ready() -> None:
    assert Watch("id", {"name": "helper", "essential": False}).ready


def test_health_and_exit_codes_are_published() -> None:
    app = Watch("1", {"name": "app", "healthCheck": {"command": ["CMD", "true"]}})
    init = Watch("2", {"name": "init", "essential": False})
    assert app.health is not None
    app.health.record(passed=True, at=0)
    init.exit_code = 0
    task: dict[str, Any] = {"taskArn": "arn", "containers": [{"name": "app"}, {"name": "init"}]}
    publish(task, [app, init])
    assert task["healthStatus"] == HEALTHY
    assert task["containers"][0] == {"name": "app", "healthStatus": HEALTHY}
    assert task["containers"][1]["exitCode"] == 0


def test_a_container_that_ran_out_of_memory_says_so(
    engine: FakeEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    inspect = engine.inspect_container

    def out_of_memory(container_id: str) -> dict[str, Any]:
        attrs = inspect(container_id)
        return {"State": {**attrs["State"], "OOMKilled": True}}

    monkeypatch.setattr(engine, "inspect_container", out_of_memory)
    engine.on_start = lambda container: container.exit_with(137)
    run_service()
    wait_for(lambda: tasks("STOPPED"))
    container = tasks("STOPPED")[0]["containers"][0]
    assert (container["exitCode"], container["reason"]) == (137, container_health.OUT_OF_MEMORY)


def test_a_container_that_somebody_removes_was_killed(
    engine: FakeEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    service = run_service()
    wait_for(lambda: service["runningCount"] == 1)
    (task,) = tasks()
    inspect = engine.inspect_container

    def inspected(container_id: str) -> dict[str, Any]:
        try:
            return inspect(container_id)
        except LookupError:
            raise NotFound("No such container") from None

    monkeypatch.setattr(engine, "inspect_container", inspected)
    engine.all.clear()
    wait_for(lambda: task["lastStatus"] == "STOPPED")
    assert task["containers"][0]["exitCode"] == 137
    assert task["stoppedReason"] == "Essential container in task exited"
