"""Application Auto Scaling, selected by its target header.

MiniStack has no such service. The requests of Terraform's `aws_appautoscaling_target`, `_policy`
and `_scheduled_action` are in `scalable_targets`, `scaling_policies` and `scheduled_actions`;
`dynamic_scaling` does what they ask for.
"""

import copy
import json
from collections.abc import Callable
from typing import Any

from ministack import app
from ministack.core import router
from ministack.core.responses import error_response_json, json_response

from . import scalable_targets, scaling_policies
from . import scheduled_actions as actions
from .scalable_targets import (
    SERVICE,
    RefusalError,
    Request,
    policies,
    scheduled_actions,
    tags,
    targets,
)

Response = tuple[int, dict[str, str], bytes]

_CONTENT_TYPE = "application/x-amz-json-1.1"


_STORES = {
    "targets": targets,
    "policies": policies,
    "scheduled_actions": scheduled_actions,
    "tags": tags,
}


def get_state() -> dict[str, Any]:
    return copy.deepcopy(dict(_STORES))


def load_persisted_state(data: dict[str, Any]) -> None:
    for name, store in _STORES.items():
        store.update(data.get(name, {}))


def reset() -> None:
    for store in _STORES.values():
        store.clear()


_ACTIONS: dict[str, Callable[[Request], Request]] = {
    "RegisterScalableTarget": scalable_targets.register_scalable_target,
    "DescribeScalableTargets": scalable_targets.describe_scalable_targets,
    "DeregisterScalableTarget": scalable_targets.deregister_scalable_target,
    "PutScalingPolicy": scaling_policies.put_scaling_policy,
    "DescribeScalingPolicies": scaling_policies.describe_scaling_policies,
    "DeleteScalingPolicy": scaling_policies.delete_scaling_policy,
    "PutScheduledAction": actions.put_scheduled_action,
    "DescribeScheduledActions": actions.describe_scheduled_actions,
    "DeleteScheduledAction": actions.delete_scheduled_action,
    "TagResource": scalable_targets.tag_resource,
    "UntagResource": scalable_targets.untag_resource,
    "ListTagsForResource": scalable_targets.list_tags_for_resource,
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
