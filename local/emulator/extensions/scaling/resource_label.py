"""The label of a scaling policy's metric: a load balancer and one of its target groups.

https://docs.aws.amazon.com/autoscaling/application/APIReference/API_PredefinedMetricSpecification.html
"""

import re
from collections.abc import Iterable
from typing import Any

from ministack.services import alb

_LABELLED = "ALBRequestCountPerTarget"
_LABEL = re.compile(r"(app/[^/]+/[0-9a-z]+)/(targetgroup/[^/]+/[0-9a-z]+)")


def problem_of(policy: dict[str, Any]) -> str | None:
    """Return what AWS finds wrong with the label of a policy's predefined metric."""
    tracking = policy.get("TargetTrackingScalingPolicyConfiguration") or {}
    metric = tracking.get("PredefinedMetricSpecification") or {}
    if metric.get("PredefinedMetricType") != _LABELLED:
        return None
    label = metric.get("ResourceLabel")
    if not label:
        return f"Resource label should be specified for predefined metric type {_LABELLED}"
    match = _LABEL.fullmatch(label)
    if match is None:
        return f"Invalid resource label: {label}"
    if not _ends_one(match[1], alb._lbs) or not _ends_one(match[2], alb._tgs):
        return f"The load balancer or the target group of {label} does not exist"
    return None


def _ends_one(ending: str, arns: Iterable[str]) -> bool:
    return any(arn.endswith(f"{separator}{ending}") for arn in arns for separator in ("/", ":"))
