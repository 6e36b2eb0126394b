import json
from typing import Any

from ministack.services import ecs

from ..conftest import FakeContainer, FakeEngine, register, run_service, tasks, wait_for


def history() -> list[tuple[str, str]]:
    """List how the service's deployments ended, the latest first."""
    _, _, body = ecs._list_service_deployments({"cluster": "main", "service": "app"})
    found = json.loads(body)["serviceDeployments"]
    return [(each["status"], each["statusReason"]) for each in found]


def messages(service: dict[str, Any]) -> str:
    return "\n".join(each["message"] for each in service["events"])


def fail_revision(number: int) -> Any:
    def on_start(container: FakeContainer) -> None:
        if container.labels["com.amazonaws.ecs.task-definition-version"] == str(number):
            container.exit_with(1)

    return on_start


def test_a_first_deployment_is_in_progress_until_its_tasks_run(engine: FakeEngine) -> None:
    service = run_service(desired=2)
    (deployment,) = service["deployments"]
    assert deployment["rolloutState"] == "IN_PROGRESS"
    wait_for(lambda: history() == [("SUCCESSFUL", "")])
    assert len(engine.started) == 2
    assert deployment["rolloutState"] == "COMPLETED"
    assert deployment["rolloutStateReason"] == f"ECS deployment {deployment['id']} completed."
    assert "has reached a steady state." in messages(service)


def test_a_first_deployment_that_fails_starts_no_more_tasks(engine: FakeEngine) -> None:
    engine.on_start = fail_revision(1)
    service = run_service()
    wait_for(lambda: [status for status, _ in history()] == ["STOPPED"])
    wait_for(lambda: not engine.all)
    assert len(engine.started) == 3
    assert service["deployments"][0]["rolloutState"] == "FAILED"
    assert service["deployments"][0]["rolloutStateReason"] == (
        "ECS deployment circuit breaker: tasks failed to start."
    )
    assert "stopped: Essential container in task exited" in messages(service)


def test_a_failed_deployment_is_rolled_back_and_leaves_the_list(engine: FakeEngine) -> None:
    service = run_service()
    wait_for(lambda: history() == [("SUCCESSFUL", "")])
    (first,) = service["deployments"]
    engine.on_start = fail_revision(2)
    revision = register()
    ecs._update_service({"cluster": "main", "service": "app", "taskDefinition": revision})
    assert len(service["deployments"]) == 2
    wait_for(lambda: len(service["deployments"]) == 1)
    assert service["deployments"] == [first]
    assert service["taskDefinition"].endswith("app:1")
    assert service["runningCount"] == 1
    assert f"rolling back to deployment {first['id']}." in messages(service)
    status, reason = history()[0]
    assert status == "ROLLBACK_SUCCESSFUL"
    assert "circuit breaker" in reason


def test_the_old_tasks_serve_until_the_new_ones_do(engine: FakeEngine) -> None:
    service = run_service()
    wait_for(lambda: service["deployments"][0]["rolloutState"] == "COMPLETED")
    (old,) = tasks("RUNNING")
    running: list[bool] = []
    engine.on_start = lambda container: running.append(old["lastStatus"] == "RUNNING")
    ecs._update_service({"cluster": "main", "service": "app", "taskDefinition": register()})
    wait_for(lambda: len(service["deployments"]) == 1 and old["lastStatus"] == "STOPPED")
    assert running == [True]
    assert service["taskDefinition"].endswith("app:2")
