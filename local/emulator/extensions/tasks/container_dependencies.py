"""`dependsOn`: containers of a task start in order, by the rules of the ECS container agent.

MiniStack starts all containers at once, in the order of the list. The agent delays a container
until each dependency meets its condition: START (started), COMPLETE (exited), SUCCESS (exited with
0) or HEALTHY. It gives up on a container in only two cases: a SUCCESS dependency has exited with an
error, or a dependency that is still running has exceeded its own `startTimeout`. An unhealthy
dependency is not such a case; without a `startTimeout` the task waits forever.

A container that was given up counts as stopped with exit code 143. If it is essential, the task
stops; otherwise the task continues without it.

https://github.com/aws/amazon-ecs-agent, agent/engine/dependencygraph/graph.go
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter
from typing import Any

from ministack.core.concurrency import resource_lock
from ministack.core.responses import error_response_json
from ministack.services import ecs

from .. import seam
from . import lifecycle
from .container_health import Watch
from .health_check import HEALTHY

Definition = dict[str, Any]

# The exit code that the agent reports for a container that never started.
NEVER_STARTED = 143
# Fargate accepts no other value.
_START_TIMEOUT_SECONDS = range(2, 121)
_GRAPH = "dependency graph:"
_ORDERING = "container ordering dependency"
_POLL_SECONDS = 0.1


class InvalidDependencyError(Exception):
    """A task definition that ECS refuses to register."""


class GivenUpError(Exception):
    """A container that can never start."""


@dataclass(frozen=True)
class NeverStarted:
    """Stands in for the engine's container when a container was given up."""

    reason: str
    # MiniStack cleans up after a task by this id; the engine has no such container.
    id: str = "never-started"


def in_order(containers: list[Definition]) -> list[Definition]:
    """Return the containers sorted so that each follows its dependencies."""
    named = {each["name"]: each for each in containers}
    graph = {
        name: {needed["containerName"] for needed in each.get("dependsOn") or []}
        for name, each in named.items()
    }
    missing = set().union(*graph.values()) - named.keys()
    if missing:
        raise InvalidDependencyError(
            f"dependsOn names containers that do not exist: {sorted(missing)}"
        )
    try:
        return [named[name] for name in TopologicalSorter(graph).static_order()]
    except CycleError as error:
        raise InvalidDependencyError(f"dependsOn goes in a circle: {error.args[1]}") from error


def check(containers: list[Definition]) -> None:
    """Refuse dependencies that RegisterTaskDefinition refuses."""
    named = {each["name"]: each for each in in_order(containers)}
    for each in containers:
        limit = each.get("startTimeout")
        if limit is not None and limit not in _START_TIMEOUT_SECONDS:
            raise InvalidDependencyError(
                f"startTimeout of {each['name']} is {limit}; Fargate takes 2 to 120 seconds"
            )
        for needed in each.get("dependsOn") or []:
            other, condition = named[needed["containerName"]], needed["condition"]
            if condition in ("SUCCESS", "COMPLETE") and other.get("essential", True):
                raise InvalidDependencyError(
                    "A dependency container with SUCCESS or COMPLETE condition cannot be an "
                    "essential container"
                )
            if condition == "HEALTHY" and not other.get("healthCheck"):
                raise InvalidDependencyError(
                    "A dependency container with HEALTHY condition must have a health check"
                )


def is_resolved(target: str, needed: Definition, watch: Watch, start_timeout: float | None) -> bool:
    """Whether a dependency meets its condition; raises if the agent gives up on `target`."""
    condition, stopped = needed["condition"], watch.exit_code is not None
    if (
        condition != "START"
        and not stopped
        and start_timeout is not None
        and watch.age > start_timeout
    ):
        raise GivenUpError(
            f"{_GRAPH} {_ORDERING} [{watch.name}(RUNNING->RUNNING)] for target "
            f"[{target}(NONE->RUNNING)] has timed out."
        )
    if condition == "SUCCESS" and stopped and watch.exit_code != 0:
        raise GivenUpError(
            f"{_GRAPH} failed to resolve {_ORDERING} [{watch.name}(STOPPED->RUNNING) - Exit: "
            f"{watch.exit_code}] for target [{target}(NONE->RUNNING)] as dependency did not exit "
            "successfully."
        )
    return {
        "START": True,
        "COMPLETE": stopped,
        "SUCCESS": stopped,
        "HEALTHY": watch.status == HEALTHY and not stopped,
    }[condition]


