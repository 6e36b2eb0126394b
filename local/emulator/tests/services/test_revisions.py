import json
import time
from typing import Any

import pytest
from ministack.services import ecs

from ..conftest import CONTAINER, FakeContainer, FakeEngine, register, run_service, tasks, wait_for


def deregister(revision: str) -> None:
    ecs._deregister_task_definition({"taskDefinition": revision})


def refusal(answer: Any) -> str:
    status, _, body = answer
    assert status == 400
    return str(json.loads(body)["message"])


@pytest.mark.usefixtures("engine")
def test_an_inactive_revision_starts_nothing_new() -> None:
    run_service()
    revision = register()
    deregister(revision)
    request = {"cluster": "main", "taskDefinition": revision}
    inactive = "TaskDefinition is inactive"
    assert refusal(ecs._run_task(request)) == inactive
    assert refusal(ecs._update_service({**request, "service": "app"})) == inactive
    assert refusal(ecs._create_service({**request, "serviceName": "other"})) == inactive


@pytest.mark.usefixtures("engine")
def test_a_service_runs_on_with_a_revision_that_was_deregistered() -> None:
    service = run_service()
    wait_for(lambda: service["deployments"][0]["rolloutState"] == "COMPLETED")
    deregister("app:1")
    ecs._update_service({"cluster": "main", "service": "app", "desiredCount": 2})
    wait_for(lambda: service["runningCount"] == 2)


@pytest.mark.parametrize("kept", [True, False])
def test_a_rollback_needs_a_revision_that_is_active(engine: FakeEngine, kept: bool) -> None:
    def fail_second(container: FakeContainer) -> None:
        if container.labels["com.amazonaws.ecs.task-definition-version"] == "2":
            container.exit_with(1)

    service = run_service()
    wait_for(lambda: service["deployments"][0]["rolloutState"] == "COMPLETED")
    engine.on_start = fail_second
    if not kept:
        deregister("app:1")
    ecs._update_service({"cluster": "main", "service": "app", "taskDefinition": register()})
    # A failed deployment leaves the service's list with its rollback; the event stays.
    wait_for(lambda: any("deployment failed" in each["message"] for each in service["events"]))
    wait_for(lambda: service["taskDefinition"].endswith(":1") is kept)
    time.sleep(0.5)
    # Whatever becomes of the rollback, the tasks before serve on.
    assert [task["taskDefinitionArn"][-2:] for task in tasks("RUNNING")] == [":1"]
    assert (len(service["deployments"]) == 1) is kept


def test_revisions_are_listed_of_one_family() -> None:
    for family in ("app", "app-archive"):
        ecs._register_task_definition(
            {"family": family, "networkMode": "awsvpc", "containerDefinitions": [CONTAINER]}
        )
    _, _, body = ecs._list_task_definitions({"familyPrefix": "app"})
    names = [arn.rsplit("/", 1)[-1] for arn in json.loads(body)["taskDefinitionArns"]]
    assert names == ["app:1"]
