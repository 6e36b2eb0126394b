"""A task that the service scheduler gives up: stopped with a reason, counted by the breaker.

MiniStack counts exits and failed starts, but not failed health checks.
"""

from typing import Any

from ministack.services import ecs

from .. import seam

Task = dict[str, Any]

EXITED = "Essential container in task exited"
FAILED_HEALTH_CHECKS = "Task failed container health checks"


def service_of(task: Task) -> dict[str, Any] | None:
    """The service of a task, if any."""
    group = task.get("group") or ""
    if not group.startswith("service:"):
        return None
    cluster = ecs._cluster_name_from_arn(task.get("clusterArn", ""))
    return ecs._services.get(f"{cluster}/{group.removeprefix('service:')}")


def stop_failed(task: Task, reason: str, exit_code: int | None = None) -> None:
    """Stop a task that the service scheduler gave up, and count it in the circuit breaker."""
    exited = exit_code is not None
    stop_code = "EssentialContainerExited" if exited else "ServiceSchedulerInitiated"
    if not ecs._mark_task_stopped(task["taskArn"], task, reason, stop_code, exit_code):
        return
    ecs._cleanup_task_resources(task, ecs._get_docker())
    if not exited:
        ecs._record_service_task_failure(task)


def install() -> None:
    seam.check(ecs, "_record_service_task_failure", "task digest_resolution_failed")
    seam.check(ecs, "_cleanup_task_resources", "task docker_client extra_container")
