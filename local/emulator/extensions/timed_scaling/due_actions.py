"""Scheduled actions that are due: each sets the range of its target, and brings the tasks into it.

On AWS this takes seconds, here up to a minute. It waits for no cooldown. What was due while the
local AWS was not running is not made up for.
https://docs.aws.amazon.com/autoscaling/application/userguide/application-auto-scaling-scheduled-scaling.html
"""

import logging
import time
from typing import Any

from ministack.core.responses import request_scope
from ministack.services import ecs

from ..metrics import minutes
from ..scaling import dynamic_scaling, scalable_targets
from ..schedules import expressions
from ..schedules.expressions import InvalidExpressionError

logger = logging.getLogger("timed_scaling")

Record = dict[str, Any]

_began = time.time()
# By the ARN of the action.
_looked: dict[str, float] = {}


def is_due(action: Record, now: float) -> bool:
    """Whether an action is due since the last look at it, which this one becomes."""
    arn, created = action["ScheduledActionARN"], float(action["CreationTime"])
    since = _looked.get(arn, max(_began, created))
    starts = float(action.get("StartTime") or created)
    ends = action.get("EndTime")
    _looked[arn] = now
    zone = action.get("Timezone") or "UTC"
    try:
        moment = expressions.parse(action["Schedule"], zone, starts).next_after(since)
    except InvalidExpressionError as error:
        logger.warning("%s: %s", action["ScheduledActionName"], error)
        return False
    in_time = moment is not None and starts <= moment <= now
    return in_time and (ends is None or moment <= float(ends))


def look(now: float) -> None:
    """Do what every due action says."""
    for (account, region, key), action in list(scalable_targets.scheduled_actions._data.items()):
        with request_scope(account, region):
            target = scalable_targets.targets.get(key.rpartition("|")[0])
            if target is None or not is_due(action, now):
                continue
            if not target["SuspendedState"]["ScheduledScalingSuspended"]:
                _set_range(target, action["ScalableTargetAction"])


def _set_range(target: Record, range_: Record) -> None:
    least = range_.get("MinCapacity", target["MinCapacity"])
    most = max(range_.get("MaxCapacity", target["MaxCapacity"]), least)
    target.update(MinCapacity=least, MaxCapacity=most)
    service = ecs._services.get(target["ResourceId"].removeprefix("service/"))
    if service is None or service["status"] != "ACTIVE":
        return
    wanted = min(max(service["desiredCount"], least), most)
    if wanted != service["desiredCount"]:
        dynamic_scaling.set_desired_count(target["ResourceId"], wanted)


def install() -> None:
    if look not in minutes.followers:
        # Before the policies, which stay within the new range.
        minutes.followers.insert(0, look)
