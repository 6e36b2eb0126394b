"""What a state machine may call: the integrations that jobs use, and nothing else.

MiniStack's state machines call any service of it and run activities: a way round everything that
the front door checks. AWS checks the names of an integration's parameters when a state machine is
created; so does this.

https://docs.aws.amazon.com/step-functions/latest/dg/connect-ecs.html
https://docs.aws.amazon.com/step-functions/latest/dg/supported-services-awssdk.html
"""

import functools
from collections.abc import Iterator
from typing import Any

import botocore.session
from botocore.model import ListShape, Shape, StructureShape

Record = dict[str, Any]

RUN_TASK = "arn:aws:states:::ecs:runTask.sync"
LIST_TASKS = "arn:aws:states:::aws-sdk:ecs:listTasks"
LIST_EXECUTIONS = "arn:aws:states:::aws-sdk:sfn:listExecutions"

# The service's name in botocore, and the operation.
_OPERATIONS = {
    RUN_TASK: ("ecs", "RunTask"),
    LIST_TASKS: ("ecs", "ListTasks"),
    LIST_EXECUTIONS: ("stepfunctions", "ListExecutions"),
}
# The token of a task is for integrations that the local AWS does not have.
_IDEMPOTENCY = "ClientToken"


def refusal(resource: str) -> str | None:
    """Why a state machine may not call a resource; None if it may."""
    if resource in _OPERATIONS:
        return None
    return (
        f"The local AWS's state machines cannot call {resource}. They call "
        f"{', '.join(_OPERATIONS)}, which is what jobs use."
    )


def unknown_parameters(resource: str, given: Any, path: str) -> Iterator[str]:
    """Each name that the operation does not have, as AWS writes it."""
    yield from _unknown(input_shape(resource), given, path)


@functools.cache
def input_shape(resource: str) -> Shape:
    service, operation = _OPERATIONS[resource]
    model = botocore.session.get_session().get_service_model(service)
    shape = model.operation_model(operation).input_shape
    assert shape is not None
    return shape


def _unknown(shape: Shape, given: Any, path: str) -> Iterator[str]:
    if isinstance(shape, ListShape) and isinstance(given, list):
        for index, each in enumerate(given):
            yield from _unknown(shape.member, each, f"{path}[{index}]")
    if not isinstance(shape, StructureShape) or not isinstance(given, dict):
        return
    known = {name[0].upper() + name[1:]: member for name, member in shape.members.items()}
    for key, value in given.items():
        # The value of `Cluster.$` is a path into the state's input.
        name = key.removesuffix(".$")
        if name == _IDEMPOTENCY or name not in known:
            yield f"The field '{name}' is not supported by Step Functions at {path}"
        elif name == key:
            yield from _unknown(known[name], value, f"{path}/{name}")


def pascal(value: Any) -> Any:
    """The answer of an API as a state sees it: `taskArn` is `TaskArn`."""
    if isinstance(value, dict):
        return {name[:1].upper() + name[1:]: pascal(each) for name, each in value.items()}
    return [pascal(each) for each in value] if isinstance(value, list) else value
