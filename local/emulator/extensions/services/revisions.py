"""Deregistered revisions of a task definition cannot start anything new.

MiniStack marks them INACTIVE but still uses them. On AWS, existing tasks and services keep running,
but a new service, an update or a new task with such a revision is refused. A failed deployment can
therefore not be rolled back to it, and the service stays with the failed one. AWS grants up to ten
minutes after the deregistration; here there is no grace period, because a rollback comes late.

https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DeregisterTaskDefinition.html
"""

import contextlib
import json
from collections.abc import Callable, Iterator
from typing import Any

from ministack.core.responses import error_response_json
from ministack.services import ecs

from .. import seam
from .scheduler import scheduler_of

Record = dict[str, Any]


def is_inactive(reference: str) -> bool:
    """Whether a revision, by its ARN or its name, was deregistered."""
    definition = ecs._task_defs.get(ecs._resolve_td_key(reference) or "")
    return definition is not None and definition["status"] == "INACTIVE"


def _refusing(original: Callable[..., Any]) -> Callable[..., Any]:
    def start(data: Record) -> Any:
        reference = data.get("taskDefinition")
        # MiniStack's scheduler uses the same function, and may: an existing service keeps running.
        from_scheduler = "_deploymentId" in data
        if reference and not from_scheduler and is_inactive(reference):
            return error_response_json("ClientException", "TaskDefinition is inactive")
        return original(data)

    return start


def _of_one_family(original: Callable[..., Any]) -> Callable[..., Any]:
    """Match `familyPrefix` to a whole family; MiniStack also lists families that start with it."""

    def listed(data: Record) -> Any:
        status, headers, body = original(data)
        family = data.get("familyPrefix")
        if status != 200 or not family:
            return status, headers, body
        answer = json.loads(body)
        answer["taskDefinitionArns"] = [
            arn
            for arn in answer["taskDefinitionArns"]
            if arn.rsplit("/", 1)[-1].rsplit(":", 1)[0] == family
        ]
        return status, headers, json.dumps(answer).encode()

    return listed


def _can_roll_back(service: Record) -> bool:
    return not any(
        each["rolloutState"] == "COMPLETED" and is_inactive(each["taskDefinition"])
        for each in service["deployments"]
    )


def _not_to_inactive(original: Callable[..., None]) -> Callable[..., None]:
    def record(task: Record, digest_resolution_failed: bool = False) -> None:
        cluster = ecs._cluster_name_from_arn(task.get("clusterArn", ""))
        key = f"{cluster}/{(task.get('group') or '').removeprefix('service:')}"
        # A failure that another thread counts meanwhile would find the breaker as it was before.
        with scheduler_of(key), _breaker_for(ecs._services.get(key)):
            original(task, digest_resolution_failed)

    return record


@contextlib.contextmanager
def _breaker_for(service: Record | None) -> Iterator[None]:
    """A circuit breaker that rolls back only if the service can be rolled back."""
    if service is None or _can_roll_back(service):
        yield
        return
    configuration = service["deploymentConfiguration"]
    breaker = {**configuration.get("deploymentCircuitBreaker", {}), "rollback": False}
    service["deploymentConfiguration"] = {**configuration, "deploymentCircuitBreaker": breaker}
    try:
        yield
    finally:
        service["deploymentConfiguration"] = configuration


def _failed_stops_nothing(original: Callable[..., None]) -> Callable[..., None]:
    """Without a rollback, MiniStack would stop the tasks that still serve requests."""

    def reconcile(cluster_name: str, svc_key: str) -> None:
        service = ecs._services.get(svc_key)
        primary = ecs._primary_deployment(service) if service else None
        failed = primary is not None and primary["rolloutState"] == "FAILED"
        if service and failed and len(service["deployments"]) > 1 and service["desiredCount"] > 0:
            return
        original(cluster_name, svc_key)

    return reconcile


def install() -> None:
    seam.wrap(ecs, "_list_task_definitions", "data", _of_one_family)
    seam.wrap(ecs, "_create_service", "data", _refusing)
    seam.wrap(ecs, "_update_service", "data", _refusing)
    seam.wrap(ecs, "_run_task", "data", _refusing)
    seam.wrap(
        ecs, "_record_service_task_failure", "task digest_resolution_failed", _not_to_inactive
    )
    seam.wrap(ecs, "_reconcile_service_tasks", "cluster_name svc_key", _failed_stops_nothing)
