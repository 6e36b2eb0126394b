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
    decided = [
        task
        for task in tasks_of(service)
        if task.get("_deployment_id") == deployment["id"] and not _still_starts(task)
    ]
    decided.sort(key=lambda task: str(task["createdAt"]))
    failed = list(itertools.takewhile(_never_ran, reversed(decided)))
    if not failed:
        return False
    pause = min(2 ** (len(failed) - 1), _MOST_SECONDS)
    # When it was given up: its other containers may take minutes to stop.
    return time.time() < int(ecs._ts_to_epoch(failed[0]["stoppingAt"])) + pause


def _still_starts(task: Record) -> bool:
    return task.get("desiredStatus") != "STOPPED" and not task.get("startedAt")


def _never_ran(task: Record) -> bool:
    return task.get("stopCode") == "TaskFailedToStart"
