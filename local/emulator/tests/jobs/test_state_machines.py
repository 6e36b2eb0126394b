import copy
import json
from typing import Any

import pytest
from ministack.services import iam, stepfunctions

from extensions.jobs import definitions

from ..front_door import ask, signed
from .conftest import (
    MACHINE,
    MACHINE_POLICY,
    MACHINE_ROLE,
    RUN_TASK,
    answered,
    create_machine,
    create_role,
    revoke,
)


def job(**changes: Any) -> str:
    """A definition with one task; the changes are the state's."""
    return json.dumps({"StartAt": "Run", "States": {"Run": {**RUN_TASK, **changes}}})


def states(call: str, document: dict[str, Any]) -> tuple[int, str]:
    headers = {
        "X-Amz-Target": f"AWSStepFunctions.{call}",
        "Content-Type": "application/x-amz-json-1.0",
    }
    body = json.dumps(document)
    answer = ask("POST", "/", signed("states", body=body, headers=headers), body)
    return answer.status, answer.text


def test_a_job_s_definition_is_accepted_and_kept() -> None:
    assert create_machine(tracingConfiguration={"enabled": True})["stateMachineArn"] == MACHINE
    found = answered(stepfunctions._describe_state_machine({"stateMachineArn": MACHINE}))
    assert json.loads(found["definition"])["States"] == {"Run": RUN_TASK}
    assert found["tracingConfiguration"] == {"enabled": True}
    assert found["roleArn"] == MACHINE_ROLE


@pytest.mark.parametrize(
    "resource",
    [
        "arn:aws:states:::ecs:runTask",
        "arn:aws:states:::ecs:runTask.waitForTaskToken",
        "arn:aws:states:::http:invoke",
        "arn:aws:states:::lambda:invoke",
        "arn:aws:states:::sqs:sendMessage",
        "arn:aws:states:::states:startExecution.sync:2",
        "arn:aws:states:::aws-sdk:iam:createAccessKey",
        "arn:aws:states:::aws-sdk:s3:getObject",
        "arn:aws:states:::aws-sdk:ecs:listTasks.sync",
        "arn:aws:states:us-east-1:000000000000:activity:any",
        "arn:aws:lambda:us-east-1:000000000000:function:any",
        "",
    ],
)
def test_a_state_machine_calls_only_what_jobs_call(resource: str) -> None:
    (found,) = definitions.problems(job(Resource=resource, Parameters={}))
    assert "cannot call" in found
    with pytest.raises(stepfunctions._ExecutionError, match="cannot call"):
        stepfunctions._invoke_resource(resource, {})
    with pytest.raises(stepfunctions._ExecutionError):
        stepfunctions._invoke_with_callback(f"{resource}.waitForTaskToken", {}, "token", {})


@pytest.mark.parametrize(
    ("definition", "reason"),
    [
        ("{", "INVALID_JSON_DESCRIPTION"),
        ("{}", "'States' is required"),
        (job(Type="Map"), "no state of type Map"),
        (job(Type="Parallel"), "no state of type Parallel"),
        (job(End=False), "'Next' and 'End'"),
        (job(End=False, Next="Gone"), "Missing target: Gone"),
        (job(Next="Run"), "'Next' and 'End'"),
        (job(Parameters={"Klaster": "main"}), "'Klaster' is not supported"),
        (job(Parameters={"cluster": "main"}), "'cluster' is not supported"),
        (job(Arguments={"NetworkConfiguration": {"Vpc": {}}}), "'Vpc' is not supported"),
        (job(Arguments={}), "'Arguments' is not supported with QueryLanguage JSONPath"),
        (job(QueryLanguage="JSONata"), "'Parameters' is not supported with QueryLanguage JSONata"),
        (job(TimeoutSeconds=0), "TimeoutSeconds must be"),
        (job(TimeoutSecondsPath="$.limit"), "only TimeoutSeconds"),
        (job(Retry=[{"MaxAttempts": 1}]), "'ErrorEquals' is required"),
        (job(Retry=[{"ErrorEquals": ["E"], "BackoffRate": 0.5}]), "BackoffRate must be"),
        (
            job(Retry=[{"ErrorEquals": ["States.ALL"]}, {"ErrorEquals": ["E"]}]),
            "alone and last",
        ),
        (job(Catch=[{"ErrorEquals": ["E"], "Next": "Gone"}]), "Missing target: Gone"),
        (json.dumps({"StartAt": "B", "States": {"A": RUN_TASK}}), "Missing 'Next' target: B"),
        (
            json.dumps({"StartAt": "A", "States": {"A": RUN_TASK, "B": RUN_TASK}}),
            '"B" is not reachable',
        ),
    ],
)
def test_a_definition_that_aws_refuses_is_refused(definition: str, reason: str) -> None:
    assert reason in " ".join(definitions.problems(definition))
    found = create_machine(definition=definition)
    assert found["__type"] == "InvalidDefinition"
    create_machine()
    update = {"stateMachineArn": MACHINE, "definition": definition}
    assert answered(stepfunctions._update_state_machine(update))["__type"] == "InvalidDefinition"
    validated = stepfunctions._validate_state_machine_definition({"definition": definition})
    assert answered(validated)["result"] == "FAIL"


def test_paths_into_the_input_are_parameters_too() -> None:
    parameters = copy.deepcopy(RUN_TASK["Parameters"])
    parameters["Overrides"] = {"ContainerOverrides": [{"Name": "app", "Command.$": "$.command"}]}
    assert definitions.problems(job(Parameters=parameters)) == []


def test_the_role_must_trust_step_functions() -> None:
    for service, condition in (
        ("scheduler.amazonaws.com", {}),
        ("states.amazonaws.com", {"StringEquals": {"aws:SourceAccount": "1" * 12}}),
        ("states.amazonaws.com", {"ArnEquals": {"aws:SourceArn": f"{MACHINE}-2"}}),
    ):
        create_role(MACHINE_ROLE, service, MACHINE_POLICY, **condition)
        assert create_machine()["__type"] == "AccessDeniedException"
    iam._roles.clear()
    assert create_machine()["__type"] == "AccessDeniedException"
    condition = {"ArnLike": {"aws:SourceArn": MACHINE}}
    create_role(MACHINE_ROLE, "states.us-east-1.amazonaws.com", MACHINE_POLICY, **condition)
    assert create_machine()["status"] in (200, "ACTIVE")


@pytest.mark.usefixtures("enforced")
def test_the_role_must_be_able_to_learn_that_a_task_has_ended() -> None:
    revoke(MACHINE_ROLE, "events")
    found = create_machine()
    assert found["__type"] == "AccessDeniedException"
    assert "not authorized to create managed-rule" in found["message"]


def test_there_are_no_express_workflows() -> None:
    assert create_machine(type="EXPRESS")["__type"] == "StateMachineTypeNotSupported"


def test_no_activity_runs_and_nothing_runs_inside_a_request() -> None:
    for call, document in (
        ("CreateActivity", {"name": "any"}),
        ("SendTaskSuccess", {"taskToken": "any", "output": "{}"}),
        ("StartSyncExecution", {"stateMachineArn": MACHINE}),
        ("TestState", {"definition": job(), "roleArn": MACHINE_ROLE}),
    ):
        status, text = states(call, document)
        assert (status, "The local AWS does not" in text) == (400, True), text


def test_requests_are_validated() -> None:
    status, text = states("CreateStateMachine", {"name": "x" * 81, "definition": job()})
    assert (status, "the most is 80" in text, "roleArn is required" in text) == (400, True, True)
