import json

import pytest
from ministack.services import ecs, stepfunctions

from ..conftest import FakeContainer, FakeEngine, tasks, wait_for
from .conftest import (
    MACHINE_ROLE,
    RUN_TASK,
    TASK_ROLE,
    create_role,
    execution,
    machine_of,
    revoke,
    start_execution,
    status,
)

pytestmark = pytest.mark.usefixtures("task_definition")


def exits(engine: FakeEngine, *codes: int) -> None:
    """Have each container exit at once, the first with the first code."""
    left = list(codes)
    engine.on_start = lambda container: container.exit_with(left.pop(0))


def test_a_state_lasts_until_its_task_has_ended_and_has_its_description(
    engine: FakeEngine,
) -> None:
    machine_of()
    arn = start_execution()
    wait_for(lambda: engine.started)
    assert status(arn) == "RUNNING"
    (task,) = tasks()
    assert (task["startedBy"], task["group"]) == ("AWS Step Functions", "family:nightly")
    next(iter(engine.all.values())).exit_with(0)
    wait_for(lambda: status(arn) != "RUNNING")
    output = json.loads(execution(arn)["output"])
    assert output["TaskArn"] == task["taskArn"]
    assert [each["ExitCode"] for each in output["Containers"]] == [0]
    assert (output["StopCode"], output["LastStatus"]) == ("EssentialContainerExited", "STOPPED")
    assert output["StoppedAt"] > 1_600_000_000_000


def test_a_task_that_ends_with_another_code_fails_its_state(engine: FakeEngine) -> None:
    machine_of()
    exits(engine, 3)
    arn = start_execution()
    wait_for(lambda: status(arn) != "RUNNING")
    found = execution(arn)
    assert (found["status"], found["error"]) == ("FAILED", "States.TaskFailed")
    cause = json.loads(found["cause"])
    assert cause["Containers"][0]["ExitCode"] == 3
    assert "output" not in found


def test_only_essential_containers_count(engine: FakeEngine) -> None:
    side = {"name": "side", "image": "side", "essential": False}
    main = {"name": "app", "image": "app", "essential": True}
    ecs._register_task_definition(
        {"family": "nightly", "networkMode": "awsvpc", "containerDefinitions": [side, main]}
    )
    machine_of()
    exits(engine, 5, 0)
    arn = start_execution()
    wait_for(lambda: status(arn) != "RUNNING")
    assert status(arn) == "SUCCEEDED"


def test_a_task_that_never_starts_fails_its_state(engine: FakeEngine) -> None:
    machine_of()

    def refused(container: FakeContainer) -> None:
        raise RuntimeError(f"no such image: {container.name}")

    engine.on_start = refused
    arn = start_execution()
    wait_for(lambda: status(arn) != "RUNNING")
    assert json.loads(execution(arn)["cause"])["StopCode"] == "TaskFailedToStart"


@pytest.mark.parametrize("code", [143, 0])
def test_a_task_that_somebody_stops_fails_its_state(
    engine: FakeEngine, monkeypatch: pytest.MonkeyPatch, code: int
) -> None:
    machine_of()
    monkeypatch.setattr(FakeContainer, "stop", lambda self, timeout: self.exit_with(code))
    arn = start_execution()
    wait_for(lambda: tasks("RUNNING"))
    ecs._stop_task({"task": tasks()[0]["taskArn"], "cluster": "main"})
    wait_for(lambda: status(arn) != "RUNNING")
    assert execution(arn)["error"] == "States.TaskFailed"
    del engine


def test_a_task_that_takes_too_long_is_stopped(engine: FakeEngine) -> None:
    machine_of(TimeoutSeconds=1)
    arn = start_execution()
    wait_for(lambda: status(arn) != "RUNNING")
    found = execution(arn)
    assert (found["status"], found["error"]) == ("FAILED", "States.Timeout")
    wait_for(lambda: tasks("STOPPED"))
    assert tasks()[0]["stoppedReason"] == "Stopped by AWS Step Functions"
    assert [name for name, _ in engine.stopped] == ["app"]
    types = [each["type"] for each in stepfunctions._executions[arn]["events"]]
    assert types[-2:] == ["TaskTimedOut", "ExecutionFailed"]


@pytest.mark.usefixtures("engine")
def test_the_task_of_an_execution_that_is_stopped_is_stopped() -> None:
    machine_of()
    arn = start_execution()
    wait_for(lambda: tasks("RUNNING"))
    stepfunctions._stop_execution({"executionArn": arn})
    wait_for(lambda: tasks("STOPPED"))
    wait_for(lambda: status(arn) == "ABORTED")


@pytest.mark.usefixtures("enforced")
@pytest.mark.parametrize(
    ("missing", "action"),
    [
        ("run", "ecs:RunTask"),
        ("pass", "iam:PassRole"),
        ("stop", "ecs:DescribeTasks"),
        ("tag", "ecs:TagResource"),
    ],
)
def test_the_machine_s_role_must_allow_what_it_does(missing: str, action: str) -> None:
    parameters = {"PropagateTags": "TASK_DEFINITION"}
    machine_of(Parameters={**RUN_TASK["Parameters"], **parameters})
    revoke(MACHINE_ROLE, missing)
    arn = start_execution()
    wait_for(lambda: status(arn) != "RUNNING")
    found = execution(arn)
    assert found["error"] == "ECS.AccessDeniedException"
    assert f"not authorized to perform: {action}" in found["cause"]
    assert tasks() == []


@pytest.mark.usefixtures("enforced")
def test_a_role_with_all_of_it_runs_the_task(engine: FakeEngine) -> None:
    create_role(TASK_ROLE, "ecs-tasks.amazonaws.com", {})
    machine_of()
    exits(engine, 0)
    arn = start_execution()
    wait_for(lambda: status(arn) != "RUNNING")
    assert status(arn) == "SUCCEEDED", execution(arn)


def test_one_state_runs_one_task() -> None:
    machine_of(Parameters={**RUN_TASK["Parameters"], "Count": 2})
    arn = start_execution()
    wait_for(lambda: status(arn) != "RUNNING")
    assert "one task per state" in execution(arn)["cause"]
