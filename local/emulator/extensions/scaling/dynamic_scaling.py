"""Target tracking at work: at the end of each minute, services get the tasks that they need.

https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-autoscaling-targettracking.html
"""

import json
import logging
from typing import Any

from ministack.core.responses import request_scope
from ministack.services import ecs

from .. import seam
from ..metrics import minutes
from . import scalable_targets, target_alarms, tracked_metric
from .alarm_evaluation import ALARM, HIGH, LOW, shows_demand
from .target_tracking import Capacity, Cooldowns, Reading, change

logger = logging.getLogger("scaling")

Record = dict[str, Any]

# For policies that name none, of ECS:
# https://docs.aws.amazon.com/autoscaling/application/APIReference/API_TargetTrackingScalingPolicyConfiguration.html
_COOLDOWN_SECONDS = 300

# By the ARN of the scalable target; forgotten at a restart, as nothing has changed lately then.
_cooldowns: dict[str, Cooldowns] = {}


def look(now: float) -> None:
    """Change the number of tasks of each service whose policies want another one."""
    for (account, region, key), target in list(scalable_targets.targets._data.items()):
        with request_scope(account, region):
            policies = [
                policy
                for name, policy in scalable_targets.policies.items()
                if name.startswith(f"{key}|") and policy["PolicyType"] == "TargetTrackingScaling"
            ]
            if target["ServiceNamespace"] == "ecs" and policies:
                _scale(target, policies, now)


def _scale(target: Record, policies: list[Record], now: float) -> None:
    service = ecs._services.get(target["ResourceId"].removeprefix("service/"))
    if service is None or service["status"] != "ACTIVE":
        return
    capacity = _capacity(target, service)
    readings = [_read(policy, capacity.running, now) for policy in policies]
    cooldowns = _cooldowns.setdefault(target["ScalableTargetARN"], Cooldowns())
    wanted = change(readings, capacity, cooldowns, now)
    if wanted is not None:
        set_desired_count(target["ResourceId"], wanted)


def _read(policy: Record, running: int, now: float) -> Reading:
    tracking = policy["TargetTrackingScalingPolicyConfiguration"]
    this = minutes.number_of(now)
    # What is filled in depends on how far an alarm looks back.
    lately, long = (
        tracked_metric.values_of(policy, alarm.looked_at(this), minutes.number_of)
        for alarm in (HIGH, LOW)
    )
    target = float(tracking["TargetValue"])
    high, low = HIGH.state(lately, target, this), LOW.state(long, target, this)
    target_alarms.show(policy, high, low, now)
    if running == 0 and shows_demand(lately, target, this):
        high = ALARM
    cooldown = {
        way: minutes.lasting(tracking.get(f"Scale{way}Cooldown", _COOLDOWN_SECONDS))
        for way in ("Out", "In")
    }
    return Reading(
        target=target,
        value=lately[max(lately)] if lately else None,
        high=high,
        low=low,
        out_cooldown=cooldown["Out"],
        in_cooldown=cooldown["In"],
        may_remove=not tracking.get("DisableScaleIn", False),
    )


def _capacity(target: Record, service: Record) -> Capacity:
    suspended = target["SuspendedState"]
    # ECS turns removing off during a deployment, and adding not.
    is_deploying = any(each["rolloutState"] == "IN_PROGRESS" for each in service["deployments"])
    return Capacity(
        desired=service["desiredCount"],
        # During a deployment, more may run than are wanted.
        running=min(ecs._sanitize(service)["runningCount"], service["desiredCount"]),
        least=target["MinCapacity"],
        most=target["MaxCapacity"],
        may_add=not suspended["DynamicScalingOutSuspended"],
        may_remove=not suspended["DynamicScalingInSuspended"] and not is_deploying,
    )


def set_desired_count(resource_id: str, count: int) -> None:
    """Tell ECS the number of tasks of `service/CLUSTER/NAME`, as UpdateService does."""
    _, cluster, service = resource_id.split("/")
    request = {"cluster": cluster, "service": service, "desiredCount": count}
    status, _, body = ecs._update_service(request)
    if status != 200:
        logger.warning("%s: ECS refused %d tasks: %s", service, count, json.loads(body))
    else:
        logger.info("%s: %d tasks are wanted", service, count)


def install() -> None:
    seam.check(ecs, "_update_service", "data")
    seam.check(ecs, "_sanitize", "obj")
    if look not in minutes.followers:
        minutes.followers.append(look)
