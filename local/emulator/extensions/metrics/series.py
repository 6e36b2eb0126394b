"""The data points of CloudWatch's metrics, by the minute that they are about."""

from collections import defaultdict
from collections.abc import Callable, Mapping

from ministack.services import cloudwatch

# A value for each minute that has one.
Series = dict[int, float]

# Six hours of minutes: CloudWatch keeps 15 days, but all of it is written with the state.
MOST_POINTS = 360

_STATISTICS: dict[str, Callable[[list[float]], float]] = {
    "Average": lambda values: sum(values) / len(values),
    "Maximum": max,
    "Minimum": min,
    "SampleCount": lambda values: float(len(values)),
    "Sum": sum,
}


def knows(statistic: str) -> bool:
    return statistic in _STATISTICS


def record(
    metric: tuple[str, str], dimensions: Mapping[str, str], value: float, moment: float, unit: str
) -> None:
    """Add a data point of a metric, named by its namespace and its name."""
    points = cloudwatch._metric_bucket((*metric, cloudwatch._dims_key(dict(dimensions))))
    points.append(
        {
            "Timestamp": moment,
            "Value": float(value),
            "Unit": unit,
            "Dimensions": dict(dimensions),
        }
    )
    del points[:-MOST_POINTS]


def read(
    metric: tuple[str, str],
    dimensions: Mapping[str, str],
    statistic: str,
    number_of: Callable[[float], int],
) -> Series:
    """A statistic of each minute's data points, those that others put there included."""
    key = (*metric, cloudwatch._dims_key(dict(dimensions)))
    values: dict[int, list[float]] = defaultdict(list)
    for point in list(cloudwatch._metrics.get(key) or []):
        if "Value" in point:
            values[number_of(point["Timestamp"])].append(point["Value"])
    return {minute: _STATISTICS[statistic](each) for minute, each in values.items()}
