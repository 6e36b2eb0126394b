"""A job as the platform makes it: a schedule, a state machine, and the task that it runs."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from ministack import app
from ministack.services import ecs, iam, scheduler, sqs, stepfunctions

from extensions.jobs import executions, invocations, schedule_runs

from ..conftest import CONTAINER, NETWORK, FakeEngine

ACCOUNT = "000000000000"
PLACE = f"us-east-1:{ACCOUNT}"
MACHINE = f"arn:aws:states:{PLACE}:stateMachine:nightly"
MACHINE_ROLE = f"arn:aws:iam::{ACCOUNT}:role/nightly-job"
SCHEDULE_ROLE = f"arn:aws:iam::{ACCOUNT}:role/nightly-schedule"
TASK_ROLE = f"arn:aws:iam::{ACCOUNT}:role/nightly-task"
CLUSTER = f"arn:aws:ecs:{PLACE}:cluster/main"
ON_CLUSTER = {"ArnEquals": {"ecs:cluster": CLUSTER}}

RUN_TASK = {
    "Type": "Task",
    "Resource": "arn:aws:states:::ecs:runTask.sync",
    "Parameters": {
        "Cluster": CLUSTER,
        "TaskDefinition": "nightly",
        "LaunchType": "FARGATE",
        "NetworkConfiguration": {
            "AwsvpcConfiguration": {
                "Subnets": NETWORK["awsvpcConfiguration"]["subnets"],
                "AssignPublicIp": "DISABLED",
            }
        },
    },
    "End": True,
}


def statement(action: str | list[str], resource: str, **condition: Any) -> dict[str, Any]:
    given = {"Effect": "Allow", "Action": action, "Resource": resource}
    return given | ({"Condition": condition} if condition else {})


# What AWS documents for a state machine that runs a task and waits for its end.
MACHINE_POLICY = {
    "run": statement("ecs:RunTask", f"arn:aws:ecs:{PLACE}:task-definition/nightly:*", **ON_CLUSTER),
    "pass": statement(
        "iam:PassRole", TASK_ROLE, StringEquals={"iam:PassedToService": "ecs-tasks.amazonaws.com"}
    ),
    "stop": statement(
        ["ecs:StopTask", "ecs:DescribeTasks"], f"arn:aws:ecs:{PLACE}:task/main/*", **ON_CLUSTER
    ),
    "tag": statement("ecs:TagResource", f"arn:aws:ecs:{PLACE}:task/main/*"),
    "events": statement(
        ["events:PutTargets", "events:PutRule", "events:DescribeRule"],
        f"arn:aws:events:{PLACE}:rule/StepFunctionsGetEventsForECSTaskRule",
    ),
    "list": statement("states:ListExecutions", MACHINE),
    "tasks": statement("ecs:ListTasks", "*", **ON_CLUSTER),
}
SCHEDULE_POLICY = {"start": statement("states:StartExecution", MACHINE)}


def create_role(arn: str, service: str, policies: dict[str, Any], **condition: Any) -> None:
    trust = {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"Service": service}}
    trusted = trust | ({"Condition": condition} if condition else {})
    iam._roles[arn.rpartition("/")[2]] = {
        "Arn": arn,
        "AssumeRolePolicyDocument": json.dumps({"Statement": [trusted]}),
        "InlinePolicies": {
            name: json.dumps({"Statement": [each]}) for name, each in policies.items()
        },
        "AttachedPolicies": [],
    }


def revoke(role: str, policy: str) -> None:
    iam._roles[role.rpartition("/")[2]]["InlinePolicies"].pop(policy)


@pytest.fixture(autouse=True)
def _roles(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(stepfunctions, "_SFN_WAIT_SCALE", 0.01)
    monkeypatch.setattr(invocations, "FIRST_PAUSE_SECONDS", 0.01)
    here = {"StringEquals": {"aws:SourceAccount": ACCOUNT}}
    create_role(MACHINE_ROLE, "states.amazonaws.com", MACHINE_POLICY, **here)
    create_role(SCHEDULE_ROLE, "scheduler.amazonaws.com", SCHEDULE_POLICY, **here)
    create_role(TASK_ROLE, "ecs-tasks.amazonaws.com", {})
    yield
    for store in (iam._roles, scheduler._schedules, scheduler._schedule_groups, sqs._queues):
        store.clear()
    sqs._queue_name_to_url.clear()
    schedule_runs._looked.clear()
    stepfunctions._executions.clear()  # which stops what still runs
    stepfunctions._state_machines.clear()
    executions._current.set("")


@pytest.fixture
def enforced(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(app, "AUTH", True)


@pytest.fixture
def task_definition(engine: FakeEngine) -> None:
    del engine
    ecs._create_cluster({"clusterName": "main"})
    ecs._register_task_definition(
        {
            "family": "nightly",
            "networkMode": "awsvpc",
            "taskRoleArn": TASK_ROLE,
            "containerDefinitions": [CONTAINER],
        }
    )


def answered(answer: Any) -> dict[str, Any]:
    return {"status": answer[0], **json.loads(answer[2])}


def create_machine(definition: dict[str, Any] | None = None, **settings: Any) -> dict[str, Any]:
    shape = definition or {"StartAt": "Run", "States": {"Run": RUN_TASK}}
    request = {"name": "nightly", "roleArn": MACHINE_ROLE, "definition": json.dumps(shape)}
    return answered(stepfunctions._create_state_machine(request | settings))


def machine_of(*, limit: int | None = None, **state: Any) -> dict[str, Any]:
    """Create a machine with one task; the settings are its state's."""
    definition = {"StartAt": "Run", "States": {"Run": RUN_TASK | state}}
    return create_machine(definition | ({"TimeoutSeconds": limit} if limit else {}))


def start_execution(**settings: Any) -> str:
    found = answered(stepfunctions._start_execution({"stateMachineArn": MACHINE, **settings}))
    return str(found["executionArn"])


def execution(arn: str) -> dict[str, Any]:
    return answered(stepfunctions._describe_execution({"executionArn": arn}))


def status(arn: str) -> str:
    # DescribeExecution's own status hides that of the answer.
    return str(stepfunctions._executions[arn]["status"])
