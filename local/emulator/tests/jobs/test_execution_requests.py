import json

import pytest
from ministack.services import stepfunctions

from .conftest import MACHINE, MACHINE_ROLE, answered, create_machine, start_execution
from .test_executions import WAIT


def test_a_name_is_taken_but_the_same_request_may_be_repeated() -> None:
    create_machine(WAIT)
    first = start_execution(name="2026-01-01", input='{"a": 1}')
    assert start_execution(name="2026-01-01", input='{"a": 1}') == first
    request = {"stateMachineArn": MACHINE, "name": "2026-01-01", "input": '{"a": 2}'}
    assert answered(stepfunctions._start_execution(request))["__type"] == "ExecutionAlreadyExists"
    stepfunctions._stop_execution({"executionArn": first})
    request["input"] = '{"a": 1}'
    assert answered(stepfunctions._start_execution(request))["__type"] == "ExecutionAlreadyExists"


@pytest.mark.parametrize(
    ("settings", "code"),
    [({"name": "a b"}, "InvalidName"), ({"input": "{"}, "InvalidExecutionInput")],
)
def test_a_request_that_aws_refuses_is_refused(settings: dict[str, str], code: str) -> None:
    create_machine(WAIT)
    request = {"stateMachineArn": MACHINE, **settings}
    assert answered(stepfunctions._start_execution(request))["__type"] == code


def test_executions_are_listed_by_status() -> None:
    create_machine(WAIT)
    running, stopped = start_execution(), start_execution()
    stepfunctions._stop_execution({"executionArn": stopped})

    def listed(state: str) -> list[str]:
        request = {"stateMachineArn": MACHINE, "statusFilter": state}
        found = answered(stepfunctions._list_executions(request))["executions"]
        return [each["executionArn"] for each in found]

    assert (listed("RUNNING"), listed("ABORTED"), listed("FAILED")) == ([running], [stopped], [])
    other = answered(stepfunctions._list_executions({"stateMachineArn": f"{MACHINE}-2"}))
    assert other["__type"] == "StateMachineDoesNotExist"


def test_an_execution_keeps_the_definition_of_its_start() -> None:
    create_machine(WAIT)
    before = start_execution()
    after_update = {**WAIT, "Comment": "the next version"}
    request = {"stateMachineArn": MACHINE, "definition": json.dumps(after_update)}
    assert answered(stepfunctions._update_state_machine(request))["status"] == 200
    after = start_execution()

    def definition(arn: str) -> object:
        request = {"executionArn": arn}
        found = answered(stepfunctions._describe_state_machine_for_execution(request))
        assert (found["stateMachineArn"], found["roleArn"]) == (MACHINE, MACHINE_ROLE)
        return json.loads(found["definition"])

    assert (definition(before), definition(after)) == (WAIT, after_update)
    unknown = {"executionArn": f"{before}-2"}
    refused = answered(stepfunctions._describe_state_machine_for_execution(unknown))
    assert refused["__type"] == "ExecutionDoesNotExist"
