"""Scheduled actions of Application Auto Scaling, which `timed_scaling` does when they are due.

MiniStack lacks them. Requests that AWS refuses are refused here, so that mistakes show up locally.
https://docs.aws.amazon.com/autoscaling/application/APIReference/API_PutScheduledAction.html
"""

import re
import time

from ministack.core.responses import get_account_id, get_region, new_uuid

from ..schedules.syntax import is_schedule, is_time_zone
from .scalable_targets import (
    RefusalError,
    Request,
    described,
    key_of,
    matching,
    scheduled_actions,
    target_of,
)

# The pattern of AWS's model: no blank at an end, no control character, and none of `:/|`.
_NAME = re.compile(r"(?!\s)[^\x00-\x1f\x7f-\x9f:/|]{1,256}(?<!\s)")

_CHANGED = ("Schedule", "Timezone", "ScalableTargetAction")
# What a request does not repeat is deleted.
_REPEATED = ("StartTime", "EndTime")


def put_scheduled_action(request: Request) -> Request:
    target_of(request)
    name = request.get("ScheduledActionName") or ""
    if not _NAME.fullmatch(name):
        raise RefusalError("ValidationException", f"Invalid ScheduledActionName: {name!r}")
    key = f"{key_of(request)}|{name}"
    known = scheduled_actions.get(key)
    action = dict(known or _new_action(request, name))
    for field in _REPEATED:
        action.pop(field, None)
    for field in (*_CHANGED, *_REPEATED):
        if request.get(field) is not None:
            action[field] = request[field]
    _check(action)
    scheduled_actions[key] = action
    return {}


def _new_action(request: Request, name: str) -> Request:
    identity = f"{new_uuid()}:resource/{request['ServiceNamespace']}/{request['ResourceId']}"
    arn = f"arn:aws:autoscaling:{get_region()}:{get_account_id()}:scheduledAction:{identity}"
    return {
        "ScheduledActionName": name,
        "ScheduledActionARN": f"{arn}:scheduledActionName/{name}",
        "ServiceNamespace": request["ServiceNamespace"],
        "ResourceId": request["ResourceId"],
        "ScalableDimension": request["ScalableDimension"],
        "CreationTime": int(time.time()),
    }


def _check(action: Request) -> None:
    schedule = action.get("Schedule")
    if not schedule or not is_schedule(schedule):
        raise RefusalError("ValidationException", f"Invalid schedule expression: {schedule}")
    zone = action.get("Timezone")
    if zone is not None and not is_time_zone(zone):
        raise RefusalError("ValidationException", f"Invalid timezone: {zone}")
    capacity = action.get("ScalableTargetAction") or {}
    least, most = capacity.get("MinCapacity"), capacity.get("MaxCapacity")
    if least is None and most is None:
        raise RefusalError(
            "ValidationException", "MinCapacity or MaxCapacity must be specified in the action"
        )
    if any(number is not None and number < 0 for number in (least, most)):
        raise RefusalError("ValidationException", "Capacities cannot be less than 0")
    if least is not None and most is not None and most < least:
        raise RefusalError(
            "ValidationException", "Maximum capacity cannot be less than minimum capacity"
        )


def describe_scheduled_actions(request: Request) -> Request:
    names = set(request.get("ScheduledActionNames") or [])
    resource = request.get("ResourceId")
    found = [
        action
        for action in matching(scheduled_actions, request)
        if (not names or action["ScheduledActionName"] in names)
        and (not resource or action["ResourceId"] == resource)
    ]
    return {"ScheduledActions": found}


def delete_scheduled_action(request: Request) -> Request:
    name = request.get("ScheduledActionName")
    if scheduled_actions.pop(f"{key_of(request)}|{name}", None) is None:
        raise RefusalError(
            "ObjectNotFoundException", f"No scheduled action {name} found for {described(request)}"
        )
    return {}
