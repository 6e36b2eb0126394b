"""The metric that a target tracking policy holds at its target, and its values by minute.

https://docs.aws.amazon.com/autoscaling/application/APIReference/API_TargetTrackingScalingPolicyConfiguration.html
"""

import re
from collections.abc import Callable, Sequence
from typing import Any

from ..metrics import series
from ..metrics.series import Series
from .metric_math import MetricMathError, Value, evaluate

Record = dict[str, Any]

_OF_ECS = {
    "ECSServiceAverageCPUUtilization": ("AWS/ECS", "CPUUtilization"),
    "ECSServiceAverageMemoryUtilization": ("AWS/ECS", "MemoryUtilization"),
}
_REQUESTS = "ALBRequestCountPerTarget"
_ID = re.compile(r"[a-z]\w*")


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
    return _problem_of_queries(queries)


def _problem_of_queries(queries: list[Record]) -> str | None:
    ids = [query.get("Id", "") for query in queries]
    wrong = [each for each in ids if not _ID.fullmatch(each) or ids.count(each) > 1]
    if wrong:
        return f"Invalid metric id: {wrong[0]!r}; it must begin in lower case, and be the only one"
    returned = [each["Id"] for each in queries if each.get("ReturnData", True)]
    if len(returned) != 1:
        return f"Exactly one element of the metrics list should return data, not {len(returned)}"
    if any(("Expression" in each) == ("MetricStat" in each) for each in queries):
        return "Each element of the metrics list must have either Expression or MetricStat"
    stats = [each["MetricStat"].get("Stat") for each in queries if "MetricStat" in each]
    unknown = [stat for stat in stats if not series.knows(stat)]
    if unknown:
        return f"Unsupported statistic: {unknown[0]}"
    try:
        _calculated(queries, lambda _: {}, ())
    except MetricMathError as error:
        return f"Invalid metrics list: {error}"
    return None


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
        return _calculated(customized["Metrics"], read, minutes)
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


def _calculated(
    queries: list[Record], read: Callable[[Record], Series], minutes: Sequence[int]
) -> Series:
    known: dict[str, Value] = {
        each["Id"]: read(each["MetricStat"]) for each in queries if "MetricStat" in each
    }
    # An expression may name one that follows it.
    waiting = [each for each in queries if "Expression" in each]
    for _ in range(len(waiting)):
        waiting = [each for each in waiting if not _evaluated(each, known, minutes, waiting)]
    if waiting:
        raise MetricMathError(f"{waiting[0]['Expression']!r} depends on itself")
    (returned,) = [each["Id"] for each in queries if each.get("ReturnData", True)]
    value = known[returned]
    if not isinstance(value, dict):
        raise MetricMathError(f"{returned} is a number, not a time series")
    return value


def _evaluated(
    query: Record, known: dict[str, Value], minutes: Sequence[int], waiting: list[Record]
) -> bool:
    names = set(re.findall(r"[a-z]\w*", query["Expression"]))
    if names & {each["Id"] for each in waiting} - known.keys():
        return False
    known[query["Id"]] = evaluate(query["Expression"], known, minutes)
    return True
