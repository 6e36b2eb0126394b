"""The data points of CloudWatch's metrics, by the minute that they are about.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Statistics-definitions.html
"""

import re
from collections import defaultdict
from collections.abc import Callable, Mapping
from typing import Any

from ministack.services import cloudwatch

from . import minutes

# A value for each minute that has one.
Series = dict[int, float]

# CloudWatch keeps 15 days; here all of it is written with the state.
KEPT_SECONDS = 6 * 3600
MOST_POINTS = 2000

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
    """Add a value of a metric, named by its namespace and its name, measured `count` times."""
    points = cloudwatch._metric_bucket((*metric, cloudwatch._dims_key(dict(dimensions))))
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
    points: dict[int, list[dict[str, Any]]] = defaultdict(list)
    for point in list(cloudwatch._metrics.get(key) or []):
        if unit in (None, point["Unit"]):
            points[number_of(point["Timestamp"])].append(point)
    values = {minute: _statistic_of(each, statistic) for minute, each in points.items()}
    return {minute: value for minute, value in values.items() if value is not None}


def _statistic_of(points: list[dict[str, Any]], statistic: str) -> float | None:
    if not is_percentile(statistic):
        found = cloudwatch._calc_stats(points).get(statistic)
        return None if found is None else float(found)
    # There is none of negative values, nor of sets of statistics.
    samples = cloudwatch._percentile_samples(points)
    return float(cloudwatch._percentile(samples, float(statistic[1:]))) if samples else None
