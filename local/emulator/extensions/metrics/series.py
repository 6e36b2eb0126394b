"""The data points of CloudWatch's metrics, by the minute that they are about.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Statistics-definitions.html
"""

import re
import threading
from collections import defaultdict
from collections.abc import Callable, Mapping
from typing import Any

from ministack.services import cloudwatch

from . import minutes

# A value for each minute that has one.
Series = dict[int, float]

# CloudWatch keeps 15 days; here all of it is written with the state.
KEPT_SECONDS = 24 * 3600
# Of a metric: one a minute for the whole time, some a minute for less of it.
MOST_POINTS = 2000

Point = dict[str, Any]
# Requests and the minutes record at the same time.
_lock = threading.Lock()

STATISTICS = ("Average", "Maximum", "Minimum", "SampleCount", "Sum")
# p0 to p100, with a fraction.
_PERCENTILE = re.compile(r"p(\d{1,2}(\.\d{1,10})?|100(\.0{1,10})?)")


def is_percentile(statistic: str) -> bool:
    return bool(_PERCENTILE.fullmatch(statistic))


def knows(statistic: str | None) -> bool:
    return statistic is not None and (statistic in STATISTICS or is_percentile(statistic))


def record(
    metric: tuple[str, str],
    dimensions: Mapping[str, str],
    value: float,
    moment: float,
    unit: str,
    count: int = 1,
) -> None:
    """Add a value of a metric, named by its namespace and its name, measured `count` times.

    The same value of the same minute is one data point.
    """
    with _lock:
        points = cloudwatch._metric_bucket((*metric, cloudwatch._dims_key(dict(dimensions))))
        same = _same(points, float(value), moment, unit)
        if same is not None:
            same["Count"] = same.get("Count", 1.0) + count
            return
        points.append(
            {
                "Timestamp": moment,
                "Value": float(value),
                "Count": float(count),
                "Unit": unit,
                "Dimensions": dict(dimensions),
            }
        )
        oldest = moment - minutes.lasting(KEPT_SECONDS)
        points[:] = [each for each in points[-MOST_POINTS:] if each["Timestamp"] > oldest]


def _same(points: list[Point], value: float, moment: float, unit: str) -> Point | None:
    length = minutes.seconds()
    for each in reversed(points):
        if each["Timestamp"] // length != moment // length:
            return None
        # A set of statistics is no value.
        if (each["Value"], each["Unit"]) == (value, unit) and each.get("_stat") is None:
            return each
    return None


def read(
    metric: tuple[str, str],
    dimensions: Mapping[str, str],
    statistic: str,
    number_of: Callable[[float], int],
    unit: str | None = None,
) -> Series:
    """A statistic of each minute's data points, those that others put there included.

    With a unit, only the data points that have it count.
    """
    key = (*metric, cloudwatch._dims_key(dict(dimensions)))
    points: dict[int, list[Point]] = defaultdict(list)
    for point in list(cloudwatch._metrics.get(key) or []):
        if unit in (None, point["Unit"]):
            points[number_of(point["Timestamp"])].append(point)
    values = {minute: _statistic_of(each, statistic) for minute, each in points.items()}
    return {minute: value for minute, value in values.items() if value is not None}


def _statistic_of(points: list[Point], statistic: str) -> float | None:
    if not is_percentile(statistic):
        found = cloudwatch._calc_stats(points).get(statistic)
        return None if found is None else float(found)
    # There is none of negative values, nor of sets of statistics.
    samples = cloudwatch._percentile_samples(points)
    return float(cloudwatch._percentile(samples, float(statistic[1:]))) if samples else None
