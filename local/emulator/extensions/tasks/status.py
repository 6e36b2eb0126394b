"""The API reports a started task as RUNNING, whether or not it is healthy.

On AWS a task is RUNNING once all of its containers have started: a container that has ended counts
as started, and one that still waits for another does not. Container health checks and load
balancers have no effect, and `runningCount` includes such tasks. So a service's first deployment
looks steady as soon as its tasks run: only `rolloutState` waits until they are healthy.

MiniStack's scheduler treats RUNNING as healthy: it then completes the deployment, stops old tasks
and makes room for new ones. So internally a started task stays ACTIVATING until it is healthy, so
that a rolling update loses no requests, and only API answers say RUNNING.
"""

from collections import Counter
from collections.abc import Callable
from typing import Any

from ministack.core.concurrency import resource_lock
from ministack.core.responses import now_iso
from ministack.services import ecs, ecs_metadata

from .. import seam

Record = dict[str, Any]

_STARTED = "_started"


def mark_started(task: Record) -> bool:
    """Record that all containers of a task have started; False if the task is to stop."""
    arn = task["taskArn"]
    with resource_lock("ecs-task", arn):
        if not ecs._task_is_active(arn, task):
            return False
        ecs._bump_task_version(task)
        now = now_iso()
        task["pullStoppedAt"] = task.get("pullStoppedAt") or now
        task["startedAt"] = task.get("startedAt") or now
        task[_STARTED] = True
    ecs_metadata.set_task_status(arn, known_status="RUNNING")
    return True


def status_of(task: Record) -> str:
    """A task's last status, as ECS reports it."""
    status = str(task["lastStatus"])
    return "RUNNING" if status == "ACTIVATING" and task.get(_STARTED) else status


def running(**wanted: str | None) -> list[Record]:
    """The tasks that ECS reports as RUNNING, of those with these values."""
    return [
        task
        for task in list(ecs._tasks.values())
        if status_of(task) == "RUNNING"
        and all(task.get(name) == value for name, value in wanted.items())
    ]


def _of_service(service: Record) -> Record:
    group = f"service:{service['serviceName']}"
    tasks = running(clusterArn=service["clusterArn"], group=group)
    counts = Counter(task.get("_deployment_id") for task in tasks)
    deployments = [{**each, "runningCount": counts[each["id"]]} for each in service["deployments"]]
    return {**service, "runningCount": len(tasks), "deployments": deployments}


def _told(original: Callable[..., Any]) -> Callable[..., Any]:
    def sanitize(obj: Any) -> Any:
        if isinstance(obj, dict) and obj.get(_STARTED):
            return original({**obj, "lastStatus": status_of(obj)})
        if isinstance(obj, dict) and "serviceArn" in obj and obj.get("status") == "ACTIVE":
            return original(_of_service(obj))
        return original(obj)

    return sanitize


def _counted(original: Callable[..., Record]) -> Callable[..., Record]:
    def view(cluster: Record, include: set[str]) -> Record:
        tasks = running(clusterArn=cluster["clusterArn"])
        return {**original(cluster, include), "runningTasksCount": len(tasks)}

    return view


def install() -> None:
    seam.check(ecs, "_bump_task_version", "task")
    seam.check(ecs_metadata, "set_task_status", "task_arn known_status desired_status")
    seam.wrap(ecs, "_sanitize", "obj", _told)
    seam.wrap(ecs, "_cluster_view", "cluster include", _counted)
