import json
from typing import Any

import pytest
from ministack.services import alb, ecs

from extensions.tasks import health_check

from ..conftest import (
    FakeContainer,
    FakeEngine,
    register,
    run_service,
    target_group,
    tasks,
    wait_for,
)

CHECK = {"healthCheck": {"command": ["CMD", "true"], "interval": 0.2, "retries": 2}}


@pytest.fixture
def healthy(monkeypatch: pytest.MonkeyPatch) -> set[str]:
    """Return the revisions whose containers pass their check; a test adds to them."""
    revisions: set[str] = set()

    def probe(container_id: str, check: health_check.HealthCheck) -> bool:
        del check
        labels = ecs._docker.get(container_id).labels
        return labels["com.amazonaws.ecs.task-definition-version"] in revisions

    monkeypatch.setattr(health_check, "probe", probe)
    return revisions


def patient() -> dict[str, Any]:
    return {"healthCheck": {**CHECK["healthCheck"], "startPeriod": 60}}


def described() -> dict[str, Any]:
    answer = json.loads(ecs._describe_services({"cluster": "main", "services": ["app"]})[2])
    return answer["services"][0]


def told(task: dict[str, Any]) -> dict[str, Any]:
    request = {"cluster": "main", "tasks": [task["taskArn"]]}
    return json.loads(ecs._describe_tasks(request)[2])["tasks"][0]


def counts() -> list[int]:
    return [each["runningCount"] for each in described()["deployments"]]


def test_a_started_task_is_running_before_it_is_healthy(
    engine: FakeEngine, healthy: set[str]
) -> None:
    run_service(patient(), desired=2)
    wait_for(lambda: described()["runningCount"] == 2)
    assert counts() == [2]
    assert described()["deployments"][0]["rolloutState"] == "IN_PROGRESS"
    assert [told(each)["lastStatus"] for each in tasks()] == ["RUNNING", "RUNNING"]
    assert [told(each)["healthStatus"] for each in tasks()] == ["UNKNOWN", "UNKNOWN"]
    assert all(told(each)["startedAt"] for each in tasks())
    clusters = json.loads(ecs._describe_clusters({"clusters": ["main"]})[2])["clusters"]
    assert clusters[0]["runningTasksCount"] == 2
    healthy.add("1")
    wait_for(lambda: described()["deployments"][0]["rolloutState"] == "COMPLETED")
    assert counts() == [2]
    assert len(engine.started) == 2


def test_a_task_whose_target_group_has_not_seen_it_is_running(
    engine: FakeEngine, web: tuple[int, dict[str, int]]
) -> None:
    port, codes = web
    codes["/health"] = 503
    arn = target_group(port)
    run_service(
        loadBalancers=[{"targetGroupArn": arn, "containerPort": port}],
        healthCheckGracePeriodSeconds=30,
    )
    wait_for(lambda: alb._targets[arn])
    assert counts() == [1]
    assert described()["deployments"][0]["rolloutState"] == "IN_PROGRESS"
    assert engine.started == ["app"]


def test_a_container_that_waits_for_another_holds_the_task_back(
    engine: FakeEngine, healthy: set[str]
) -> None:
    waits = {"dependsOn": [{"containerName": "app", "condition": "HEALTHY"}]}
    run_service(patient(), {"name": "late", **waits})
    wait_for(lambda: engine.started == ["app"])
    wait_for(lambda: tasks()[0].get("healthStatus") == "UNKNOWN")
    assert told(tasks()[0])["lastStatus"] == "ACTIVATING"
    assert described()["runningCount"] == 0
    healthy.add("1")
    wait_for(lambda: described()["runningCount"] == 1)
    assert engine.started == ["app", "late"]


def test_a_container_that_has_ended_does_not_hold_it_back(
    engine: FakeEngine, healthy: set[str]
) -> None:
    engine.on_start = lambda each: each.exit_with(0) if each.name == "setup" else None
    run_service({"name": "setup", "essential": False}, {"name": "app", **patient()})
    wait_for(lambda: described()["runningCount"] == 1)
    assert not healthy


def test_a_running_task_that_fails_its_check_is_stopped_and_counted(
    engine: FakeEngine, healthy: set[str]
) -> None:
    run_service(CHECK)
    wait_for(lambda: described()["runningCount"] == 1)
    wait_for(lambda: described()["deployments"][0]["rolloutState"] == "FAILED")
    reasons = {told(each).get("stoppedReason") for each in tasks()}
    assert reasons == {"Task failed container health checks"}
    assert described()["runningCount"] == 0
    assert len(engine.started) == 3
    assert not healthy


def test_old_tasks_stay_until_enough_new_ones_are_healthy(
    engine: FakeEngine, healthy: set[str]
) -> None:
    healthy.add("1")
    # Room for one more than is wanted: each old task makes way for a new one, in turn.
    settings = {"maximumPercent": 150, "minimumHealthyPercent": 100}
    run_service(patient(), desired=2, deploymentConfiguration=settings)
    wait_for(lambda: described()["deployments"][0]["rolloutState"] == "COMPLETED")
    old = tasks("RUNNING")
    first_new: list[FakeContainer] = []
    engine.on_start = first_new.append
    update = {"cluster": "main", "service": "app", "taskDefinition": register(patient())}
    ecs._update_service(update)
    wait_for(lambda: counts() == [1, 2])
    assert described()["runningCount"] == 3
    # A scheduler that counts what runs would now stop an old one.
    ecs._reconcile_service_tasks("main", "main/app")
    assert [each["lastStatus"] for each in old] == ["RUNNING", "RUNNING"]
    assert len(first_new) == 1
    healthy.add("2")
    wait_for(lambda: counts() == [2])
    wait_for(lambda: {each["lastStatus"] for each in old} == {"STOPPED"})
    assert described()["taskDefinition"].endswith("app:2")


def test_a_task_of_before_a_restart_does_not_run(engine: FakeEngine, healthy: set[str]) -> None:
    run_service(patient())
    wait_for(lambda: described()["runningCount"] == 1)
    restored = {**tasks()[0], "taskArn": "restored", "lastStatus": "STOPPED", "_docker_ids": []}
    ecs._tasks["restored"] = restored
    assert told(restored)["lastStatus"] == "STOPPED"
    assert described()["runningCount"] == 1
    assert engine.started == ["app"]
    assert not healthy
