import json
import time
from typing import Any

import pytest
from ministack.services import ecs

from extensions.tasks import health_check
from extensions.tasks.container_dependencies import GivenUpError, in_order, is_resolved
from extensions.tasks.container_health import Watch
from extensions.tasks.health_check import HEALTHY, UNHEALTHY

from ..conftest import FakeContainer, FakeEngine, run_service, tasks, wait_for

CHECK = {"healthCheck": {"command": ["CMD", "true"], "interval": 0.05, "retries": 1}}
OPTIONAL = {"essential": False}


def needs(name: str, condition: str = "START") -> dict[str, Any]:
    return {"dependsOn": [{"containerName": name, "condition": condition}]}


def test_a_container_comes_after_what_it_depends_on() -> None:
    containers = [{"name": "app", **needs("migrate")}, {"name": "migrate"}]
    assert [each["name"] for each in in_order(containers)] == ["migrate", "app"]


@pytest.mark.parametrize(
    ("containers", "message"),
    [
        ([{"name": "app", **needs("gone")}], "do not exist"),
        ([{"name": "a", **needs("b")}, {"name": "b", **needs("a")}], "circle"),
        ([{"name": "a"}, {"name": "b", **needs("a", "SUCCESS")}], "cannot be an essential"),
        ([{"name": "a"}, {"name": "b", **needs("a", "COMPLETE")}], "cannot be an essential"),
        ([{"name": "a"}, {"name": "b", **needs("a", "HEALTHY")}], "must have a health check"),
        ([{"name": "a", "startTimeout": 121}], "Fargate takes 2 to 120 seconds"),
        ([{"name": "a", "startTimeout": 1}], "Fargate takes 2 to 120 seconds"),
    ],
)
def test_a_wrong_definition_is_refused(containers: list[dict[str, Any]], message: str) -> None:
    definitions = [{**each, "image": "x"} for each in containers]
    status, _, body = ecs._register_task_definition(
        {"family": "wrong", "containerDefinitions": definitions}
    )
    assert status == 400
    assert message in json.loads(body)["message"]


@pytest.mark.parametrize(
    ("condition", "status", "exit_code", "timed_out", "expected"),
    [
        ("START", UNHEALTHY, None, True, True),
        ("START", HEALTHY, 1, False, True),
        ("COMPLETE", HEALTHY, None, False, False),
        ("COMPLETE", HEALTHY, None, True, "has timed out"),
        ("COMPLETE", HEALTHY, 1, True, True),
        ("SUCCESS", HEALTHY, None, False, False),
        ("SUCCESS", HEALTHY, None, True, "has timed out"),
        ("SUCCESS", HEALTHY, 0, True, True),
        ("SUCCESS", HEALTHY, 3, False, r"Exit: 3\] .* did not exit successfully"),
        ("HEALTHY", HEALTHY, None, False, True),
        ("HEALTHY", UNHEALTHY, None, False, False),
        ("HEALTHY", UNHEALTHY, None, True, "has timed out"),
        ("HEALTHY", HEALTHY, None, True, "has timed out"),
        # It can never be resolved, and the agent waits all the same.
        ("HEALTHY", HEALTHY, 1, True, False),
    ],
)
def test_a_dependency_is_judged_as_the_agent_does(
    condition: str, status: str, exit_code: int | None, timed_out: bool, expected: bool | str
) -> None:
    watch = Watch("id", {"name": "a", **CHECK})
    assert watch.health
    watch.health.status, watch.exit_code = status, exit_code
    limit = -1 if timed_out else 60
    needed = {"containerName": "a", "condition": condition}
    if isinstance(expected, str):
        with pytest.raises(GivenUpError, match=expected):
            is_resolved("b", needed, watch, limit)
    else:
        assert is_resolved("b", needed, watch, limit) is expected


def test_without_a_start_timeout_a_dependency_is_waited_for_without_end() -> None:
    watch = Watch("id", {"name": "a"})
    assert is_resolved("b", {"containerName": "a", "condition": "SUCCESS"}, watch, None) is False


def test_a_task_starts_in_order(engine: FakeEngine) -> None:
    engine.on_start = lambda each: each.exit_with(0) if each.name == "migrate" else None
    run_service(needs("migrate", "SUCCESS"), {"name": "migrate", **OPTIONAL})
    wait_for(lambda: tasks("RUNNING"))
    assert engine.started == ["migrate", "app"]


def test_a_failed_dependency_of_an_essential_container_fails_the_task(engine: FakeEngine) -> None:
    def fail(container: FakeContainer) -> None:
        container.exit_with(4)

    engine.on_start = fail
    run_service(needs("migrate", "SUCCESS"), {"name": "migrate", **OPTIONAL})
    wait_for(lambda: tasks("STOPPED"))
    task = tasks("STOPPED")[0]
    assert (task["stopCode"], task["stoppedReason"]) == (
        "TaskFailedToStart",
        "Task failed to start",
    )
    app = next(each for each in task["containers"] if each["name"] == "app")
    assert app["exitCode"] == 143
    assert app["reason"].startswith("CannotStartContainerError: dependency graph: failed to")
    assert "app" not in engine.started


def test_failures_go_down_a_chain_of_optional_containers(engine: FakeEngine) -> None:
    engine.on_start = lambda each: each.exit_with(1)
    run_service(
        needs("migrate", "SUCCESS"),
        {"name": "migrate", **OPTIONAL, **needs("setup", "SUCCESS")},
        {"name": "setup", **OPTIONAL},
    )
    wait_for(lambda: tasks("STOPPED"))
    reasons = {each["name"]: each.get("reason") for each in tasks("STOPPED")[0]["containers"]}
    assert "[setup(STOPPED->RUNNING) - Exit: 1]" in reasons["migrate"]
    assert "[migrate(STOPPED->RUNNING) - Exit: 143]" in reasons["app"]


def test_a_task_waits_without_end_for_a_container_that_is_unhealthy(
    engine: FakeEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(health_check, "probe", lambda container_id, check: False)
    run_service(CHECK, {"name": "gate", **needs("app", "HEALTHY")})
    wait_for(lambda: tasks() and tasks()[0].get("healthStatus") == "UNHEALTHY")
    time.sleep(0.5)
    assert [task["lastStatus"] for task in tasks()] == ["ACTIVATING"]
    assert engine.started == ["app"]


@pytest.mark.parametrize("essential", [True, False])
def test_a_start_timeout_ends_the_wait(
    engine: FakeEngine, monkeypatch: pytest.MonkeyPatch, essential: bool
) -> None:
    """Without an essential container the task stops; without an optional one it runs, unhealthy."""
    monkeypatch.setattr(health_check, "probe", lambda container_id, check: False)
    monkeypatch.setattr(Watch, "age", 1000.0)
    gate = {"name": "gate", "essential": essential, **needs("app", "HEALTHY")}
    run_service({**CHECK, "startTimeout": 2}, gate)
    wait_for(lambda: tasks("STOPPED"))
    task = tasks("STOPPED")[0]
    expected = "Task failed to start" if essential else "Task failed container health checks"
    assert task["stoppedReason"] == expected
    assert bool(task["startedAt"]) is not essential
    assert "has timed out" in next(
        each["reason"] for each in task["containers"] if each["name"] == "gate"
    )
    assert "gate" not in engine.started
