"""Tasks that join running ones start a few at a time.

On Fargate each task has processors of its own. Here all share those of one machine: a deployment of
a service under load starts as many tasks as run, and while they all boot at once, those that serve
get too little to answer in time. So each that joins others waits for its turn, in PROVISIONING as
on AWS where a task waits for capacity. Its turn ends when it counts, or after a while: others may
have to start before it can be healthy. The first tasks of a service start at once.
"""

import os
import threading
from collections.abc import Callable
from typing import Any

from ministack.services import ecs

from .. import seam
from .failure import service_of

Task = dict[str, Any]

_POLL_SECONDS = 0.1
MOST_SECONDS = 15.0

turns = threading.BoundedSemaphore(os.cpu_count() or 1)


def _joins_others(task: Task) -> bool:
    return service_of(task) is not None and any(
        each["lastStatus"] == "RUNNING" and each.get("group") == task["group"]
        for each in list(ecs._tasks.values())
        if each["clusterArn"] == task["clusterArn"]
    )


def _in_turn(original: Callable[..., None]) -> Callable[..., None]:
    def start(task: Task, *args: Any) -> None:
        if not _joins_others(task):
            return original(task, *args)
        mine = turns
        while not mine.acquire(timeout=_POLL_SECONDS):
            if not ecs._task_is_active(task["taskArn"], task):
                return None
        end = _once(mine.release)
        limit = threading.Timer(MOST_SECONDS, end)
        limit.daemon = True
        try:
            limit.start()
            return original(task, *args) if ecs._task_is_active(task["taskArn"], task) else None
        finally:
            limit.cancel()
            end()

    return start


def _once(act: Callable[[], None]) -> Callable[[], None]:
    first = threading.Lock()

    def once() -> None:
        if first.acquire(blocking=False):
            act()

    return once


def install() -> None:
    seam.wrap(ecs, "_start_task_worker", "task td container_overrides docker_client", _in_turn)
