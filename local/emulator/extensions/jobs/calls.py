"""What a state machine calls: with its role, and with answers as a state sees them.

MiniStack calls as itself. Integrations that Step Functions has optimized and those of the SDK name
errors differently.
"""

import json
from collections.abc import Callable
from typing import Any

from ministack.core.responses import get_account_id, get_region
from ministack.services import ecs, stepfunctions

from .. import seam
from ..iam import service_roles
from ..requests import rules
from . import executions, integrations, run_task, state_machines

Record = dict[str, Any]


def authorize(action: str, resource: str, keys: Record | None = None) -> None:
    """Raise what AWS raises if the role of the current execution may not do something."""
    execution = executions.current()
    machine = stepfunctions._state_machines.get(execution.get("stateMachineArn")) or {}
    role, session = str(machine.get("roleArn")), str(execution.get("name"))
    if not service_roles.is_enforced():
        return
    if not service_roles.trusts(role, state_machines.principals(), execution["stateMachineArn"]):
        raise stepfunctions._ExecutionError(
            "States.Runtime", f"Step Functions is not authorized to assume the role {role}."
        )
    if denied := service_roles.denial(role, session, action, resource, keys):
        raise stepfunctions._ExecutionError(_denied_by(action), denied)


def _denied_by(action: str) -> str:
    """The error's name: integrations of their own write a service in capitals, the SDK's do not."""
    listed = {"ecs:ListTasks": "Ecs", "states:ListExecutions": "Sfn"}
    return f"{listed.get(action, 'ECS')}.AccessDeniedException"


def checked(resource: str, given: Record, error: str) -> Record:
    """The request in the API's own names; raises `error` if the API would refuse it."""
    request: Record = stepfunctions._pascal_to_camel(given)
    shape = integrations.input_shape(resource)
    wrong = rules.violations(resource.rpartition(":::")[2], shape, request)
    if wrong:
        message = "; ".join(f"{each.parameter} {each.rule}" for each in wrong)
        raise stepfunctions._ExecutionError(error, message)
    return request


def answered(answer: tuple[int, Any, bytes], prefix: str) -> Record:
    """The document of an API's answer; raises its error with the prefix of the integration."""
    status, _, body = answer
    document: Record = json.loads(body)
    if status < 400:
        return document
    name = str(document.get("__type", "")).rpartition("#")[2].removesuffix("Exception")
    raise stepfunctions._ExecutionError(
        f"{prefix}.{name}Exception", str(document.get("message", ""))
    )


def _list_tasks(given: Record) -> Record:
    request = checked(integrations.LIST_TASKS, given, "Ecs.InvalidParameterException")
    place = f"{get_region()}:{get_account_id()}"
    name = str(request.get("cluster", "default")).rpartition("/")[2]
    cluster = f"arn:aws:ecs:{place}:cluster/{name}"
    instances = f"arn:aws:ecs:{place}:container-instance/{name}/*"
    authorize("ecs:ListTasks", instances, {"ecs:cluster": cluster})
    if name not in ecs._clusters:
        raise stepfunctions._ExecutionError("Ecs.ClusterNotFoundException", "Cluster not found.")
    return answered(ecs._list_tasks(request), "Ecs")


def _list_executions(given: Record) -> Record:
    request = checked(integrations.LIST_EXECUTIONS, given, "Sfn.ValidationException")
    authorize("states:ListExecutions", str(request.get("stateMachineArn")))
    return answered(stepfunctions._list_executions(request), "Sfn")


_CALLS: dict[str, Callable[[Record], Record]] = {
    integrations.RUN_TASK: lambda given: run_task.run(
        checked(integrations.RUN_TASK, given, "ECS.InvalidParameterException"), authorize, answered
    ),
    integrations.LIST_TASKS: _list_tasks,
    integrations.LIST_EXECUTIONS: _list_executions,
}


def _with_role(original: Callable[..., Any]) -> Callable[..., Any]:
    del original

    def invoke(resource: str, input_data: Any) -> Any:
        if refused := integrations.refusal(resource):  # stored by an earlier version
            raise stepfunctions._ExecutionError("States.Runtime", refused)
        if not executions.is_running():
            raise stepfunctions._ExecutionError("States.Runtime", "The execution has ended.")
        return integrations.pascal(_CALLS[resource](input_data or {}))

    return invoke


def _no_callback(original: Callable[..., Any]) -> Callable[..., Any]:
    del original

    def invoke(resource: str, input_data: Any, token: str, state_def: Record) -> Any:
        del input_data, token, state_def
        raise stepfunctions._ExecutionError("States.Runtime", integrations.refusal(resource))

    return invoke


def install() -> None:
    seam.check(stepfunctions, "_pascal_to_camel", "d")
    seam.wrap(stepfunctions, "_invoke_resource", "resource input_data", _with_role)
    seam.wrap(
        stepfunctions, "_invoke_with_callback", "resource input_data token state_def", _no_callback
    )
