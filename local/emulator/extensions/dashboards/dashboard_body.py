"""What CloudWatch finds wrong with the body of a dashboard.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/CloudWatch-Dashboard-Body-Structure.html
"""

import json
from collections.abc import Iterator
from typing import Any

from . import widget_metrics
from .widget_metrics import Problem

Record = dict[str, Any]

MOST_WIDGETS = 500
# The properties that a widget of each type must have.
_REQUIRED: dict[str, tuple[str, ...]] = {
    "alarm": ("alarms",),
    "custom": ("endpoint",),
    "explorer": ("metrics", "labels"),
    "log": ("query", "region"),
    "metric": ("region",),
    "text": ("markdown",),
}
# The least and the most of a grid of 24 columns.
_PLACE = {"x": (0, 23), "y": (0, None), "width": (1, 24), "height": (1, 1000)}


def problems(body: str) -> list[Problem]:
    """Each problem with the path of what has it; none if the body is valid."""
    try:
        document = json.loads(body)
    except ValueError as error:
        return [Problem("", f"Should be valid JSON: {error}")]
    if not isinstance(document, dict):
        return [Problem("", "Should be object")]
    widgets = document.get("widgets")
    if widgets is None:
        return [Problem("", "Should have required property 'widgets'")]
    if not isinstance(widgets, list):
        return [Problem("/widgets", "Should be array")]
    if len(widgets) > MOST_WIDGETS:
        return [Problem("/widgets", f"Should NOT have more than {MOST_WIDGETS} items")]
    return [
        each
        for index, widget in enumerate(widgets)
        for each in _of_widget(f"/widgets/{index}", widget)
    ]


def _of_widget(path: str, widget: Any) -> Iterator[Problem]:
    if not isinstance(widget, dict):
        yield Problem(path, "Should be object")
        return
    missing = [name for name in ("type", "properties") if name not in widget]
    yield from (Problem(path, f"Should have required property '{name}'") for name in missing)
    yield from _of_place(path, widget)
    kind, properties = widget.get("type"), widget.get("properties")
    if kind is not None and kind not in _REQUIRED:
        allowed = ", ".join(sorted(_REQUIRED))
        yield Problem(f"{path}/type", f"Should be equal to one of the allowed values: {allowed}")
    elif properties is not None and not isinstance(properties, dict):
        yield Problem(f"{path}/properties", "Should be object")
    elif not missing:
        yield from _of_properties(f"{path}/properties", str(kind), widget["properties"])


def _of_place(path: str, widget: Record) -> Iterator[Problem]:
    if ("x" in widget) != ("y" in widget):
        yield Problem(path, "Should have both of x and y, or neither")
    for name, (least, most) in _PLACE.items():
        value = widget.get(name, least)
        if not isinstance(value, int) or isinstance(value, bool):
            yield Problem(f"{path}/{name}", "Should be integer")
        elif value < least:
            yield Problem(f"{path}/{name}", f"Should be >= {least}")
        elif most is not None and value > most:
            yield Problem(f"{path}/{name}", f"Should be <= {most}")


def _of_properties(path: str, kind: str, properties: Record) -> Iterator[Problem]:
    for name in _REQUIRED[kind]:
        if name not in properties:
            yield Problem(path, f"Should have required property '{name}'")
    if kind == "metric":
        yield from widget_metrics.problems(path, properties)
    if kind == "text" and not isinstance(properties.get("markdown", ""), str):
        yield Problem(f"{path}/markdown", "Should be string")
    if kind == "alarm":
        yield from _of_alarms(f"{path}/alarms", properties.get("alarms", []))


def _of_alarms(path: str, alarms: Any) -> Iterator[Problem]:
    if not isinstance(alarms, list):
        yield Problem(path, "Should be array")
        return
    if not 1 <= len(alarms) <= 100:
        yield Problem(path, "Should have 1 to 100 items")
    for index, each in enumerate(alarms):
        if not isinstance(each, str) or ":alarm:" not in each or not each.startswith("arn:"):
            yield Problem(f"{path}/{index}", "Should be the ARN of an alarm")
