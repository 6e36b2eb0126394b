"""A service that may have no task: a worker without messages."""

import pytest
from ministack.services import ecs

from ..conftest import FakeEngine, register, run_service, tasks, wait_for


@pytest.fixture(autouse=True)
def _engine(engine: FakeEngine) -> None:
    del engine


def states() -> list[str]:
    return [each["rolloutState"] for each in ecs._services["main/app"]["deployments"]]


def test_a_deployment_of_no_task_is_complete_and_the_next_task_is_of_it() -> None:
    run_service(desired=0)
    wait_for(lambda: states() == ["COMPLETED"], 5)
    ecs._update_service({"cluster": "main", "service": "app", "taskDefinition": register()})
    wait_for(lambda: states() == ["COMPLETED"], 5)
    ecs._update_service({"cluster": "main", "service": "app", "desiredCount": 1})
    wait_for(lambda: len(tasks("RUNNING")) == 1)
    (task,) = tasks("RUNNING")
    assert task["taskDefinitionArn"].endswith(":2")
    assert states() == ["COMPLETED"]


def test_a_version_that_cannot_start_leaves_its_service_as_it_is(engine: FakeEngine) -> None:
    run_service(desired=0)
    wait_for(lambda: states() == ["COMPLETED"], 5)
    engine.on_start = lambda container: container.exit_with(1)
    ecs._update_service({"cluster": "main", "service": "app", "desiredCount": 1})
    wait_for(lambda: len(tasks("STOPPED")) >= 1)
    assert states() == ["COMPLETED"]
