"""Which tasks of a service are registered in its target groups, and when.

MiniStack registers a task once it is RUNNING and treats it as healthy at once. ECS registers a task
as it starts and counts it for its deployment only after the target group reports it as healthy, so
a deployment with a wrong health check path never completes. ECS deregisters a task before stopping
it.
"""

import time
from collections.abc import Callable
from typing import Any, NamedTuple

from ministack.core.concurrency import resource_lock
from ministack.services import alb, ecs

from .. import seam
from . import target_health
from .grace_period import is_in_grace
from .target_check import HEALTHY, UNHEALTHY

_POLL_SECONDS = 0.1

Record = dict[str, Any]


class Unhealthy(NamedTuple):
    """Why the service scheduler gives a task up."""

    # The task's `stoppedReason`.
    reason: str
    # The event of its service, after the names of both.
    event: str


def _serves(task: Record) -> bool:
    """Whether a task's address belongs in its service's target groups."""
    # A task restored after a restart is STOPPED while its desired status is still RUNNING.
    admitted = task.get("lastStatus") == "ACTIVATING" and task.get("_admitted")
    return task.get("lastStatus") == "RUNNING" or bool(admitted)


def targets_of(service: Record, port: int) -> list[tuple[str, int]]:
    """The addresses of a service's tasks that may receive requests on this port."""
    if service.get("status") != "ACTIVE":
        return []
    addresses = [
        ecs._task_ip(task)
        for task in list(ecs._tasks.values())
        if task.get("group") == f"service:{service['serviceName']}"
        and task.get("clusterArn") == service.get("clusterArn")
        and _serves(task)
    ]
    return [(address, port) for address in addresses if address]


def _groups(service: Record) -> list[tuple[str, int]]:
    return [
        (each["targetGroupArn"], int(each.get("containerPort") or 80))
        for each in service.get("loadBalancers") or []
        if each.get("targetGroupArn")
    ]


def _registered(original: Callable[..., None]) -> Callable[..., None]:
    del original

    def sync(cluster_name: str, svc: Record) -> None:
        del cluster_name
        for arn, port in _groups(svc):
            with resource_lock("elbv2-targets", arn):
                # Only this service's targets are deregistered, because others may share the group.
                ledger = svc.setdefault("_published_targets", {})
                targets = targets_of(svc, port)
                alb.set_targets_for_group(arn, targets, ledger.get(arn, ()))
                ledger[arn] = [address for address, _ in targets]

    return sync


def unhealthy(service: Record, task: Record) -> Unhealthy | None:
    """What the first of a service's target groups that finds a task unhealthy says about it."""
    address = str(ecs._task_ip(task))
    for arn, port in _groups(service):
        if target_health.state(arn, address, port) == UNHEALTHY:
            why = target_health.reason(arn, address, port)
            return Unhealthy(
                f"Task failed ELB health checks in (target-group {arn})",
                f"(port {port}) is unhealthy in (target-group {arn}) due to (reason {why}).",
            )
    return None


def admit(service: Record, task: Record, fault: Callable[[], Unhealthy | None]) -> Unhealthy | None:
    """Register a task in its target groups and wait until healthy: None, or why it was refused.

    `fault` tells what else is wrong with it.
    The service's grace period and each group's thresholds limit how long a task may take.
    """
    task["_admitted"] = True
    ecs._sync_service_targets("", service)
    waiting = [group for group in _groups(service) if group[0] in alb._tgs]
    while ecs._task_is_active(task["taskArn"], task):
        refusal = fault() or unhealthy(service, task)
        if refusal and not is_in_grace(service, task):
            return refusal
        address = str(ecs._task_ip(task))
        states = [target_health.state(arn, address, port) for arn, port in waiting]
        if not refusal and all(state == HEALTHY for state in states):
            return None
        time.sleep(_POLL_SECONDS)
    return None


def install() -> None:
    seam.check(alb, "set_targets_for_group", "tg_arn targets previous_ids")
    seam.check(ecs, "_task_ip", "task")
    seam.wrap(ecs, "_sync_service_targets", "cluster_name svc", _registered)
