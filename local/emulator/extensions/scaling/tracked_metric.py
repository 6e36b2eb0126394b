"""The metric that a target tracking policy holds at its target, and its values by minute.

https://docs.aws.amazon.com/autoscaling/application/APIReference/API_TargetTrackingScalingPolicyConfiguration.html
"""

from collections.abc import Callable, Sequence
from typing import Any

from ..metrics import metric_queries, series
from ..metrics.series import Series

Record = dict[str, Any]

_OF_ECS = {
    "ECSServiceAverageCPUUtilization": ("AWS/ECS", "CPUUtilization"),
    "ECSServiceAverageMemoryUtilization": ("AWS/ECS", "MemoryUtilization"),
}
_REQUESTS = "ALBRequestCountPerTarget"


def problem_of(tracking: Record) -> str | None:
    """Return what AWS finds wrong with the metric of a policy."""
    predefined = tracking.get("PredefinedMetricSpecification")
    customized = tracking.get("CustomizedMetricSpecification")
    if (predefined is None) == (customized is None):
        return (
            "Either a predefined or a customized metric specification must be specified, "
            "and not both"
        )
    if predefined is not None:
        kind = predefined.get("PredefinedMetricType")
        is_known = kind in _OF_ECS or kind == _REQUESTS
        return None if is_known else f"Predefined metric type {kind} is not one of Amazon ECS"
    queries = customized.get("Metrics")
    if queries is None:
        missing = [
            each for each in ("MetricName", "Namespace", "Statistic") if each not in customized
        ]
        return f"{', '.join(missing)} must be specified" if missing else None
    return metric_queries.problem_of(queries)


def values_of(policy: Record, minutes: Sequence[int], number_of: Callable[[float], int]) -> Series:
    """The values of a policy's metric in those of these minutes that have one."""
    tracking = policy["TargetTrackingScalingPolicyConfiguration"]
    customized = tracking.get("CustomizedMetricSpecification")

    def read(stat: Record) -> Series:
        metric = stat["Metric"]
        dimensions = {each["Name"]: each["Value"] for each in metric.get("Dimensions", [])}
        name = (metric["Namespace"], metric["MetricName"])
        found = series.read(name, dimensions, stat["Stat"], number_of)
        return {minute: found[minute] for minute in minutes if minute in found}

    if customized is None:
        specification = tracking["PredefinedMetricSpecification"]
        return read(_predefined(specification, policy["ResourceId"]))
    if "Metrics" in customized:
        return metric_queries.calculate(customized["Metrics"], read, minutes)
    return read({"Metric": customized, "Stat": customized["Statistic"]})


def _predefined(specification: Record, resource_id: str) -> Record:
    kind = specification["PredefinedMetricType"]
    if kind == _REQUESTS:
        group = specification["ResourceLabel"].partition("/targetgroup/")[2]
        dimensions = {"TargetGroup": f"targetgroup/{group}"}
        name, stat = ("AWS/ApplicationELB", "RequestCountPerTarget"), "Sum"
    else:
        _, cluster, service = resource_id.split("/")
        dimensions = {"ClusterName": cluster, "ServiceName": service}
        name, stat = _OF_ECS[kind], "Average"
    pairs = [{"Name": each, "Value": value} for each, value in dimensions.items()]
    return {
        "Metric": {"Namespace": name[0], "MetricName": name[1], "Dimensions": pairs},
        "Stat": stat,
    }
