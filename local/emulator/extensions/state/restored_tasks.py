"""Tasks from before a restart are reported as stopped, with desired status STOPPED.

MiniStack starts a service's tasks again and keeps the old ones as STOPPED with desired status
RUNNING, so that ListTasks counts them as running forever. On AWS no task ends with the machine that
serves the API; the closest case is a task that ECS itself has stopped.
"""

from collections.abc import Callable
from typing import Any

from ministack.core.responses import now_iso
from ministack.services import ecs

from .. import seam

REASON = "The local AWS was started again"


def end(task: dict[str, Any]) -> None:
    """Complete the record of a task that ended with the previous process."""
    if task.get("lastStatus") != "STOPPED" or task.get("desiredStatus") == "STOPPED":
        return
    now = now_iso()
    task.update(desiredStatus="STOPPED", stopCode="ServiceSchedulerInitiated", stoppedReason=REASON)
    for moment in ("stoppingAt", "executionStoppedAt", "stoppedAt"):
        task[moment] = task.get(moment) or now
    for container in task.get("containers", []):
        container["lastStatus"] = "STOPPED"


def _ended(original: Callable[..., None]) -> Callable[..., None]:
    def restore(data: Any) -> None:
        original(data)
        for _, task in ecs._tasks.all_items():
            end(task)

    return restore


def install() -> None:
    seam.wrap(ecs, "_restore_state", "data", _ended)
