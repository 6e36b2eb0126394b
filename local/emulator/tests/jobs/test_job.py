"""A job from its schedule to the end of its task, with policies enforced, through the APIs."""

import json
import threading
from pathlib import Path
from typing import Any

import pytest
from ministack.core.responses import json_response
from ministack.services import stepfunctions

from extensions.jobs import executions, schedule_runs

from ..conftest import FakeEngine, tasks, wait_for
from ..sdk import client
from .conftest import (
    CLUSTER,
    MACHINE,
    MACHINE_ROLE,
    RUN_TASK,
    SCHEDULE_ROLE,
    start_execution,
    status,
)

pytestmark = pytest.mark.usefixtures("task_definition", "enforced")

# What the platform's job has before its task; a test of the stacks holds it to them.
_BEFORE = json.loads(Path(__file__).with_name("guarded.json").read_text("utf-8"))
GUARDED: dict[str, Any] = {
    **_BEFORE,
    "TimeoutSeconds": 3600,
    "States": {
        **_BEFORE["States"],
        "Run": {
            **RUN_TASK,
            "TimeoutSeconds": 600,
            "Retry": [
                {"ErrorEquals": ["States.TaskFailed"], "IntervalSeconds": 30, "MaxAttempts": 1}
            ],
        },
    },
}


def deploy() -> Any:
    """Create the job as Terraform does."""
    states = client("stepfunctions")
    states.create_state_machine(
        name="nightly",
        definition=json.dumps(GUARDED),
        roleArn=MACHINE_ROLE,
        tags=[{"key": "Environment", "value": "dev"}],
    )
    client("scheduler").create_schedule(
        Name="nightly",
        ScheduleExpression="rate(1 day)",
        ScheduleExpressionTimezone="Europe/Berlin",
        FlexibleTimeWindow={"Mode": "OFF"},
        Target={
            "Arn": MACHINE,
            "RoleArn": SCHEDULE_ROLE,
            "Input": "{}",
            "RetryPolicy": {"MaximumRetryAttempts": 3},
        },
    )
    return states


def statuses(states: Any) -> list[str]:
    found = states.list_executions(stateMachineArn=MACHINE)["executions"]
    return sorted(each["status"] for each in found)


def test_a_schedule_runs_a_task_and_tries_once_more(engine: FakeEngine) -> None:
    codes = [1, 0]
    engine.on_start = lambda container: container.exit_with(codes.pop(0))
    states = deploy()
    schedule_runs.look(schedule_runs.time.time() + 1)
    wait_for(lambda: statuses(states) == ["SUCCEEDED"])
    assert len(tasks("STOPPED")) == 2
    (execution,) = states.list_executions(stateMachineArn=MACHINE)["executions"]
    arn = execution["executionArn"]
    output = json.loads(states.describe_execution(executionArn=arn)["output"])
    assert output["Containers"][0]["ExitCode"] == 0
    types = [each["type"] for each in states.get_execution_history(executionArn=arn)["events"]]
    assert (types.count("TaskSubmitted"), types.count("TaskFailed")) == (2, 1)
    ran = client("ecs").list_tasks(cluster=CLUSTER, family="nightly", desiredStatus="STOPPED")
    assert len(ran["taskArns"]) == 2


def test_a_run_is_skipped_while_another_lasts(engine: FakeEngine) -> None:
    states = deploy()
    schedule_runs.look(schedule_runs.time.time() + 1)
    wait_for(lambda: tasks("RUNNING"))
    states.start_execution(stateMachineArn=MACHINE, name="by-hand", input="{}")
    wait_for(lambda: statuses(states) == ["RUNNING", "SUCCEEDED"])
    assert len(tasks()) == 1
    next(iter(engine.all.values())).exit_with(0)
    wait_for(lambda: statuses(states) == ["SUCCEEDED", "SUCCEEDED"])


@pytest.mark.usefixtures("engine")
@pytest.mark.parametrize(
    "starts", [("00.120", "00.120"), ("00.120", "00.119"), ("00.12", "00.1200")]
)
def test_of_two_runs_that_start_in_the_same_moment_the_first_one_runs(
    monkeypatch: pytest.MonkeyPatch, starts: tuple[str, str]
) -> None:
    states = deploy()
    both, listed = threading.Barrier(2), stepfunctions._list_executions
    dated = threading.Event()

    def list_with_the_other(request: dict[str, Any]) -> Any:
        dated.wait(timeout=5)
        answer = listed(request)
        if executions.is_running():  # neither ends before the other has looked
            both.wait(timeout=5)
        return answer

    monkeypatch.setattr(stepfunctions, "_list_executions", list_with_the_other)
    arns = [start_execution(name=name) for name in ("b", "a")]
    for arn, start in zip(arns, starts, strict=True):
        stepfunctions._executions[arn]["startDate"] = f"2026-11-30T00:00:{start}Z"
    dated.set()
    wait_for(lambda: statuses(states) == ["RUNNING", "SUCCEEDED"])
    assert status(arns[1]) == "RUNNING"
    last = stepfunctions._executions[arns[0]]["events"][-2]
    assert last["stateExitedEventDetails"]["name"] == "Left out"
    wait_for(tasks)
    assert len(tasks()) == 1


@pytest.mark.usefixtures("engine")
def test_a_run_is_not_left_out_for_a_newer_one_that_alone_is_listed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    newer = {"executionArn": MACHINE, "status": "RUNNING", "startDate": "2999-01-01T00:00:00Z"}
    states = deploy()
    answer = json_response({"executions": [newer]})
    monkeypatch.setattr(stepfunctions, "_list_executions", lambda request: answer)
    states.start_execution(stateMachineArn=MACHINE, name="a")
    wait_for(lambda: tasks("RUNNING"))


def test_a_run_that_is_stopped_stops_its_task(engine: FakeEngine) -> None:
    states = deploy()
    schedule_runs.look(schedule_runs.time.time() + 1)
    wait_for(lambda: tasks("RUNNING"))
    (arn,) = stepfunctions._executions.keys()
    states.stop_execution(executionArn=arn, error="Operator", cause="too late")
    wait_for(lambda: engine.stopped)
    found = states.describe_execution(executionArn=arn)
    assert (found["status"], found["error"], found["cause"]) == ("ABORTED", "Operator", "too late")
    assert "output" not in found
