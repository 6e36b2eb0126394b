"""A job from its schedule to the end of its task, with policies enforced, through the APIs."""

import json
from typing import Any

import pytest
from ministack.services import stepfunctions

from extensions.jobs import schedule_runs

from ..conftest import FakeEngine, tasks, wait_for
from ..sdk import client
from .conftest import CLUSTER, MACHINE, MACHINE_ROLE, RUN_TASK, SCHEDULE_ROLE

pytestmark = pytest.mark.usefixtures("task_definition", "enforced")

# Skips its run while another one lasts.
GUARDED: dict[str, Any] = {
    "StartAt": "Others",
    "TimeoutSeconds": 3600,
    "States": {
        "Others": {
            "Type": "Task",
            "Resource": "arn:aws:states:::aws-sdk:sfn:listExecutions",
            "Parameters": {"StateMachineArn": MACHINE, "StatusFilter": "RUNNING"},
            "ResultSelector": {"running.$": "States.ArrayLength($.Executions)"},
            "ResultPath": "$.others",
            "Next": "Alone",
        },
        "Alone": {
            "Type": "Choice",
            "Choices": [
                {"Variable": "$.others.running", "NumericGreaterThan": 1, "Next": "Skipped"}
            ],
            "Default": "Run",
        },
        "Skipped": {"Type": "Succeed"},
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
