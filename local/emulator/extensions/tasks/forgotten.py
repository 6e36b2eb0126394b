"""A task is forgotten an hour after it has stopped.

MiniStack keeps every task that ever ran: with thousands of them, each look at a service's tasks
and each checkpoint takes longer. ECS shows stopped tasks for an hour; DescribeTasks then answers
MISSING.

https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DescribeTasks.html
"""

import logging
import threading
import time
from typing import Any

from ministack.services import ecs

from .. import seam

logger = logging.getLogger("forgotten")

_KEPT_SECONDS = 60 * 60
_LOOK_SECONDS = 60


def forget() -> None:
    """Forget the tasks of all accounts that stopped more than an hour ago, and their tags."""
    for (account, region, arn), task in list(ecs._tasks.all_items()):
        if _is_old(task):
            ecs._tasks.pop_scoped(account, region, arn, None)
            ecs._tags._data.pop((account, arn), None)


def _is_old(task: dict[str, Any]) -> bool:
    if task["lastStatus"] != "STOPPED" or not task.get("stoppedAt"):
        return False
    return time.time() > int(ecs._ts_to_epoch(task["stoppedAt"])) + _KEPT_SECONDS


def _keep_forgetting() -> None:
    while True:
        time.sleep(_LOOK_SECONDS)
        try:
            forget()
        except Exception:
            logger.exception("tasks that stopped long ago")


def install() -> None:
    seam.check(ecs, "_ts_to_epoch", "value")
    threading.Thread(target=_keep_forgetting, daemon=True, name="forgotten-tasks").start()
