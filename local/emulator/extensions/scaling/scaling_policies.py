"""Scaling policies of Application Auto Scaling, as they are created, described and deleted.

MiniStack lacks them. `dynamic_scaling` acts on those that track a target; of step scaling, which no
stack uses, only the requests are known.
"""

import time

from ministack.core.responses import get_account_id, get_region, new_uuid

from . import resource_label, target_alarms, tracked_metric
from .scalable_targets import (
    RefusalError,
    Request,
    described,
    key_of,
    matching,
    policies,
    target_of,
)

_TARGET_TRACKING = "TargetTrackingScaling"


def put_scaling_policy(request: Request) -> Request:
    target_of(request)
    name = request.get("PolicyName")
    if not name:
        raise RefusalError("ValidationException", "PolicyName must not be empty")
    key = f"{key_of(request)}|{name}"
    policy = dict(policies.get(key) or {})
    if not policy:
        identity = f"{new_uuid()}:resource/{request['ServiceNamespace']}/{request['ResourceId']}"
        arn = f"arn:aws:autoscaling:{get_region()}:{get_account_id()}:scalingPolicy:{identity}"
        policy["PolicyARN"] = f"{arn}:policyName/{name}"
        policy["CreationTime"] = int(time.time())
        policy["Alarms"] = []
        policy["PolicyType"] = "StepScaling"
    policy.update({field: value for field, value in request.items() if value is not None})
    problem = _problem_of(policy)
    if problem is not None:
        raise RefusalError("ValidationException", problem)
    if policy["PolicyType"] == _TARGET_TRACKING:
        policy["Alarms"] = target_alarms.create(policy, time.time())
    policies[key] = policy
    return {"PolicyARN": policy["PolicyARN"], "Alarms": policy["Alarms"]}


def _problem_of(policy: Request) -> str | None:
    if policy["PolicyType"] != _TARGET_TRACKING:
        return None
    tracking = policy.get("TargetTrackingScalingPolicyConfiguration")
    if not tracking or "TargetValue" not in tracking:
        return "TargetTrackingScalingPolicyConfiguration with a TargetValue must be specified"
    return tracked_metric.problem_of(tracking) or resource_label.problem_of(policy)


def describe_scaling_policies(request: Request) -> Request:
    names = set(request.get("PolicyNames") or [])
    resource = request.get("ResourceId")
    found = [
        policy
        for policy in matching(policies, request)
        if (not names or policy["PolicyName"] in names)
        and (not resource or policy["ResourceId"] == resource)
    ]
    return {"ScalingPolicies": found}


def delete_scaling_policy(request: Request) -> Request:
    name = request.get("PolicyName")
    policy = policies.pop(f"{key_of(request)}|{name}", None)
    if policy is None:
        raise RefusalError(
            "ObjectNotFoundException", f"No scaling policy {name} found for {described(request)}"
        )
    target_alarms.drop(policy)
    return {}
