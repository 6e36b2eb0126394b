"""What is wrong with a task that has been healthy: a container, or a target group's view of it.

For the grace period after a task has started, the service scheduler ignores both.

https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_Service.html
"""

from typing import Any

from ministack.services import ecs

from .. import seam
from ..load_balancing import target_registration
from ..load_balancing.grace_period import is_in_grace
from ..load_balancing.target_registration import Unhealthy
from . import lifecycle
from .failure import FAILED_HEALTH_CHECKS

Record = dict[str, Any]


def found_in(service: Record, task: Record) -> Unhealthy | None:
    """Why the service scheduler replaces a task that it counted as healthy."""
    if task["lastStatus"] != "RUNNING" or is_in_grace(service, task):
        return None
    if lifecycle.is_unhealthy(task):
        return FAILED_HEALTH_CHECKS
    return target_registration.unhealthy(service, task)


def install() -> None:
    seam.check(ecs, "_ts_to_epoch", "value")
