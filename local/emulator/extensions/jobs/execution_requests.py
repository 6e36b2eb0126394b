"""The requests for executions, answered as Step Functions answers them.

MiniStack takes any name and any input, refuses a request that is repeated, gives an execution that
failed an output, and says that an execution has the definition of its state machine now.

https://docs.aws.amazon.com/step-functions/latest/apireference/API_StartExecution.html
https://docs.aws.amazon.com/step-functions/latest/apireference/API_DescribeExecution.html
https://docs.aws.amazon.com/step-functions/latest/apireference/API_DescribeStateMachineForExecution.html
"""

import json
import re
from collections.abc import Callable
from typing import Any

from ministack.core.responses import error_response_json, json_response
from ministack.services import stepfunctions

from .. import seam

Record = dict[str, Any]

# The fields of the state machine that an execution keeps from its start.
_STARTED_WITH = "startedWith"
_INVALID_IN_NAMES = re.compile(r"[\s<>{}\[\]?*\"#%\\^|~`$&,;:/\x00-\x1f\x7f-\x9f]")


def _named_once(original: Callable[..., Any]) -> Callable[..., Any]:
    """A name is taken; the same request again gets the same execution while it runs."""

    def start(data: Record) -> Any:
        name, given = data.get("name") or "", data.get("input", "{}")
        if _INVALID_IN_NAMES.search(name):
            return error_response_json("InvalidName", f"Invalid Name: '{name}'", 400)
        try:
            json.loads(given)
        except ValueError as error:
            message = f"Invalid State Machine Execution Input: '{error}'"
            return error_response_json("InvalidExecutionInput", message, 400)
        arn = f"{data.get('stateMachineArn', '').replace(':stateMachine:', ':execution:')}:{name}"
        known = stepfunctions._executions.get(arn) if name else None
        if known and known["status"] == "RUNNING" and known["input"] == given:
            answer = {"executionArn": arn, "startDate": known["startDate"]}
            return json_response(answer)
        machine = dict(_machine_of(data.get("stateMachineArn", "")))
        answer = original(data)
        if answer[0] == 200:
            # A machine that is deleted at this moment takes its executions with it.
            started = stepfunctions._executions.get(json.loads(answer[2])["executionArn"]) or {}
            started[_STARTED_WITH] = {
                field: machine[field] for field in ("definition", "roleArn") if field in machine
            }
        return answer

    return start


def _machine_of(arn: str) -> Record:
    return stepfunctions._state_machines.get(stepfunctions._resolve_state_machine_arn(arn)) or {}


def _as_started(original: Callable[..., Any]) -> Callable[..., Any]:
    """An update of the state machine changes no execution that runs."""

    def describe(data: Record) -> Any:
        status, headers, body = original(data)
        document = json.loads(body)
        if status == 200:
            execution = stepfunctions._executions[data["executionArn"]]
            document |= execution.get(_STARTED_WITH, {})
        return status, headers, json.dumps(document).encode()

    return describe


def _without_output(original: Callable[..., Any]) -> Callable[..., Any]:
    def describe(data: Record) -> Any:
        status, headers, body = original(data)
        document = json.loads(body)
        if status == 200:
            absent = () if document["status"] == "SUCCEEDED" else ("output", "outputDetails")
            document = {
                name: value
                for name, value in document.items()
                if value is not None and name not in absent
            }
            document |= {"redriveCount": 0, "redriveStatus": "NOT_REDRIVABLE"}
        return status, headers, json.dumps(document).encode()

    return describe


def _of_a_machine(original: Callable[..., Any]) -> Callable[..., Any]:
    def list_executions(data: Record) -> Any:
        arn = data.get("stateMachineArn")
        if arn and stepfunctions._resolve_state_machine_arn(arn) is None:
            message = f"State Machine Does Not Exist: '{arn}'"
            return error_response_json("StateMachineDoesNotExist", message, 400)
        return original(data)

    return list_executions


def install() -> None:
    seam.wrap(stepfunctions, "_start_execution", "data", _named_once)
    seam.wrap(stepfunctions, "_describe_execution", "data", _without_output)
    seam.wrap(stepfunctions, "_describe_state_machine_for_execution", "data", _as_started)
    seam.wrap(stepfunctions, "_list_executions", "data", _of_a_machine)
