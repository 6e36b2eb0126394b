"""Scaling policies of Application Auto Scaling: stored and described, never executed.

MiniStack lacks them. Scaling out brings nothing on a single machine.
"""

import time

from ministack.core.responses import get_account_id, get_region, new_uuid

from .resource_label import problem_of
from .scalable_targets import (
    RefusalError,
    Request,
    described,
    key_of,
    matching,
    policies,
    target_of,
)


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
    problem = problem_of(policy)
    if problem is not None:
        raise RefusalError("ValidationException", problem)
    policies[key] = policy
    return {"PolicyARN": policy["PolicyARN"], "Alarms": policy["Alarms"]}


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
    if policies.pop(f"{key_of(request)}|{name}", None) is None:
        raise RefusalError(
            "ObjectNotFoundException", f"No scaling policy {name} found for {described(request)}"
        )
    return {}
