"""ECS Exec: a session is opened only where AWS would open one.

MiniStack answers each ExecuteCommand with a session. On AWS, the task must have been started with
`enableExecuteCommand`, and an agent must run in the container: it writes to the container's file
system, and talks to Systems Manager with the task role. There is no Systems Manager here: a client
with a session runs the command by the engine, in the container with `runtimeId`.

https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs-exec.html
https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ExecuteCommand.html
"""

from collections.abc import Callable, Iterator
from typing import Any

from ministack.core.responses import error_response_json
from ministack.services import ecs

from .. import seam
from ..iam import service_roles
from . import status

Record = dict[str, Any]

_AGENT = "ExecuteCommandAgent"
_ACTIONS = (
    "ssmmessages:CreateControlChannel",
    "ssmmessages:CreateDataChannel",
    "ssmmessages:OpenControlChannel",
    "ssmmessages:OpenDataChannel",
)
_NO_AGENT = (
    "The execute command failed because execute command was not enabled when the task was run or "
    "the execute command agent isn't running. Wait and try again or run a new task with execute "
    "command enabled and try again."
)
_NOT_CONNECTED = "The execute command failed due to an internal error. Try again later."


def agent_of(task: Record, container: Record) -> Record | None:
    """What ECS tells of its agent in a container; None where there is to be none."""
    if not task.get("enableExecuteCommand"):
        return None
    agent = {"name": _AGENT, "lastStatus": "PENDING"}
    if container.get("lastStatus") == "STOPPED" or _is_read_only(task, container):
        return {**agent, "lastStatus": "STOPPED"}
    if container.get("lastStatus") != "RUNNING":
        return agent
    agent["lastStatus"] = "RUNNING"
    if not task.get("startedAt"):
        return agent
    return {**agent, "lastStartedAt": task["startedAt"]}


def is_connected(task: Record) -> bool:
    """Whether the task role lets the agents reach Systems Manager."""
    overrides = task.get("overrides") or {}
    role = overrides.get("taskRoleArn") or _definition(task).get("taskRoleArn")
    if not role:
        return False
    session = task["taskArn"].rpartition("/")[2]
    return not service_roles.is_enforced() or not any(
        service_roles.denial(role, session, action, "*") for action in _ACTIONS
    )


def _definition(task: Record) -> Record:
    return ecs._task_defs.get(ecs._resolve_td_key(task["taskDefinitionArn"])) or {}


def _is_read_only(task: Record, container: Record) -> bool:
    return any(
        bool(each.get("readonlyRootFilesystem"))
        for each in _definition(task).get("containerDefinitions") or []
        if each["name"] == container["name"]
    )


def _problem(task: Record | None, request: Record) -> tuple[str, str] | None:
    """The error that AWS would answer with. Its own words for a container are not documented."""
    invalid = "InvalidParameterException"
    if request.get("interactive") is not True:
        return invalid, "Interactive must be true: ECS has no other sessions."
    if task is None:
        return invalid, "The referenced task was not found."
    containers = {each["name"]: each for each in task.get("containers") or []}
    name = request.get("container")
    if not name and len(containers) > 1:
        return invalid, "A container name must be specified: the task has several containers."
    container = containers.get(name) if name else next(iter(containers.values()), None)
    if container is None:
        return invalid, f"The task has no container named {name}."
    agent = agent_of(task, container)
    is_running = agent is not None and agent["lastStatus"] == "RUNNING"
    if status.status_of(task) != "RUNNING" or not is_running:
        return invalid, _NO_AGENT
    return None if is_connected(task) else ("TargetNotConnectedException", _NOT_CONNECTED)


def _checked(original: Callable[..., Any]) -> Callable[..., Any]:
    def execute(data: Record) -> Any:
        cluster = ecs._resolve_cluster_name(data.get("cluster", "default"))
        if cluster not in ecs._clusters:
            return error_response_json("ClusterNotFoundException", "Cluster not found.", 400)
        found = _problem(ecs._resolve_task(data.get("task", ""), cluster), data)
        return error_response_json(*found, 400) if found else original(data)

    return execute


def _told(original: Callable[..., Any]) -> Callable[..., Any]:
    def sanitize(obj: Any) -> Any:
        if isinstance(obj, dict) and "taskArn" in obj and obj.get("enableExecuteCommand"):
            return original({**obj, "containers": list(_with_agents(obj))})
        return original(obj)

    return sanitize


def _with_agents(task: Record) -> Iterator[Record]:
    for container in task.get("containers") or []:
        agent = agent_of(task, container)
        yield {**container, "managedAgents": [agent]} if agent else container


def install() -> None:
    seam.check(ecs, "_resolve_task", "ref cluster_name")
    seam.wrap(ecs, "_execute_command", "data", _checked)
    seam.wrap(ecs, "_sanitize", "obj", _told)
    # SDKs accept times only as numbers; MiniStack converts the fields in this set last.
    seam.check(ecs, "_finalize_ecs_response", "response")
    ecs._ECS_TIMESTAMP_FIELDS.add("lastStartedAt")
