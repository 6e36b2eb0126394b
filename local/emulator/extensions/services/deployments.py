"""Deployments of a service as ECS reports them, from the first one to a rollback.

MiniStack reports a service's first deployment as completed before any task has started, so the
circuit breaker never guards it. After a rollback it lists the failed deployment forever, so that
Terraform, which waits until a single deployment remains, times out. Here the first deployment is in
progress like any other, and a deployment without tasks leaves the list once the primary one is
complete. States and events use AWS's words; ListServiceDeployments reports how each one ended.
"""

from collections.abc import Callable
from typing import Any

from ministack.core.concurrency import resource_lock
from ministack.core.responses import new_uuid, now_iso
from ministack.services import ecs

from .. import seam
from ..tasks import failure
from . import deployment_events, service_deployments

Record = dict[str, Any]

# MiniStack's own wording for a rollback.
_REPLACED_EVENTS = (
    "deployment failed: deployment circuit breaker was triggered.",
    "rolled back to the last completed deployment.",
)

# For a task that fails before it has a container, AWS names only the service.
_NEVER_PLACED = ("ResourceInitializationError", "CannotPullContainerError")


def _in_progress(original: Callable[..., Record]) -> Callable[..., Record]:
    def make(task_definition: str, desired_count: int, status: str = "PRIMARY") -> Record:
        deployment = original(task_definition, desired_count, status)
        deployment["rolloutState"] = "IN_PROGRESS"
        return deployment

    return make


def tell(service: Record, message: str) -> None:
    """Add an event to those of a service; `message` is what follows its name."""
    text = f"(service {service['serviceName']}) {message}"
    service["events"].insert(0, {"id": new_uuid(), "createdAt": now_iso(), "message": text})
    del service["events"][100:]


def named(task: Record) -> str:
    """A task as events name it."""
    return f"(task {task['taskArn'].rsplit('/', 1)[-1]})"


def tell_unhealthy(service: Record, task: Record, event: str) -> None:
    """Add the events of a task that was stopped because it was unhealthy."""
    tell(service, f"{named(task)} {event}")
    tell(service, f"has stopped 1 running tasks: {named(task)}.")


def describe(service: Record) -> None:
    """Update the deployments in a service's description to their actual state."""
    failed = [each for each in service["deployments"] if each["rolloutState"] == "FAILED"]
    for deployment in service["deployments"]:
        state, known = deployment["rolloutState"], deployment.get("_told")
        if state == known:
            continue
        deployment["_told"] = state
        identity = deployment["id"]
        if state == "FAILED":
            service["events"] = [
                each for each in service["events"] if not each["message"].endswith(_REPLACED_EVENTS)
            ]
            deployment["rolloutStateReason"] = (
                "ECS deployment circuit breaker: tasks failed to start."
            )
            tell(service, f"(deployment {identity}) deployment failed: tasks failed to start.")
            rolls_back = deployment["status"] != "PRIMARY"
            status = "ROLLBACK_IN_PROGRESS" if rolls_back else "STOPPED"
            service_deployments.note(
                service,
                deployment,
                status,
                f"Service deployment failed because {service_deployments.TRIPPED}.",
            )
        elif state == "IN_PROGRESS" and failed and known == "COMPLETED":
            deployment["rolloutStateReason"] = (
                f"ECS deployment circuit breaker: rolling back to deploymentId {identity}."
            )
            tell(service, f"rolling back to deployment {identity}.")
        elif state == "IN_PROGRESS":
            deployment["rolloutStateReason"] = f"ECS deployment {identity} in progress."
            service_deployments.note(service, deployment, state)
        elif state == "COMPLETED":
            deployment["rolloutStateReason"] = f"ECS deployment {identity} completed."
            tell(service, f"(deployment {identity}) deployment completed.")
            tell(service, "has reached a steady state.")
            service_deployments.finish(service, deployment)
        deployment_events.put(service, deployment)


def prune(service: Record) -> None:
    """Drop deployments without tasks once the primary one is complete."""
    primary = ecs._primary_deployment(service)
    if not primary or primary["rolloutState"] != "COMPLETED":
        return
    alive = {
        task.get("_deployment_id")
        for task in list(ecs._tasks.values())
        if task.get("lastStatus") in ecs._PRE_STOP_STATUSES
    }
    service["deployments"] = [
        each for each in service["deployments"] if each is primary or each["id"] in alive
    ]


def _described(original: Callable[..., None]) -> Callable[..., None]:
    def refresh(cluster_name: str, group: str) -> None:
        original(cluster_name, group)
        if not (group or "").startswith("service:"):
            return
        key = f"{cluster_name}/{group.removeprefix('service:')}"
        service = ecs._services.get(key)
        if service is None:
            return
        with resource_lock("ecs-service", key):
            describe(service)
            prune(service)

    return refresh


def _with_event(original: Callable[..., None]) -> Callable[..., None]:
    def record(task: Record, digest_resolution_failed: bool = False) -> None:
        cluster = ecs._cluster_name_from_arn(task.get("clusterArn", ""))
        name = (task.get("group") or "").removeprefix("service:")
        service = ecs._services.get(f"{cluster}/{name}")
        reason = task.get("stoppedReason") or ""
        if service is not None and reason.startswith(_NEVER_PLACED):
            tell(service, f"was unable to place a task. Reason: {reason.rstrip('.')}.")
        elif service is not None and failure.EVENT in task:
            tell_unhealthy(service, task, task[failure.EVENT])
        elif service is not None and reason:
            tell(service, f"{named(task)} stopped: {reason}")
        original(task, digest_resolution_failed)

    return record


def install() -> None:
    seam.wrap(ecs, "_make_deployment", "task_definition desired_count status", _in_progress)
    seam.wrap(ecs, "_refresh_service_state", "cluster_name group", _described)
    seam.wrap(ecs, "_record_service_task_failure", "task digest_resolution_failed", _with_event)
