from collections.abc import Iterator
from typing import Any

import pytest
from ministack.services import alb

from extensions.scaling import application_autoscaling, scalable_targets

from .test_application_autoscaling import POLICY, TARGET, call, register

OF_BALANCER, OF_GROUP = "app/main/0a1b2cxyz", "targetgroup/web/3d4e5fxyz"
ARN = "arn:aws:elasticloadbalancing:us-east-1:000000000000:"


@pytest.fixture(autouse=True)
def _balanced(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(scalable_targets, "existence", {"ecs": lambda resource_id: True})
    monkeypatch.setattr(alb, "_lbs", {f"{ARN}loadbalancer/{OF_BALANCER}": {}})
    monkeypatch.setattr(alb, "_tgs", {f"{ARN}{OF_GROUP}": {}})
    application_autoscaling.reset()
    register()
    yield
    application_autoscaling.reset()


def put(label: str | None, metric: str = "ALBRequestCountPerTarget") -> dict[str, Any]:
    specification = {"PredefinedMetricType": metric, **({"ResourceLabel": label} if label else {})}
    configuration = {"TargetValue": 600, "PredefinedMetricSpecification": specification}
    return call(
        "PutScalingPolicy", **{**POLICY, "TargetTrackingScalingPolicyConfiguration": configuration}
    )


def test_requests_are_counted_by_load_balancer_and_target_group() -> None:
    label = f"{OF_BALANCER}/{OF_GROUP}"
    assert "PolicyARN" in put(label)
    (policy,) = call("DescribeScalingPolicies", **TARGET)["ScalingPolicies"]
    tracking = policy["TargetTrackingScalingPolicyConfiguration"]
    assert tracking["PredefinedMetricSpecification"]["ResourceLabel"] == label


@pytest.mark.parametrize(
    ("label", "words"),
    [
        (None, "Resource label should be specified for predefined metric type ALBRequest"),
        (OF_GROUP, "Invalid resource label"),
        (f"{ARN}loadbalancer/{OF_BALANCER}/{OF_GROUP}", "Invalid resource label"),
        (f"{OF_BALANCER}/targetgroup/web/999999", "does not exist"),
        (f"app/other/0a1b2cxyz/{OF_GROUP}", "does not exist"),
    ],
)
def test_what_aws_refuses_is_refused_and_stores_nothing(label: str | None, words: str) -> None:
    refusal = put(label)
    assert refusal["__type"] == "ValidationException"
    assert words in refusal["message"]
    assert call("DescribeScalingPolicies", **TARGET)["ScalingPolicies"] == []


def test_other_metrics_need_no_label() -> None:
    assert "PolicyARN" in put(None, "ECSServiceAverageCPUUtilization")
