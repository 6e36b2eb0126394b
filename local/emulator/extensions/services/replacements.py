"""A task that is no longer healthy runs until another one that is healthy has replaced it.

MiniStack knows no health. ECS starts replacements of a service's unhealthy tasks as far as
`maximumPercent` has room for them, and stops as many unhealthy tasks as are too many once others
are healthy. Without room it stops one unhealthy task at a time, as long as `minimumHealthyPercent`
of the desired tasks run. If a task is healthy again, too many are, and the newest one stops. A
replacement that is not healthy in time is stopped, and another one is started. For the last two,
ECS only says "at random" and "either".

A deployment's own tasks are not replaced before it has completed: they are stopped, and count in
its circuit breaker. Tasks of an earlier deployment are replaced by tasks of the same revision, as
far as the new deployment leaves room. Where the new one lacks room, unhealthy tasks stop first.

https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs_services.html
https://aws.amazon.com/about-aws/whats-new/2025/11/amazon-ecs-service-availability-rolling-deployments
"""

import json
import logging
import threading
import time
from collections.abc import Callable
from typing import Any

from ministack.core.responses import request_scope
from ministack.services import ecs

from .. import seam
from ..tasks import failure
from ..tasks.unhealthy import found_in
from .deployed_tasks import (
    REPLACES,
    DeployedTasks,
    Sick,
    active,
    counted,
    may_stop_one,
    room,
    running_by_group,
    unhealthy_of,
)
from .deployments import named, tell, tell_unhealthy
from .service_deployments import has_completed
from .start_throttle import is_throttled

logger = logging.getLogger("replacements")

Record = dict[str, Any]

_LOOK_SECONDS = 0.25

# The services that had unhealthy tasks at the last look, by account, region and name.
_seen: set[tuple[str, str, str]] = set()


def _stop(service: Record, sick: Sick) -> None:
    task, why = sick
    if failure.stop(task, why.reason):
        tell_unhealthy(service, task, why.event)


def _stop_replaced(service: Record, deployment: Record) -> None:
    replaced = DeployedTasks(service, deployment).replaced
    for sick in replaced:
        _stop(service, sick)
    is_primary = deployment is ecs._primary_deployment(service)
    is_done = is_primary and deployment["rolloutState"] == "COMPLETED"
    is_steady = len(counted(service)) == service["desiredCount"] and not unhealthy_of(service)
    if replaced and is_done and is_steady:
        tell(service, "has reached a steady state.")


def _replace(cluster_name: str, service: Record, deployment: Record) -> None:
    """Start replacements of unhealthy tasks, if need be in the place of one of them."""
    tasks = DeployedTasks(service, deployment)
    if tasks.missing <= 0 or not tasks.unhealthy or is_throttled(service, deployment):
        return
    free = room(service)
    if free <= 0:
        if tasks.starting or not may_stop_one(service):
            return
        _stop(service, tasks.unhealthy[0])
        free = 1
    started = _start(cluster_name, service, deployment, min(tasks.missing, free))
    replacements = started[tasks.lacking :]
    for task, arn in zip(replacements, tasks.waiting, strict=False):
        task[REPLACES] = arn
    if started:
        text = f"has started {len(started)} tasks: {' '.join(map(named, started))}."
        why = f" Amazon ECS replaced {len(replacements)} tasks due to an unhealthy status."
        tell(service, text + (why if replacements else ""))


def _start(cluster_name: str, service: Record, deployment: Record, count: int) -> list[Record]:
    """Start tasks of a deployment, as MiniStack does for a service."""
    request = {
        "cluster": cluster_name,
        "taskDefinition": deployment["taskDefinition"],
        "count": count,
        "group": f"service:{service['serviceName']}",
        "startedBy": service["serviceName"],
        "_deploymentId": deployment["id"],
    }
    same = ("launchType", "capacityProviderStrategy", "platformVersion", "networkConfiguration")
    request |= {name: service.get(name) for name in (*same, "enableExecuteCommand")}
    _, _, body = ecs._run_task(request)
    return [ecs._tasks[each["taskArn"]] for each in json.loads(body).get("tasks", [])]


def _is_kept_running(service: Record) -> bool:
    controller = (service.get("deploymentController") or {}).get("type", "ECS")
    return service["status"] == "ACTIVE" and service["desiredCount"] > 0 and controller == "ECS"


def _with_replacements(original: Callable[..., None]) -> Callable[..., None]:
    def reconcile(cluster_name: str, svc_key: str) -> None:
        service = ecs._services.get(svc_key)
        if service is None or not _is_kept_running(service) or not unhealthy_of(service):
            original(cluster_name, svc_key)
            return
        for task, why in _of_unfinished_deployments(service):
            failure.stop_unhealthy(task, why)
        for deployment in list(service["deployments"]):
            _stop_replaced(service, deployment)
        primary = ecs._primary_deployment(service)
        # MiniStack would take unhealthy tasks for enough, and their replacements for too many.
        if not primary or not unhealthy_of(service, primary):
            _make_room(service, primary)
            original(cluster_name, svc_key)
        for deployment in list(service["deployments"]):
            _replace(cluster_name, service, deployment)
        ecs._refresh_service_state(cluster_name, f"service:{service['serviceName']}")

    return reconcile


def _make_room(service: Record, primary: Record | None) -> None:
    """Stop unhealthy tasks of earlier deployments, or MiniStack stops the oldest ones instead."""
    if not primary or primary["rolloutState"] != "IN_PROGRESS":
        return
    lacking = service["desiredCount"] - len(active(service, primary))
    for sick in unhealthy_of(service):
        if lacking <= room(service) or not may_stop_one(service):
            return
        _stop(service, sick)


def _of_unfinished_deployments(service: Record) -> list[Sick]:
    return [
        sick
        for deployment in list(service["deployments"])
        if not has_completed(service, deployment)
        for sick in unhealthy_of(service, deployment)
    ]


def _look() -> None:
    """Schedule each service that has unhealthy tasks, or had some at the last look."""
    running, seen = running_by_group(), set()
    for (account, region, key), service in list(ecs._services.all_items()):
        name = (account, region, key)
        group = f"service:{service['serviceName']}"
        tasks = running.get((account, region, service["clusterArn"], group), [])
        with request_scope(account, region):
            try:
                if _is_kept_running(service) and any(found_in(service, task) for task in tasks):
                    seen.add(name)
                if name in seen | _seen:
                    ecs._reconcile_service_tasks(key.partition("/")[0], key)
            except Exception:
                logger.exception("replacements of unhealthy tasks of %s", key)
                seen.add(name)
    _seen.clear()
    _seen.update(seen)


def _keep_looking() -> None:
    while True:
        try:
            _look()
        except Exception:
            logger.exception("replacements of unhealthy tasks")
        time.sleep(_LOOK_SECONDS)


def install() -> None:
    seam.check(ecs, "_deployment_for_task", "svc task")
    seam.wrap(ecs, "_reconcile_service_tasks", "cluster_name svc_key", _with_replacements)
    threading.Thread(target=_keep_looking, daemon=True, name="replacements").start()
