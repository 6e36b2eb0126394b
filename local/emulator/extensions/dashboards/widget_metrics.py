"""The metrics of a widget: arrays of a namespace, a name, pairs of dimensions and options.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/CloudWatch-Dashboard-Body-Structure.html#CloudWatch-Dashboard-Properties-Metrics-Array-Format
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

Record = dict[str, Any]

MOST_METRICS = 500
_VIEWS = ("bar", "gauge", "pie", "singleValue", "table", "timeSeries")
# Anything else in the object at the end, dimensions above all, is refused.
_OPTIONS = {
    "accountId",
    "color",
    "expression",
    "id",
    "label",
    "period",
    "region",
    "stat",
    "visible",
    "yAxis",
}
# `.` is what the metric before has there, `...` all that it has up to there.
_SAME, _REST = ".", "..."


@dataclass(frozen=True)
class Problem:
    """What is wrong, and with which part of the body."""

    path: str
    message: str


def problems(path: str, properties: Record) -> Iterator[Problem]:
    """What is wrong with the properties of a widget of metrics."""
    view = properties.get("view", _VIEWS[-1])
    if view not in _VIEWS:
        allowed = ", ".join(_VIEWS)
        yield Problem(f"{path}/view", f"Should be equal to one of the allowed values: {allowed}")
    period = properties.get("period", 60)
    if not isinstance(period, int) or (period % 60 and period not in (1, 5, 10, 20, 30)):
        yield Problem(f"{path}/period", "Should be 1, 5, 10, 20, 30 or a multiple of 60")
    annotations = properties.get("annotations")
    shows_alarm = isinstance(annotations, dict) and "alarms" in annotations
    metrics = properties.get("metrics")
    if metrics is None:
        if not shows_alarm:
            yield Problem(path, "Should have required property 'metrics'")
    elif not isinstance(metrics, list):
        yield Problem(f"{path}/metrics", "Should be array")
    elif not 1 <= len(metrics) <= MOST_METRICS:
        yield Problem(f"{path}/metrics", f"Should have 1 to {MOST_METRICS} items")
    else:
        for index, metric in enumerate(metrics):
            yield from _of_metric(f"{path}/metrics/{index}", metric, is_first=index == 0)


def _of_metric(path: str, metric: Any, is_first: bool) -> Iterator[Problem]:
    if not isinstance(metric, list) or not metric:
        yield Problem(path, "Should be array with at least 1 item")
        return
    has_options = isinstance(metric[-1], dict)
    options = metric[-1] if has_options else {}
    names = metric[:-1] if has_options else metric
    if not names:
        if not isinstance(options.get("expression"), str):
            yield Problem(f"{path}/0", "Should have required property 'expression'")
        return
    wrong = [index for index, each in enumerate(names) if not isinstance(each, str)]
    if wrong:
        text = "Invalid metric field type, only 'String' type is allowed"
        yield Problem(f"{path}/{wrong[0]}", text)
        return
    if options.keys() - _OPTIONS:
        yield Problem(path, f"Should NOT have more than {len(names)} items")
    if is_first and {_SAME, _REST} & set(names):
        yield Problem(path, f"Should NOT refer to a metric before with {_SAME} or {_REST}")
    if _REST not in names and (len(names) < 2 or len(names) % 2):
        yield Problem(path, "Should be a namespace, a name, and pairs of a dimension and its value")
