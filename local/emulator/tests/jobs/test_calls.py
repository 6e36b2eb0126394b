import json
from typing import Any

import pytest
from ministack.services import ecs, iam, stepfunctions

from ..conftest import FakeEngine, tasks, wait_for
from .conftest import (
    CLUSTER,
    MACHINE,
    MACHINE_ROLE,
    create_machine,
    create_role,
    execution,
    machine_of,
    revoke,
    start_execution,
    statement,
    status,
)

pytestmark = pytest.mark.usefixtures("task_definition", "enforced")

LIST_EXECUTIONS = {
    "Resource": "arn:aws:states:::aws-sdk:sfn:listExecutions",
    "Parameters": {"StateMachineArn": MACHINE, "StatusFilter": "RUNNING"},
}
LIST_TASKS = {
    "Resource": "arn:aws:states:::aws-sdk:ecs:listTasks",
    "Parameters": {"Cluster": CLUSTER, "Family": "nightly"},
}


def outcome(state: dict[str, Any]) -> dict[str, Any]:
    machine_of(**state)
    arn = start_execution()
    wait_for(lambda: status(arn) != "RUNNING")
    return execution(arn)


def test_a_state_sees_the_executions_that_run() -> None:
    found = outcome({**LIST_EXECUTIONS, "OutputPath": "$.Executions[0].Status"})
    assert found["output"] == '"RUNNING"'


def test_a_state_sees_the_tasks_of_a_definition(engine: FakeEngine) -> None:
    del engine
    create_machine()
    start_execution()
    wait_for(lambda: tasks("RUNNING"))
    arn = tasks()[0]["taskArn"]
    ecs._tasks[arn]["startedBy"] = "AWS Step Functions"
    definition = {"StartAt": "L", "States": {"L": {"Type": "Task", **LIST_TASKS, "End": True}}}
    create_machine(definition, name="look")
    other = start_execution(stateMachineArn=MACHINE.replace("nightly", "look"))
    wait_for(lambda: status(other) != "RUNNING")
    assert arn in execution(other)["output"]


@pytest.mark.parametrize(
    ("state", "missing", "error", "action"),
    [
        (LIST_EXECUTIONS, "list", "Sfn.AccessDeniedException", "states:ListExecutions"),
        (LIST_TASKS, "tasks", "Ecs.AccessDeniedException", "ecs:ListTasks"),
    ],
)
def test_the_machine_s_role_must_allow_it(
    state: dict[str, Any], missing: str, error: str, action: str
) -> None:
    revoke(MACHINE_ROLE, missing)
    found = outcome(state)
    assert found["error"] == error
    assert f"not authorized to perform: {action}" in found["cause"]


def test_the_role_must_still_trust_step_functions() -> None:
    machine_of(**LIST_EXECUTIONS)
    create_role(MACHINE_ROLE, "ecs-tasks.amazonaws.com", {})
    arn = start_execution()
    wait_for(lambda: status(arn) != "RUNNING")
    assert "not authorized to assume" in execution(arn)["cause"]


def test_errors_have_the_names_that_retries_and_catches_ask_for() -> None:
    iam._roles["nightly-job"]["InlinePolicies"]["any"] = json.dumps(
        {"Statement": [statement("ecs:ListTasks", "*")]}
    )
    gone = {"Cluster": "gone", "Family": "nightly"}
    assert outcome({**LIST_TASKS, "Parameters": gone})["error"] == "Ecs.ClusterNotFoundException"
    stepfunctions._state_machines.clear()
    wrong = outcome({**LIST_EXECUTIONS, "Parameters": {"StatusFilter": "OLD"}})
    assert wrong["error"] == "Sfn.ValidationException"
    assert "statusFilter must be one of" in wrong["cause"]
