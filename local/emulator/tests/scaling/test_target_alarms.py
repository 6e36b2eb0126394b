import asyncio
from typing import Any
from urllib.parse import urlencode
from xml.etree import ElementTree

import pytest
from ministack.services import cloudwatch

from extensions.alarms import evaluation
from extensions.scaling import application_autoscaling, target_alarms

from .test_application_autoscaling import POLICY, TARGET, call, register


@pytest.fixture(autouse=True)
def _registered(monkeypatch: pytest.MonkeyPatch, metrics: None) -> None:
    del metrics
    existence = {"ecs": lambda resource_id: True}
    monkeypatch.setattr("extensions.scaling.scalable_targets.existence", existence)
    application_autoscaling.reset()
    register()


def described() -> list[dict[str | None, str | None]]:
    """Return the alarms as a client sees them."""
    body = urlencode({"Action": "DescribeAlarms", "Version": "2010-08-01"}).encode()
    headers = {"content-type": "application/x-www-form-urlencoded"}
    _, _, answer = asyncio.run(cloudwatch.handle_request("POST", "/", headers, body, {}))
    space = "{http://monitoring.amazonaws.com/doc/2010-08-01/}"
    members = ElementTree.fromstring(answer).findall(f".//{space}MetricAlarms/{space}member")
    return [{each.tag.removeprefix(space): each.text for each in one} for one in members]


def policy() -> dict[str, Any]:
    (found,) = call("DescribeScalingPolicies", **TARGET)["ScalingPolicies"]
    return found


def test_a_policy_has_an_alarm_for_more_tasks_and_one_for_fewer() -> None:
    answered = call("PutScalingPolicy", **POLICY)["Alarms"]
    assert answered == policy()["Alarms"]
    high, low = described()
    assert [high["AlarmName"], low["AlarmName"]] == [each["AlarmName"] for each in answered]
    assert str(high["AlarmName"]).startswith("TargetTracking-service/main/app-AlarmHigh-")
    assert str(low["AlarmName"]).startswith("TargetTracking-service/main/app-AlarmLow-")
    assert (high["Threshold"], high["EvaluationPeriods"]) == ("70.0", "3")
    assert (low["Threshold"], low["EvaluationPeriods"]) == ("63.0", "15")
    assert high["ComparisonOperator"] == "GreaterThanThreshold"
    assert low["ComparisonOperator"] == "LessThanThreshold"
    assert {high["StateValue"], low["StateValue"]} == {"INSUFFICIENT_DATA"}


def test_a_changed_policy_keeps_its_alarms_with_other_thresholds() -> None:
    before = call("PutScalingPolicy", **POLICY)["Alarms"]
    tracking = {**POLICY["TargetTrackingScalingPolicyConfiguration"], "TargetValue": 50}
    changed = {**POLICY, "TargetTrackingScalingPolicyConfiguration": tracking}
    assert call("PutScalingPolicy", **changed)["Alarms"] == before
    assert [each["Threshold"] for each in described()] == ["50.0", "45.0"]


@pytest.mark.parametrize(
    ("action", "request_"), [("DeleteScalingPolicy", POLICY), ("DeregisterScalableTarget", TARGET)]
)
def test_its_alarms_go_with_a_policy_and_with_its_target(
    action: str, request_: dict[str, Any]
) -> None:
    call("PutScalingPolicy", **POLICY)
    assert call(action, **request_) == {}
    assert described() == []


def test_their_states_are_those_that_scaling_saw_and_nothing_else_changes_them() -> None:
    call("PutScalingPolicy", **POLICY)
    target_alarms.show(policy(), "ALARM", "OK", 60)
    evaluation.look(60 * 60)
    assert [each["StateValue"] for each in described()] == ["ALARM", "OK"]


def test_alarms_that_a_restart_lost_are_there_again() -> None:
    before = call("PutScalingPolicy", **POLICY)["Alarms"]
    cloudwatch._alarms.clear()
    target_alarms.show(policy(), "OK", "OK", 60)
    assert [each["AlarmName"] for each in described()] == [each["AlarmName"] for each in before]
    assert [each["StateValue"] for each in described()] == ["OK", "OK"]
