"""A task that the service scheduler gives up: stopped with a reason, counted by the breaker.

MiniStack counts exits and failed starts, but not failed health checks.
"""

from typing import Any

from ministack.services import ecs

from .. import seam
from ..load_balancing.target_registration import Unhealthy

Task = dict[str, Any]

EXITED = "Essential container in task exited"
FAILED_HEALTH_CHECKS = Unhealthy(
    "Task failed container health checks", "failed container health checks."
)
# The event that tells why a task was stopped.
EVENT = "_failure_event"


def service_of(task: Task) -> dict[str, Any] | None:
    """The service of a task, if any."""
    group = task.get("group") or ""
    if not group.startswith("service:"):
        return None
    cluster = ecs._cluster_name_from_arn(task.get("clusterArn", ""))
    return ecs._services.get(f"{cluster}/{group.removeprefix('service:')}")


def stop(task: Task, reason: str, exit_code: int | None = None) -> bool:
    """Stop a task that the service scheduler gave up; False if it was stopped before."""
    exited = exit_code is not None
    stop_code = "EssentialContainerExited" if exited else "ServiceSchedulerInitiated"
    if not ecs._mark_task_stopped(task["taskArn"], task, reason, stop_code, exit_code):
        return False
    ecs._cleanup_task_resources(task, ecs._get_docker())
    return True


def stop_failed(task: Task, reason: str, exit_code: int | None = None) -> None:
    """Stop a task that the service scheduler gave up, and count it in the circuit breaker."""
    if stop(task, reason, exit_code) and exit_code is None:
        ecs._record_service_task_failure(task)


def stop_unhealthy(task: Task, found: Unhealthy) -> None:
    """Stop an unhealthy task before another one replaces it, and count it as a failure."""
    task[EVENT] = found.event
    stop_failed(task, found.reason)


def install() -> None:
    seam.check(ecs, "_record_service_task_failure", "task digest_resolution_failed")
    seam.check(ecs, "_cleanup_task_resources", "task docker_client extra_container")
