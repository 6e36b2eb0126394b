"""Replacements that never come to run are started less and less often.

A task that has run does not count, whatever it ended of. AWS says how long it waits at most.

https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-throttle-logic.html
"""

import itertools
import time
from typing import Any

from ministack.services import ecs

from .deployed_tasks import tasks_of

Record = dict[str, Any]

_MOST_SECONDS = 27 * 60


def is_throttled(service: Record, deployment: Record) -> bool:
    """Whether the latest tasks failed to start, and the pause after the last one is not over."""
    ended = [
        task
        for task in tasks_of(service)
        if task["lastStatus"] == "STOPPED" and task.get("_deployment_id") == deployment["id"]
    ]
    ended.sort(key=lambda task: str(task["createdAt"]), reverse=True)
    failed = list(itertools.takewhile(_never_ran, ended))
    if not failed:
        return False
    pause = min(2 ** (len(failed) - 1), _MOST_SECONDS)
    return time.time() < int(ecs._ts_to_epoch(failed[0]["stoppedAt"])) + pause


def _never_ran(task: Record) -> bool:
    return task.get("stopCode") == "TaskFailedToStart"
