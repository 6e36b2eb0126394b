"""The deletion of a state machine, which waits for its executions.

MiniStack removes it at once, with the executions that run. On AWS it has the status DELETING until
the last one has ended: an execution is terminated where it would come to another state or another
attempt, and one in its last state ends as ever. Until then nothing starts or changes it, and the
name is taken. Deleting it again, or one that is gone, is no error.

https://docs.aws.amazon.com/step-functions/latest/apireference/API_DeleteStateMachine.html
https://repost.aws/knowledge-center/step-functions-stuck-deleting-status
"""

from collections.abc import Callable
from typing import Any

from ministack.core.responses import error_response_json, get_account_id, get_region, json_response
from ministack.services import stepfunctions

from .. import seam

Record = dict[str, Any]

_DELETING = "DELETING"


def _is_deleting(arn: Any) -> bool:
    base = stepfunctions._resolve_state_machine_arn(arn) or arn
    return (stepfunctions._state_machines.get(base) or {}).get("status") == _DELETING


def terminate(execution: Record) -> None:
    """Raise what an execution fails with at its next transition if its machine is being deleted."""
    arn = execution.get("stateMachineArn")
    if _is_deleting(arn):
        name = str(arn).rpartition(":")[2]
        raise stepfunctions._ExecutionError(
            "States.Runtime", f"State machine {name} has been deleted."
        )


def forget(stored: Any) -> None:
    """Drop the machines of a stored state that only waited for executions: none has gone on."""
    for key, machine in list(stored._data.items()):
        if machine.get("status") == _DELETING:
            del stored._data[key]


def _waiting(original: Callable[..., Any]) -> Callable[..., Any]:
    def delete(data: Record) -> Any:
        machine = stepfunctions._state_machines.get(data.get("stateMachineArn"))
        if machine is None:
            return json_response({})
        machine["status"] = _DELETING
        running = (
            each["stateMachineArn"] == machine["stateMachineArn"] and each["status"] == "RUNNING"
            for each in stepfunctions._executions.values()
        )
        return json_response({}) if any(running) else original(data)

    return delete


def _completing(original: Callable[[str], None]) -> Callable[[str], None]:
    def run(exec_arn: str) -> None:
        arn = (stepfunctions._executions.get(exec_arn) or {}).get("stateMachineArn")
        try:
            original(exec_arn)
        finally:
            if _is_deleting(arn):
                stepfunctions._delete_state_machine({"stateMachineArn": arn})

    return run


def _refused(original: Callable[..., Any]) -> Callable[..., Any]:
    def request(data: Record) -> Any:
        place = f"arn:aws:states:{get_region()}:{get_account_id()}:stateMachine:{data.get('name')}"
        arn = data.get("stateMachineArn") or place
        if _is_deleting(arn):
            message = f"State Machine is being deleted: '{arn}'"
            return error_response_json("StateMachineDeleting", message, 400)
        return original(data)

    return request


def install() -> None:
    seam.check(stepfunctions, "_resolve_state_machine_arn", "arn")
    seam.wrap(stepfunctions, "_delete_state_machine", "data", _waiting)
    seam.wrap(stepfunctions, "_run_execution", "exec_arn", _completing)
    for name in ("_create_state_machine", "_update_state_machine", "_start_execution"):
        seam.wrap(stepfunctions, name, "data", _refused)
