"""The time after a task has started in which the service scheduler ignores its health.

That covers the checks of target groups and of containers alike.

https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_Service.html
"""

import time
from typing import Any

from ministack.services import ecs

Record = dict[str, Any]


def is_in_grace(service: Record, task: Record) -> bool:
    """Whether `healthCheckGracePeriodSeconds` have not passed since a task started."""
    grace = int(service.get("healthCheckGracePeriodSeconds") or 0)
    return time.time() < int(ecs._ts_to_epoch(task["startedAt"])) + grace
