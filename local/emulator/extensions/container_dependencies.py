"""`dependsOn`: containers of a task start in order, each when what it depends on is far enough.

MiniStack starts all containers at once, in the order of the list. ECS waits for START, COMPLETE (it
has exited), SUCCESS (it has exited with 0) or HEALTHY, and fails the task when that can no longer
happen or takes longer than the dependency's `startTimeout`.
"""

import time
from collections.abc import Callable
from graphlib import CycleError, TopologicalSorter
from typing import Any

from ministack.core.concurrency import resource_lock
from ministack.core.responses import error_response_json
from ministack.services import ecs

from . import seam, task_lifecycle
from .container_health import Watch
from .health_check import HEALTHY, UNHEALTHY

Definition = dict[str, Any]

# Fargate's own limit where a dependency names none.
_START_TIMEOUT_SECONDS = 180
_POLL_SECONDS = 0.1


class DependencyError(Exception):
    """A container of a task cannot start any more."""


def in_order(containers: list[Definition]) -> list[Definition]:
    """Return the containers so that each comes after what it depends on."""
    graph = {
        each["name"]: {needed["containerName"] for needed in each.get("dependsOn") or []}
        for each in containers
    }
    named = {each["name"]: each for each in containers}
    missing = set().union(*graph.values()) - named.keys()
    if missing:
        raise DependencyError(f"dependsOn names containers that do not exist: {sorted(missing)}")
    try:
        return [named[name] for name in TopologicalSorter(graph).static_order()]
    except CycleError as error:
        raise DependencyError(f"dependsOn goes in a circle: {error.args[1]}") from error


def resolved(needed: Definition, watch: Watch, waited: float, limit: float) -> bool:
    """Whether a dependency is far enough; raises when it never will be."""
    target, condition = needed["containerName"], needed["condition"]
    problem = f"failed to resolve container ordering dependency [{target}]"
    if condition == "SUCCESS" and watch.exit_code:
        raise DependencyError(f"{problem} as it did not exit successfully: {watch.exit_code}")
    if condition == "HEALTHY" and (watch.status == UNHEALTHY or watch.exit_code is not None):
        raise DependencyError(f"{problem} as it is not healthy")
    far_enough = {
        "START": True,
        "COMPLETE": watch.exit_code is not None,
        "SUCCESS": watch.exit_code == 0,
        "HEALTHY": watch.status == HEALTHY,
    }[condition]
    if not far_enough and waited > limit:
        raise DependencyError(f"{problem}: timed out after {limit:.0f} seconds")
    return far_enough


def _wait(task: Definition, container: Definition, definitions: dict[str, Definition]) -> None:
    began = time.monotonic()
    for needed in container.get("dependsOn") or []:
        name = needed["containerName"]
        limit = float(definitions[name].get("startTimeout") or _START_TIMEOUT_SECONDS)
        while ecs._task_is_active(task["taskArn"], task):
            watches = {watch.name: watch for watch in task_lifecycle.watches_of(task["taskArn"])}
            if resolved(needed, watches[name], time.monotonic() - began, limit):
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
                _wait(task, cdef, task_lifecycle.definitions_of(arn))
        except DependencyError as error:
            reason = f"Task failed to start: container {cdef['name']}: {error}"
            ecs._mark_task_stopped(arn, task, reason, "TaskFailedToStart")
            raise
        return original(docker_client, cdef, run_kwargs, **options)

    return run


def _checked(original: Callable[..., Any]) -> Callable[..., Any]:
    def register(data: Definition) -> Any:
        try:
            in_order(data.get("containerDefinitions") or [])
        except DependencyError as error:
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
    seam.wrap(ecs, "_register_task_definition", "data", _checked)
