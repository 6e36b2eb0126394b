import asyncio
import json
from collections.abc import Iterator
from typing import Any

import pytest
from ministack import app
from ministack.core import router

from extensions.scaling import application_autoscaling, scalable_targets

TARGET = {
    "ServiceNamespace": "ecs",
    "ResourceId": "service/main/app",
    "ScalableDimension": "ecs:service:DesiredCount",
}
TRACKING = {
    "TargetValue": 70,
    "PredefinedMetricSpecification": {"PredefinedMetricType": "ECSServiceAverageCPUUtilization"},
}
POLICY = {
    **TARGET,
    "PolicyName": "cpu",
    "PolicyType": "TargetTrackingScaling",
    "TargetTrackingScalingPolicyConfiguration": TRACKING,
}


@pytest.fixture(autouse=True)
def _empty(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(scalable_targets, "existence", {"ecs": lambda resource_id: True})
    application_autoscaling.reset()
    yield
    application_autoscaling.reset()


def call(action: str, **request: Any) -> dict[str, Any]:
    headers = {"x-amz-target": f"AnyScaleFrontendService.{action}"}
    body = json.dumps(request).encode()
    handler = app.SERVICE_HANDLERS["application-autoscaling"]
    _, _, answer = asyncio.run(handler("POST", "/", headers, body, {}))
    return json.loads(answer)


def register(**changes: Any) -> dict[str, Any]:
    return call(
        "RegisterScalableTarget", **{**TARGET, "MinCapacity": 2, "MaxCapacity": 10, **changes}
    )


def test_requests_find_their_way_by_target_header() -> None:
    headers = {"x-amz-target": "AnyScaleFrontendService.RegisterScalableTarget"}
    assert router.detect_service("POST", "/", headers, {}) == "application-autoscaling"


def test_a_target_is_described_as_registered_and_changed_in_place() -> None:
    arn = register()["ScalableTargetARN"]
    assert register(MaxCapacity=4)["ScalableTargetARN"] == arn
    (target,) = call("DescribeScalableTargets", **TARGET, ResourceIds=[TARGET["ResourceId"]])[
        "ScalableTargets"
    ]
    assert (target["MinCapacity"], target["MaxCapacity"]) == (2, 4)
    assert target["RoleARN"].endswith("AWSServiceRoleForApplicationAutoScaling_ECSService")


def test_fails_on_a_minimum_above_the_maximum() -> None:
    assert register(MinCapacity=3, MaxCapacity=2)["__type"] == "ValidationException"
    assert call("DescribeScalableTargets", **TARGET)["ScalableTargets"] == []


@pytest.mark.parametrize("action", ["DeregisterScalableTarget", "PutScalingPolicy"])
def test_fails_on_a_target_that_is_not_registered(action: str) -> None:
    assert call(action, **POLICY)["__type"] == "ObjectNotFoundException"


def test_a_policy_lives_and_ends_with_its_target() -> None:
    register()
    arn = call("PutScalingPolicy", **POLICY)["PolicyARN"]
    assert call("PutScalingPolicy", **POLICY)["PolicyARN"] == arn
    described = call("DescribeScalingPolicies", **TARGET, PolicyNames=["cpu"])
    assert [each["PolicyName"] for each in described["ScalingPolicies"]] == ["cpu"]
    call("DeregisterScalableTarget", **TARGET)
    assert call("DescribeScalingPolicies", **TARGET)["ScalingPolicies"] == []


def test_a_policy_is_deleted_once() -> None:
    register()
    call("PutScalingPolicy", **POLICY)
    assert call("DeleteScalingPolicy", **POLICY) == {}
    assert call("DeleteScalingPolicy", **POLICY)["__type"] == "ObjectNotFoundException"


def test_tags_are_added_and_taken_away() -> None:
    arn = register(Tags={"a": "1"})["ScalableTargetARN"]
    call("TagResource", ResourceARN=arn, Tags={"b": "2"})
    call("UntagResource", ResourceARN=arn, TagKeys=["a"])
    assert call("ListTagsForResource", ResourceARN=arn) == {"Tags": {"b": "2"}}
    unknown = call("ListTagsForResource", ResourceARN="arn:unknown")
    assert unknown["__type"] == "ResourceNotFoundException"


def test_state_survives_saving_and_loading() -> None:
    register()
    state = application_autoscaling.get_state()
    application_autoscaling.reset()
    application_autoscaling.load_persisted_state(state)
    assert len(call("DescribeScalableTargets", **TARGET)["ScalableTargets"]) == 1


def test_what_is_suspended_is_changed_one_by_one() -> None:
    register(SuspendedState={"DynamicScalingInSuspended": True})
    register(SuspendedState={"ScheduledScalingSuspended": True})
    (target,) = call("DescribeScalableTargets", **TARGET)["ScalableTargets"]
    assert target["SuspendedState"] == {
        "DynamicScalingInSuspended": True,
        "DynamicScalingOutSuspended": False,
        "ScheduledScalingSuspended": True,
    }
