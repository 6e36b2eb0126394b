"""Application Auto Scaling: scalable targets, scaling policies and their tags.

MiniStack has no such service. Terraform's `aws_appautoscaling_target` and
`aws_appautoscaling_policy` need the control plane only; nothing here changes a service's task
count, because one machine gains nothing from a tenth task. What AWS refuses is refused too, so that
a mistake shows up locally.
"""

import copy
import json
import time
from collections.abc import Callable
from typing import Any

from ministack import app
from ministack.core import router
from ministack.core.responses import (
    AccountRegionScopedDict,
    error_response_json,
    get_account_id,
    get_region,
    json_response,
    new_uuid,
)

Request = dict[str, Any]
Response = tuple[int, dict[str, str], bytes]

SERVICE = "application-autoscaling"
_CONTENT_TYPE = "application/x-amz-json-1.1"

_targets = AccountRegionScopedDict()
_policies = AccountRegionScopedDict()
_tags = AccountRegionScopedDict()


class RefusalError(Exception):
    """The answer is an error of this code and message."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


def get_state() -> dict[str, Any]:
    return copy.deepcopy({"targets": _targets, "policies": _policies, "tags": _tags})


def load_persisted_state(data: dict[str, Any]) -> None:
    for store, name in ((_targets, "targets"), (_policies, "policies"), (_tags, "tags")):
        store.update(data.get(name, {}))


def reset() -> None:
    for store in (_targets, _policies, _tags):
        store.clear()


def _key(request: Request) -> str:
    names = ("ServiceNamespace", "ResourceId", "ScalableDimension")
    missing = [name for name in names if not request.get(name)]
    if missing:
        raise RefusalError("ValidationException", f"{', '.join(missing)} must not be empty")
    return "|".join(request[name] for name in names)


def _described(request: Request) -> str:
    return (
        f"service namespace: {request['ServiceNamespace']}, resource ID: {request['ResourceId']}, "
        f"scalable dimension: {request['ScalableDimension']}"
    )


def _arn(kind: str, identity: str) -> str:
    return f"arn:aws:{SERVICE}:{get_region()}:{get_account_id()}:{kind}/{identity}"


def _target_of(request: Request) -> dict[str, Any]:
    target = _targets.get(_key(request))
    if target is None:
        raise RefusalError(
            "ObjectNotFoundException", f"No scalable target found for {_described(request)}"
        )
    return target


def register_scalable_target(request: Request) -> Request:
    key = _key(request)
    target = dict(_targets.get(key) or {})
    if not target:
        target = {name: request[name] for name in key_fields()}
        target["ScalableTargetARN"] = _arn("scalable-target", new_uuid().replace("-", "")[:24])
        target["RoleARN"] = request.get("RoleARN") or (
            f"arn:aws:iam::{get_account_id()}:role/aws-service-role/ecs.{SERVICE}.amazonaws.com/"
            "AWSServiceRoleForApplicationAutoScaling_ECSService"
        )
        target["CreationTime"] = int(time.time())
        if "MinCapacity" not in request or "MaxCapacity" not in request:
            raise RefusalError("ValidationException", "MinCapacity and MaxCapacity are required")
    for field in ("MinCapacity", "MaxCapacity", "SuspendedState", "RoleARN"):
        if request.get(field) is not None:
            target[field] = request[field]
    if not 0 <= target["MinCapacity"] <= target["MaxCapacity"]:
        raise RefusalError(
            "ValidationException",
            f"Maximum capacity ({target['MaxCapacity']}) cannot be less than minimum capacity "
            f"({target['MinCapacity']})",
        )
    off = {"DynamicScalingInSuspended": False, "DynamicScalingOutSuspended": False}
    target.setdefault("SuspendedState", {**off, "ScheduledScalingSuspended": False})
    _targets[key] = target
    if request.get("Tags"):
        _tags[target["ScalableTargetARN"]] = dict(request["Tags"])
    return {"ScalableTargetARN": target["ScalableTargetARN"]}


def key_fields() -> tuple[str, str, str]:
    return ("ServiceNamespace", "ResourceId", "ScalableDimension")


def describe_scalable_targets(request: Request) -> Request:
    wanted = set(request.get("ResourceIds") or [])
    found = [
        target
        for target in _matching(_targets, request)
        if not wanted or target["ResourceId"] in wanted
    ]
    return {"ScalableTargets": found}


def deregister_scalable_target(request: Request) -> Request:
    _target_of(request)
    target = _targets.pop(_key(request))
    _tags.pop(target["ScalableTargetARN"], None)
    for name in [name for name in _policies if name.startswith(_key(request) + "|")]:
        _policies.pop(name, None)
    return {}


def put_scaling_policy(request: Request) -> Request:
    _target_of(request)
    name = request.get("PolicyName")
    if not name:
        raise RefusalError("ValidationException", "PolicyName must not be empty")
    key = f"{_key(request)}|{name}"
    policy = dict(_policies.get(key) or {})
    if not policy:
        identity = f"{new_uuid()}:resource/{request['ServiceNamespace']}/{request['ResourceId']}"
        arn = f"arn:aws:autoscaling:{get_region()}:{get_account_id()}:scalingPolicy:{identity}"
        policy["PolicyARN"] = f"{arn}:policyName/{name}"
        policy["CreationTime"] = int(time.time())
        policy["Alarms"] = []
        policy["PolicyType"] = "StepScaling"
    policy.update({field: value for field, value in request.items() if value is not None})
    _policies[key] = policy
    return {"PolicyARN": policy["PolicyARN"], "Alarms": policy["Alarms"]}


def describe_scaling_policies(request: Request) -> Request:
    names = set(request.get("PolicyNames") or [])
    resource = request.get("ResourceId")
    found = [
        policy
        for policy in _matching(_policies, request)
        if (not names or policy["PolicyName"] in names)
        and (not resource or policy["ResourceId"] == resource)
    ]
    return {"ScalingPolicies": found}


def delete_scaling_policy(request: Request) -> Request:
    name = request.get("PolicyName")
    if _policies.pop(f"{_key(request)}|{name}", None) is None:
        raise RefusalError(
            "ObjectNotFoundException", f"No scaling policy {name} found for {_described(request)}"
        )
    return {}


def _matching(store: AccountRegionScopedDict, request: Request) -> list[dict[str, Any]]:
    dimension = request.get("ScalableDimension")
    return [
        record
        for record in store.values()
        if record["ServiceNamespace"] == request.get("ServiceNamespace")
        and (not dimension or record["ScalableDimension"] == dimension)
    ]


def _tagged(request: Request) -> str:
    arn = request.get("ResourceARN", "")
    if all(target["ScalableTargetARN"] != arn for target in _targets.values()):
        raise RefusalError("ResourceNotFoundException", f"The resource {arn} was not found")
    return arn


def tag_resource(request: Request) -> Request:
    arn = _tagged(request)
    _tags[arn] = {**(_tags.get(arn) or {}), **request.get("Tags", {})}
    return {}


def untag_resource(request: Request) -> Request:
    arn = _tagged(request)
    gone = set(request.get("TagKeys", []))
    _tags[arn] = {key: value for key, value in (_tags.get(arn) or {}).items() if key not in gone}
    return {}


def list_tags_for_resource(request: Request) -> Request:
    return {"Tags": _tags.get(_tagged(request)) or {}}


_ACTIONS: dict[str, Callable[[Request], Request]] = {
    "RegisterScalableTarget": register_scalable_target,
    "DescribeScalableTargets": describe_scalable_targets,
    "DeregisterScalableTarget": deregister_scalable_target,
    "PutScalingPolicy": put_scaling_policy,
    "DescribeScalingPolicies": describe_scaling_policies,
    "DeleteScalingPolicy": delete_scaling_policy,
    "TagResource": tag_resource,
    "UntagResource": untag_resource,
    "ListTagsForResource": list_tags_for_resource,
}


async def handle_request(
    method: str, path: str, headers: dict[str, str], body: bytes, query_params: dict[str, Any]
) -> Response:
    del method, path, query_params
    action = headers.get("x-amz-target", "").rpartition(".")[2]
    perform = _ACTIONS.get(action)
    if perform is None:
        return error_response_json("UnknownOperationException", f"Unknown operation: {action}")
    try:
        answer = perform(json.loads(body or b"{}"))
    except RefusalError as refusal:
        return error_response_json(refusal.code, str(refusal), content_type=_CONTENT_TYPE)
    return json_response(answer, content_type=_CONTENT_TYPE)


def install() -> None:
    router.SERVICE_PATTERNS[SERVICE] = {
        "host_patterns": [r"application-autoscaling\."],
        "target_prefixes": ["AnyScaleFrontendService"],
        "credential_scope": SERVICE,
    }
    app.SERVICE_HANDLERS[SERVICE] = handle_request
