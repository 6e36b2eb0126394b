"""Scalable targets of Application Auto Scaling, with their policies, scheduled actions and tags.

MiniStack lacks them. Requests that AWS refuses are refused here, so that mistakes show up locally.
"""

import time
from collections.abc import Callable
from typing import Any

from ministack.core.responses import (
    AccountRegionScopedDict,
    get_account_id,
    get_region,
    new_uuid,
)

from . import target_alarms

Request = dict[str, Any]

SERVICE = "application-autoscaling"
KEY_FIELDS = ("ServiceNamespace", "ResourceId", "ScalableDimension")

_NOT_SUSPENDED = {
    "DynamicScalingInSuspended": False,
    "DynamicScalingOutSuspended": False,
    "ScheduledScalingSuspended": False,
}

targets = AccountRegionScopedDict()
policies = AccountRegionScopedDict()
scheduled_actions = AccountRegionScopedDict()
tags = AccountRegionScopedDict()

# For each service namespace: whether a resource, by its id, can be scaled.
existence: dict[str, Callable[[str], bool]] = {}


class RefusalError(Exception):
    """Becomes an error answer with this code and message."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


def key_of(request: Request) -> str:
    missing = [name for name in KEY_FIELDS if not request.get(name)]
    if missing:
        raise RefusalError("ValidationException", f"{', '.join(missing)} must not be empty")
    return "|".join(request[name] for name in KEY_FIELDS)


def described(request: Request) -> str:
    return (
        f"service namespace: {request['ServiceNamespace']}, resource ID: {request['ResourceId']}, "
        f"scalable dimension: {request['ScalableDimension']}"
    )


def _arn(identity: str) -> str:
    return f"arn:aws:{SERVICE}:{get_region()}:{get_account_id()}:scalable-target/{identity}"


def target_of(request: Request) -> dict[str, Any]:
    target = targets.get(key_of(request))
    if target is None:
        raise RefusalError(
            "ObjectNotFoundException", f"No scalable target found for {described(request)}"
        )
    return target


def register_scalable_target(request: Request) -> Request:
    key = key_of(request)
    is_there = existence.get(request["ServiceNamespace"])
    if is_there and not is_there(request["ResourceId"]):
        raise RefusalError(
            "ValidationException", f"ECS service doesn't exist: {request['ResourceId']}"
        )
    target = dict(targets.get(key) or {})
    if not target:
        target = {name: request[name] for name in KEY_FIELDS}
        target["ScalableTargetARN"] = _arn(new_uuid().replace("-", "")[:24])
        target["RoleARN"] = request.get("RoleARN") or (
            f"arn:aws:iam::{get_account_id()}:role/aws-service-role/ecs.{SERVICE}.amazonaws.com/"
            "AWSServiceRoleForApplicationAutoScaling_ECSService"
        )
        target["CreationTime"] = int(time.time())
        if "MinCapacity" not in request or "MaxCapacity" not in request:
            raise RefusalError("ValidationException", "MinCapacity and MaxCapacity are required")
    for field in ("MinCapacity", "MaxCapacity", "RoleARN"):
        if request.get(field) is not None:
            target[field] = request[field]
    if not 0 <= target["MinCapacity"] <= target["MaxCapacity"]:
        raise RefusalError(
            "ValidationException",
            f"Maximum capacity ({target['MaxCapacity']}) cannot be less than minimum capacity "
            f"({target['MinCapacity']})",
        )
    # What a request leaves out stays as it is.
    suspended = {**_NOT_SUSPENDED, **target.get("SuspendedState", {})}
    target["SuspendedState"] = {**suspended, **(request.get("SuspendedState") or {})}
    targets[key] = target
    if request.get("Tags"):
        tags[target["ScalableTargetARN"]] = dict(request["Tags"])
    return {"ScalableTargetARN": target["ScalableTargetARN"]}


def describe_scalable_targets(request: Request) -> Request:
    wanted = set(request.get("ResourceIds") or [])
    found = [
        target
        for target in matching(targets, request)
        if not wanted or target["ResourceId"] in wanted
    ]
    return {"ScalableTargets": found}


def deregister_scalable_target(request: Request) -> Request:
    target_of(request)
    _remove(key_of(request))
    return {}


def drop(namespace: str, resource_id: str) -> None:
    """Drop the targets of a deleted resource, with their policies and scheduled actions."""
    for key in [key for key in targets if key.startswith(f"{namespace}|{resource_id}|")]:
        _remove(key)


def _remove(key: str) -> None:
    target = targets.pop(key)
    tags.pop(target["ScalableTargetARN"], None)
    for store in (policies, scheduled_actions):
        for name in [name for name in store if name.startswith(key + "|")]:
            dropped = store.pop(name)
            if store is policies:
                target_alarms.drop(dropped)


def matching(store: AccountRegionScopedDict, request: Request) -> list[dict[str, Any]]:
    dimension = request.get("ScalableDimension")
    return [
        record
        for record in store.values()
        if record["ServiceNamespace"] == request.get("ServiceNamespace")
        and (not dimension or record["ScalableDimension"] == dimension)
    ]


def _tagged(request: Request) -> str:
    arn = request.get("ResourceARN", "")
    if all(target["ScalableTargetARN"] != arn for target in targets.values()):
        raise RefusalError("ResourceNotFoundException", f"The resource {arn} was not found")
    return arn


def tag_resource(request: Request) -> Request:
    arn = _tagged(request)
    tags[arn] = {**(tags.get(arn) or {}), **request.get("Tags", {})}
    return {}


def untag_resource(request: Request) -> Request:
    arn = _tagged(request)
    gone = set(request.get("TagKeys", []))
    tags[arn] = {key: value for key, value in (tags.get(arn) or {}).items() if key not in gone}
    return {}


def list_tags_for_resource(request: Request) -> Request:
    return {"Tags": tags.get(_tagged(request)) or {}}
