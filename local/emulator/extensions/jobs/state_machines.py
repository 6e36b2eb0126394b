"""The requests for state machines, refused where Step Functions refuses them.

https://docs.aws.amazon.com/step-functions/latest/apireference/API_CreateStateMachine.html
https://docs.aws.amazon.com/step-functions/latest/dg/connect-ecs.html: what `.sync` needs
"""

from collections.abc import Callable
from typing import Any

from ministack.core.responses import (
    error_response_json,
    get_account_id,
    get_region,
    json_response,
)
from ministack.services import stepfunctions

from .. import seam
from ..iam import service_roles
from . import definitions, integrations

Record = dict[str, Any]

# Step Functions learns from a rule of its own that a task has ended.
_RULE = "rule/StepFunctionsGetEventsForECSTaskRule"
_RULE_ACTIONS = ("events:PutTargets", "events:PutRule", "events:DescribeRule")
# They run activities, or state machines inside the request.
_OFF = (
    ("_create_activity", "data"),
    ("_start_sync_execution", "data"),
    ("_test_state", "data"),
    ("_send_task_success", "data"),
    ("_send_task_failure", "data"),
    ("_send_task_heartbeat", "data"),
)


def principals() -> tuple[str, str]:
    """The global service principal, and the regional one."""
    return "states.amazonaws.com", f"states.{get_region()}.amazonaws.com"


def _problem(arn: str, role: str, definition: str | None) -> tuple[str, str] | None:
    """AWS's code and message if it refuses a state machine; None if it does not."""
    if definition is not None and (found := definitions.problems(definition)):
        return "InvalidDefinition", f"Invalid State Machine Definition: '{', '.join(found)}'"
    if not service_roles.trusts(role, principals(), arn):
        return "AccessDeniedException", (
            f"Neither the global service principal {principals()[0]}, nor the regional one is "
            f"authorized to assume the provided role. ({role})"
        )
    if service_roles.is_enforced() and definition and integrations.RUN_TASK in definition:
        rule = f"arn:aws:events:{get_region()}:{get_account_id()}:{_RULE}"
        for action in _RULE_ACTIONS:
            if service_roles.denial(role, "StepFunctions", action, rule):
                return "AccessDeniedException", (
                    f"'{role}' is not authorized to create managed-rule. ({action} on {rule})"
                )
    return None


def _checked_creation(original: Callable[..., Any]) -> Callable[..., Any]:
    def create(data: Record) -> Any:
        if data.get("type", "STANDARD") != "STANDARD":
            return error_response_json(
                "StateMachineTypeNotSupported", "The local AWS has only standard workflows.", 400
            )
        arn = f"arn:aws:states:{get_region()}:{get_account_id()}:stateMachine:{data.get('name')}"
        found = _problem(arn, str(data.get("roleArn")), str(data.get("definition")))
        if found:
            return error_response_json(*found, 400)
        answer = original(data)
        if answer[0] == 200 and "tracingConfiguration" in data:
            stepfunctions._state_machines[arn]["tracingConfiguration"] = data[
                "tracingConfiguration"
            ]
        return answer

    return create


def _checked_update(original: Callable[..., Any]) -> Callable[..., Any]:
    def update(data: Record) -> Any:
        known = stepfunctions._state_machines.get(data.get("stateMachineArn")) or {}
        role = data.get("roleArn") or known.get("roleArn")
        found = known and _problem(known["stateMachineArn"], str(role), data.get("definition"))
        if found:
            return error_response_json(*found, 400)
        answer = original(data)
        if answer[0] == 200 and "tracingConfiguration" in data:
            known["tracingConfiguration"] = data["tracingConfiguration"]
        return answer

    return update


def _validated(original: Callable[..., Any]) -> Callable[..., Any]:
    del original

    def validate(data: Record) -> Any:
        found = definitions.problems(data.get("definition"))
        diagnostics = [{"severity": "ERROR", "code": "INVALID", "message": each} for each in found]
        return json_response({"result": "FAIL" if found else "OK", "diagnostics": diagnostics})

    return validate


def _off(original: Callable[..., Any]) -> Callable[..., Any]:
    name = original.__name__.strip("_")

    def refuse(data: Record) -> Any:
        del data
        message = f"The local AWS does not {name.replace('_', ' ')}: no job uses it."
        return error_response_json("AccessDeniedException", message, 400)

    return refuse


def install() -> None:
    for name, parameters in _OFF:
        seam.wrap(stepfunctions, name, parameters, _off)
    seam.wrap(stepfunctions, "_create_state_machine", "data", _checked_creation)
    seam.wrap(stepfunctions, "_update_state_machine", "data", _checked_update)
    seam.wrap(stepfunctions, "_validate_state_machine_definition", "data", _validated)