def _wait(task: Definition, container: Definition, definitions: dict[str, Definition]) -> None:
    for needed in container.get("dependsOn") or []:
        name = needed["containerName"]
        limit = definitions[name].get("startTimeout")
        while ecs._task_is_active(task["taskArn"], task):
            watches = {watch.name: watch for watch in lifecycle.watches_of(task["taskArn"])}
            watch = watches.get(name)
            if watch and is_resolved(container["name"], needed, watch, limit):
                break
            time.sleep(_POLL_SECONDS)


def _ordered(original: Callable[..., None]) -> Callable[..., None]:
    def start(task: Definition, td: Definition, *args: Any) -> None:
        ordered = in_order(td.get("containerDefinitions", []))
        place = {each["name"]: index for index, each in enumerate(ordered)}
        td["containerDefinitions"] = ordered
        with resource_lock("ecs-task", task["taskArn"]):
            task["containers"].sort(key=lambda each: place[each["name"]])
            task["_container_essentials"] = [bool(each.get("essential", True)) for each in ordered]
        original(task, td, *args)

    return start


def _after_dependencies(original: Callable[..., Any]) -> Callable[..., Any]:
    def run(docker_client: Any, cdef: Definition, run_kwargs: Definition, **options: Any) -> Any:
        arn = run_kwargs["labels"]["com.amazonaws.ecs.task-arn"]
        task = ecs._tasks.get(arn)
        try:
            if task is not None:
                _wait(task, cdef, lifecycle.definitions_of(arn))
        except GivenUpError as error:
            return NeverStarted(f"CannotStartContainerError: {error}")
        return original(docker_client, cdef, run_kwargs, **options)

    return run


def _attached(original: Callable[..., bool]) -> Callable[..., bool]:
    def attach(task: Definition, container: Any, index: int, *args: Any) -> bool:
        if not isinstance(container, NeverStarted):
            return original(task, container, index, *args)
        arn, known = task["taskArn"], task["containers"][index]
        definition = lifecycle.definitions_of(arn)[known["name"]]
        known.update(lastStatus="STOPPED", exitCode=NEVER_STARTED, reason=container.reason)
        if definition.get("essential", True):
            ecs._mark_task_stopped(arn, task, "Task failed to start", "TaskFailedToStart")
            return False
        lifecycle.note(arn, Watch.ended(definition, NEVER_STARTED))
        return True

    return attach


def _without_log(original: Callable[..., None]) -> Callable[..., None]:
    def forward(container: Any, *args: Any) -> None:
        if not isinstance(container, NeverStarted):
            original(container, *args)

    return forward


def _checked(original: Callable[..., Any]) -> Callable[..., Any]:
    def register(data: Definition) -> Any:
        try:
            check(data.get("containerDefinitions") or [])
        except InvalidDependencyError as error:
            return error_response_json("ClientException", str(error))
        return original(data)

    return register


def install() -> None:
    seam.wrap(ecs, "_start_task_worker", "task td container_overrides docker_client", _ordered)
    seam.wrap(
        ecs,
        "_run_docker_container",
        "docker_client cdef run_kwargs refresh_image allow_cached cache_image fallback_image"
        " auth_config",
        _after_dependencies,
    )
    seam.wrap(
        ecs,
        "_attach_started_container",
        "task container index metadata_token ecs_network",
        _attached,
    )
    seam.wrap(ecs, "_start_awslogs_forwarder", "container cdef task_id", _without_log)
    seam.wrap(ecs, "_register_task_definition", "data", _checked)
