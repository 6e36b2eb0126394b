import re
from typing import Any

import pytest

from extensions.metrics.series import record
from extensions.scaling import tracked_metric

SERVICE = {"ClusterName": "main", "ServiceName": "app"}
MINUTES = range(1, 4)


@pytest.fixture(autouse=True)
def _no_metrics(metrics: None) -> None:
    del metrics


def stat(identity: str, name: str, stat: str = "Average", **dimensions: str) -> dict[str, Any]:
    pairs = [{"Name": each, "Value": value} for each, value in dimensions.items()]
    metric = {"Namespace": "AWS/SQS", "MetricName": name, "Dimensions": pairs}
    return {"Id": identity, "ReturnData": False, "MetricStat": {"Metric": metric, "Stat": stat}}


def math(identity: str, expression: str, returned: bool = False) -> dict[str, Any]:
    return {"Id": identity, "Expression": expression, "ReturnData": returned}


def values(**tracking: Any) -> dict[int, float]:
    policy = {
        "ResourceId": "service/main/app",
        "TargetTrackingScalingPolicyConfiguration": {"TargetValue": 70, **tracking},
    }
    return tracked_metric.values_of(policy, MINUTES, lambda moment: int(moment // 60))


def test_cpu_and_memory_are_the_averages_of_the_services_own_tasks() -> None:
    for value in (20, 40):
        record(("AWS/ECS", "CPUUtilization"), SERVICE, value, 61, "Percent")
    record(("AWS/ECS", "CPUUtilization"), {**SERVICE, "ServiceName": "b"}, 99, 61, "Percent")
    record(("AWS/ECS", "MemoryUtilization"), SERVICE, 55, 61, "Percent")
    for kind, value in (("CPU", 30), ("Memory", 55)):
        predefined = {"PredefinedMetricType": f"ECSServiceAverage{kind}Utilization"}
        assert values(PredefinedMetricSpecification=predefined) == {1: value}


def test_requests_are_those_to_each_target_of_the_labelled_group() -> None:
    group = {"TargetGroup": "targetgroup/app/1"}
    for value in (200, 400):
        record(("AWS/ApplicationELB", "RequestCountPerTarget"), group, value, 61, "Count")
    predefined = {
        "PredefinedMetricType": "ALBRequestCountPerTarget",
        "ResourceLabel": "app/platform/1/targetgroup/app/1",
    }
    assert values(PredefinedMetricSpecification=predefined) == {1: 600}


def test_metric_math_takes_its_expressions_in_any_order() -> None:
    record(("AWS/SQS", "Visible"), {"QueueName": "a"}, 30, 61, "Count")
    record(("AWS/SQS", "Visible"), {"QueueName": "b"}, 10, 61, "Count")
    queries = [
        math("backlog", "messages / 2", returned=True),
        math("messages", "a + b"),
        stat("a", "Visible", QueueName="a"),
        stat("b", "Visible", QueueName="b"),
    ]
    assert values(CustomizedMetricSpecification={"Metrics": queries}) == {1: 20}


def test_a_single_metric_of_ones_own_is_read_as_it_is() -> None:
    record(("Own", "Busy"), {"Name": "app"}, 3, 121, "None")
    own = {
        "Namespace": "Own",
        "MetricName": "Busy",
        "Dimensions": [{"Name": "Name", "Value": "app"}],
        "Statistic": "Maximum",
    }
    assert tracked_metric.problem_of({"CustomizedMetricSpecification": own}) is None
    assert values(CustomizedMetricSpecification=own) == {2: 3}


def test_only_the_asked_minutes_are_read() -> None:
    for moment in (0, 61, 300):
        record(("AWS/ECS", "CPUUtilization"), SERVICE, 50, moment, "Percent")
    predefined = {"PredefinedMetricType": "ECSServiceAverageCPUUtilization"}
    assert values(PredefinedMetricSpecification=predefined) == {1: 50}


@pytest.mark.parametrize(
    ("queries", "problem"),
    [
        ([stat("a", "Visible"), math("b", "a")], "Exactly one element .* return data, not 0"),
        ([math("a", "1", True), math("b", "1", True)], "return data, not 2"),
        ([stat("A", "Visible"), math("b", "1", True)], "Invalid metric id: 'A'"),
        ([math("a", "1"), math("a", "1", True)], "Invalid metric id: 'a'"),
        ([stat("a", "Visible", "iqm"), math("b", "a", True)], "Unsupported statistic: iqm"),
        ([{"Id": "a", "ReturnData": True}], "either Expression or MetricStat"),
        ([math("a", "b", True), math("b", "a")], "depends on itself"),
        ([math("a", "queue / 2", True)], "names 'queue', which is no id"),
        ([math("a", "1 + 1", True)], "a is a number, not a time series"),
    ],
)
def test_a_list_of_metrics_that_aws_cannot_track_is_refused(
    queries: list[dict[str, Any]], problem: str
) -> None:
    found = tracked_metric.problem_of({"CustomizedMetricSpecification": {"Metrics": queries}})
    assert re.search(problem, str(found))


def test_a_policy_tracks_exactly_one_metric() -> None:
    one = {"PredefinedMetricType": "ECSServiceAverageCPUUtilization"}
    both = {"PredefinedMetricSpecification": one, "CustomizedMetricSpecification": {"Metrics": []}}
    for tracking in ({}, both):
        assert "Either a predefined or a customized" in str(tracked_metric.problem_of(tracking))
    incomplete = {"CustomizedMetricSpecification": {"Namespace": "Own"}}
    assert tracked_metric.problem_of(incomplete) == "MetricName, Statistic must be specified"


def test_a_metric_of_another_service_is_refused() -> None:
    other = {"PredefinedMetricType": "RDSReaderAverageCPUUtilization"}
    problem = tracked_metric.problem_of({"PredefinedMetricSpecification": other})
    assert problem == (
        "Predefined metric type RDSReaderAverageCPUUtilization is not one of Amazon ECS"
    )
