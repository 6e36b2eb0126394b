"""RunTask: a task without a service, with overrides of its task definition.

MiniStack creates a cluster that it does not know, takes overrides for containers that do not exist,
ignores sizes and roles among them, gives the task no group and forgets the tags that it should
inherit. On AWS, the overridden role is the task's role, if the caller may pass it: see
`iam.further_checks`.

https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_RunTask.html
https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_TaskOverride.html
"""

import json
import re
from collections.abc import Callable, Iterator
from typing import Any

from ministack.core.responses import error_response_json
from ministack.services import ecs

from .. import seam
from . import fargate

Record = dict[str, Any]

_MOST_TASKS = 10
_MOST_CHARACTERS = 8192
# What Step Functions calls itself, against the rule for all others.
STEP_FUNCTIONS = "AWS Step Functions"
_STARTED_BY = re.compile(rf"[\w/-]{{0,128}}|{STEP_FUNCTIONS}", re.ASCII)
_OF_TASK = ("cpu", "memory", "taskRoleArn", "executionRoleArn", "ephemeralStorage")
_OF_CONTAINER = ("cpu", "memory", "memoryReservation")
_ABSENT = {
    "overrides": ("inferenceAcceleratorOverrides",),
    "containerOverrides": ("environmentFiles", "resourceRequirements"),
}


def problems(request: Record, definition: Record) -> Iterator[str]:
    """What ECS refuses in a request to run a task of a definition."""
    if not 1 <= int(request.get("count", 1)) <= _MOST_TASKS:
        yield f"Count must be between 1 and {_MOST_TASKS}, not {request['count']}."
    if not _STARTED_BY.fullmatch(request.get("startedBy") or ""):
        yield "startedBy must have up to 128 letters, numbers, hyphens, slashes and underscores."
    if request.get("propagateTags") == "SERVICE":
        yield "propagateTags SERVICE is only for tasks of a service."
    network = (request.get("networkConfiguration") or {}).get("awsvpcConfiguration")
    if definition.get("networkMode") == "awsvpc" and not network:
        yield ("Network Configuration must be provided when networkMode 'awsvpc' is specified.")
    yield from _of_overrides(request.get("overrides") or {}, definition)


def _of_overrides(overrides: Record, definition: Record) -> Iterator[str]:
    if len(json.dumps(overrides, separators=(",", ":"))) > _MOST_CHARACTERS:
        yield f"Overrides may have {_MOST_CHARACTERS} characters."
    yield from _absent(overrides, "overrides")
    names = {each["name"] for each in definition.get("containerDefinitions") or []}
    for each in overrides.get("containerOverrides") or []:
        if each.get("name") not in names:
            yield (
                f"Override for container named {each.get('name')} is not a container in the "
                "TaskDefinition."
            )
        yield from _absent(each, "containerOverrides")
    overridden = applied(overrides, definition)
    if "FARGATE" in (definition.get("requiresCompatibilities") or []):
        yield from fargate.problems_of_size(overridden)
    limit = int(str(overridden.get("memory") or 0)) if _is_number(overridden.get("memory")) else 0
    for container in overridden["containerDefinitions"]:
        if limit and int(container.get("memory") or 0) > limit:
            yield f"Container {container['name']} has more memory than its task: {limit} MiB."


def _is_number(value: Any) -> bool:
    return str(value or "").isdigit()


def _absent(holder: Record, kind: str) -> Iterator[str]:
    for name in _ABSENT[kind]:
        if holder.get(name):
            yield f"The local AWS has no {name}."


def applied(overrides: Record, definition: Record) -> Record:
    """The definition with the sizes and roles of the overrides; MiniStack applies the rest."""
    by_name = {each.get("name"): each for each in overrides.get("containerOverrides") or []}
    return {
        **definition,
        **{name: overrides[name] for name in _OF_TASK if overrides.get(name)},
        "containerDefinitions": [
            container
            | {
                name: value
                for name in _OF_CONTAINER
                if (value := by_name.get(container["name"], {}).get(name))
            }
            for container in definition.get("containerDefinitions") or []
        ],
    }


def _refused(code: str, message: str) -> Any:
    return error_response_json(code, message, 400)


def _checked(original: Callable[..., Any]) -> Callable[..., Any]:
    def run(data: Record) -> Any:
        if "_deploymentId" in data:
            return original(data)
        cluster = ecs._resolve_cluster_name(data.get("cluster", "default"))
        if cluster not in ecs._clusters:
            return _refused("ClusterNotFoundException", "Cluster not found.")
        definition = ecs._task_defs.get(ecs._resolve_td_key(data.get("taskDefinition", "")))
        if definition is None:
            return _refused("ClientException", "TaskDefinition not found.")
        if found := list(problems(data, definition)):
            return _refused("InvalidParameterException", " ".join(found))
        return _as_run(original(_completed(data, definition)), definition)

    return run


def _completed(data: Record, definition: Record) -> Record:
    tags = data.get("tags") or []
    if data.get("propagateTags") == "TASK_DEFINITION":
        own = {each["key"] for each in tags}
        inherited = ecs._tags.get(definition["taskDefinitionArn"]) or []
        tags = [*(each for each in inherited if each["key"] not in own), *tags]
    return {**data, "group": data.get("group") or f"family:{definition['family']}", "tags": tags}


def _as_run(answer: Any, definition: Record) -> Any:
    status, headers, body = answer
    document = json.loads(body)
    for told in document.get("tasks") or []:
        task = ecs._tasks[told["taskArn"]]
        sized = applied(task["overrides"], definition)
        changes = {name: sized[name] for name in ("cpu", "memory") if sized.get(name)}
        task.update(changes)
        told.update(changes)
    return status, headers, json.dumps(document).encode()


def _with_overrides(original: Callable[..., None]) -> Callable[..., None]:
    def start(task: Record, td: Record, *args: Any) -> None:
        td.update(applied(task.get("overrides") or {}, td))  # the task's own copy
        original(task, td, *args)

    return start


def install() -> None:
    seam.check(ecs, "_resolve_cluster_name", "ref")
    seam.check(ecs, "_resolve_td_key", "ref")
    seam.wrap(ecs, "_run_task", "data", _checked)
    seam.wrap(
        ecs, "_start_task_worker", "task td container_overrides docker_client", _with_overrides
    )
