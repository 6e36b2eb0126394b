"""A task counts once its containers and target groups are healthy, and ends with a reason.

MiniStack counts a task as soon as its containers are created, and words exits in its own way. Here
a service's task counts only once every essential container is healthy and every target group of the
service reports it as healthy: a deployment that cannot answer never completes, and earlier tasks
keep serving. Until then `status` reports it as RUNNING, as AWS does. A task that exits, fails
its checks before it counts or is refused by a target group is stopped with the reason and exit code
that AWS reports, and counts against the deployment's circuit breaker. A task that counted and is
unhealthy now is left to `services.replacements`, one that is still PENDING to itself
(aws/containers-roadmap#2379).
"""

import functools
import threading
import time
from collections.abc import Callable
from typing import Any

from ministack.core.concurrency import spawn_background
from ministack.core.responses import get_account_id, get_region, request_scope
from ministack.services import ecs

from .. import seam
from ..load_balancing import target_registration
from ..load_balancing.grace_period import is_in_grace
from ..load_balancing.target_registration import Unhealthy
from . import container_health, status
from .container_health import Watch
from .failure import EXITED, FAILED_HEALTH_CHECKS, service_of, stop_failed, stop_unhealthy
from .health_check import UNHEALTHY

Task = dict[str, Any]

_POLL_SECONDS = 0.1

_watches: dict[str, list[Watch]] = {}
_ended: dict[str, threading.Event] = {}
_definitions: dict[str, dict[str, dict[str, Any]]] = {}


def watches_of(task_arn: str) -> list[Watch]:
    return list(_watches.get(task_arn, ()))


def note(task_arn: str, watch: Watch) -> None:
    """Add the watch of one more container of a task."""
    _watches[task_arn].append(watch)


def definitions_of(task_arn: str) -> dict[str, dict[str, Any]]:
    """Return a task's container definitions by name."""
    return _definitions.get(task_arn, {})


def is_unhealthy(task: Task) -> bool:
    """Whether an essential container of a service's task fails its health check."""
    watches = watches_of(task["taskArn"])
    unhealthy = any(watch.essential and watch.status == UNHEALTHY for watch in watches)
    return unhealthy and service_of(task) is not None


def _is_to_count(task: Task) -> bool:
    """Whether a task runs for AWS, but does not count yet."""
    return task["lastStatus"] != "RUNNING" and status.status_of(task) == "RUNNING"


def _is_in_grace(task: Task) -> bool:
    service = service_of(task)
    return service is not None and is_in_grace(service, task)


def _fault(task: Task) -> Unhealthy | None:
    return FAILED_HEALTH_CHECKS if is_unhealthy(task) else None


def _changed(task: Task) -> Callable[[Watch], None]:
    account, region = get_account_id(), get_region()

    def changed(watch: Watch) -> None:
        with request_scope(account, region):
            container_health.publish(task, watches_of(task["taskArn"]))
            if watch.essential and watch.exit_code is not None:
                stop_failed(task, EXITED, watch.exit_code)
            elif _is_to_count(task) and is_unhealthy(task) and not _is_in_grace(task):
                stop_unhealthy(task, FAILED_HEALTH_CHECKS)

    return changed


def _with_definitions(original: Callable[..., None]) -> Callable[..., None]:
    def start(task: Task, td: dict[str, Any], *args: Any) -> None:
        arn = task["taskArn"]
        _definitions[arn] = {each["name"]: each for each in td.get("containerDefinitions", [])}
        _watches[arn], _ended[arn] = [], threading.Event()
        original(task, td, *args)

    return start


def _noted(original: Callable[..., bool]) -> Callable[..., bool]:
    def attach(task: Task, container: Any, index: int, *args: Any) -> bool:
        if not original(task, container, index, *args):
            return False
        arn = task["taskArn"]
        note(arn, Watch(container.id, _definitions[arn][task["containers"][index]["name"]]))
        return True

    return attach


def _watched(original: Callable[..., None]) -> Callable[..., None]:
    """Watch a container once the reader of its log has started, however soon it exits."""

    def forward(container: Any, *args: Any) -> None:
        original(container, *args)
        arn = container.labels["com.amazonaws.ecs.task-arn"]
        task, ended = ecs._tasks.get(arn), _ended.get(arn)
        for watch in watches_of(arn):
            if watch.container_id == container.id and task and ended:
                changed = _changed(task)
                spawn_background(watch.follow, ended, changed, thread_name=f"watch-{watch.name}")

    return forward


def _when_ready(original: Callable[..., bool]) -> Callable[..., bool]:
    def mark_running(task_arn: str, task: Task) -> bool:
        service = service_of(task)
        if service is None or task_arn not in _watches:
            return original(task_arn, task)
        if not status.mark_started(task):
            return False
        while ecs._task_is_active(task_arn, task):
            if all(watch.ready for watch in watches_of(task_arn)):
                break
            if is_unhealthy(task) and not _is_in_grace(task):
                stop_unhealthy(task, FAILED_HEALTH_CHECKS)
                return False
            time.sleep(_POLL_SECONDS)
        refusal = target_registration.admit(service, task, functools.partial(_fault, task))
        if refusal:
            stop_unhealthy(task, refusal)
            return False
        return original(task_arn, task)

    return mark_running


def _ends_watching(original: Callable[..., bool]) -> Callable[..., bool]:
    def mark_stopped(
        task_arn: str, task: Task, reason: str, stop_code: str, exit_code: int | None = None
    ) -> bool:
        reason = EXITED if reason == "Essential container exited" else reason
        stopped = original(task_arn, task, reason, stop_code, exit_code)
        if stopped and task_arn in _ended:
            _ended.pop(task_arn).set()
            _definitions.pop(task_arn, None)
            _watches.pop(task_arn, None)
        return stopped

    return mark_stopped


def _without_polling(original: Callable[..., None]) -> Callable[..., None]:
    """Keep only the part that completes a deployment; `Watch` detects exits without polling."""
    del original

    def watch(task: Task, docker_client: Any, account_id: str, region: str) -> None:
        del docker_client
        service = service_of(task)
        if service is not None:
            cluster = ecs._cluster_name_from_arn(task["clusterArn"])
            ecs._schedule_service_deployment_completion(
                cluster, f"{cluster}/{service['serviceName']}", account_id, region, task
            )

    return watch


def install() -> None:
    seam.wrap(
        ecs, "_start_task_worker", "task td container_overrides docker_client", _with_definitions
    )
    seam.wrap(
        ecs,
        "_attach_started_container",
        "task container index metadata_token ecs_network",
        _noted,
    )
    seam.wrap(ecs, "_start_awslogs_forwarder", "container cdef task_id", _watched)
    seam.wrap(ecs, "_mark_task_running", "task_arn task", _when_ready)
    seam.wrap(ecs, "_mark_task_stopped", "task_arn task reason stop_code exit_code", _ends_watching)
    seam.wrap(
        ecs, "_watch_task_lifecycle", "task docker_client account_id region", _without_polling
    )
    # RUNNING already implies readiness, so MiniStack's own settling time would only add delay.
    ecs._ECS_DEPLOYMENT_STEADY_DELAY = 0.05
