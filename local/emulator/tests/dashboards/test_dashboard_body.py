import json
from typing import Any

import pytest

from extensions.dashboards import dashboard_body

REQUESTS = ["AWS/ApplicationELB", "RequestCount", "LoadBalancer", "app/dev/1"]
METRIC = {"region": "us-east-1", "metrics": [REQUESTS]}
PROPERTIES: dict[str, dict[str, Any]] = {
    "alarm": {"alarms": ["arn:aws:cloudwatch:us-east-1:000000000000:alarm:errors"]},
    "log": {"query": "SOURCE 'app'", "region": "us-east-1"},
    "metric": METRIC,
    "text": {"markdown": "# app"},
}


def problems(*widgets: Any) -> list[tuple[str, str]]:
    found = dashboard_body.problems(json.dumps({"widgets": list(widgets)}))
    return [(each.path, each.message) for each in found]


def of_metrics(*metrics: Any, **properties: Any) -> list[tuple[str, str]]:
    given = {**METRIC, "metrics": list(metrics), **properties}
    found = problems({"type": "metric", "properties": given})
    return [(path.removeprefix("/widgets/0/properties"), message) for path, message in found]


@pytest.mark.parametrize("kind", PROPERTIES)
def test_a_widget_of_each_type_is_valid_with_its_place(kind: str) -> None:
    place = {"x": 0, "y": 0, "width": 12, "height": 6}
    assert problems({"type": kind, **place, "properties": PROPERTIES[kind]}) == []
    assert problems({"type": kind, "properties": PROPERTIES[kind]}) == []


@pytest.mark.parametrize(
    ("body", "problem"),
    [
        ("widgets", "Should be valid JSON: Expecting value: line 1 column 1 (char 0)"),
        ("[]", "Should be object"),
        ("{}", "Should have required property 'widgets'"),
        ('{"widgets": {}}', "Should be array"),
        (json.dumps({"widgets": [{}] * 501}), "Should NOT have more than 500 items"),
    ],
)
def test_what_is_no_dashboard_is_refused(body: str, problem: str) -> None:
    assert [each.message for each in dashboard_body.problems(body)] == [problem]


def test_a_widget_has_a_type_and_properties() -> None:
    assert problems({}, "text") == [
        ("/widgets/0", "Should have required property 'type'"),
        ("/widgets/0", "Should have required property 'properties'"),
        ("/widgets/1", "Should be object"),
    ]
    ((path, message),) = problems({"type": "chart", "properties": {}})
    assert path == "/widgets/0/type"
    assert message.endswith("alarm, custom, explorer, log, metric, text")


@pytest.mark.parametrize("kind", PROPERTIES)
def test_what_a_type_needs_is_required(kind: str) -> None:
    (name, *_) = dashboard_body._REQUIRED[kind]
    found = problems({"type": kind, "properties": {}})
    assert ("/widgets/0/properties", f"Should have required property '{name}'") in found


@pytest.mark.parametrize(
    ("place", "problem"),
    [
        ({"x": 1}, ("", "Should have both of x and y, or neither")),
        ({"x": 24, "y": 0}, ("/x", "Should be <= 23")),
        ({"width": 0}, ("/width", "Should be >= 1")),
        ({"width": 25}, ("/width", "Should be <= 24")),
        ({"height": "6"}, ("/height", "Should be integer")),
    ],
)
def test_its_place_is_in_the_grid(place: dict[str, Any], problem: tuple[str, str]) -> None:
    path, message = problem
    widget = {"type": "text", "properties": PROPERTIES["text"], **place}
    assert problems(widget) == [(f"/widgets/0{path}", message)]


@pytest.mark.parametrize(
    "metrics",
    [
        [REQUESTS, [".", "HTTPCode_Target_5XX_Count", ".", "."]],
        [REQUESTS, ["...", "app/dev/2", {"stat": "p95"}]],
        [[*REQUESTS, {"id": "m1", "visible": False}], [{"expression": "m1 * 2", "id": "e1"}]],
        [["AWS/ECS", "CPUUtilization"]],
    ],
)
def test_metrics_are_arrays_and_expressions(metrics: list[Any]) -> None:
    assert of_metrics(*metrics) == []


@pytest.mark.parametrize(
    ("metric", "path"),
    [
        (["AWS/ECS"], "/metrics/0"),
        (["AWS/ECS", "CPUUtilization", "ClusterName"], "/metrics/0"),
        (["AWS/ECS", "CPUUtilization", {"stat": "Sum"}, "ClusterName", "dev"], "/metrics/0/2"),
        (["AWS/ECS", "CPUUtilization", {"ClusterName": "dev"}], "/metrics/0"),
        (["AWS/ECS", "CPUUtilization", {"dimensions": {"ClusterName": "dev"}}], "/metrics/0"),
        ("AWS/ECS", "/metrics/0"),
        ([], "/metrics/0"),
        ([".", "CPUUtilization"], "/metrics/0"),
        ([{"id": "e1"}], "/metrics/0/0"),
    ],
)
def test_other_arrays_of_metrics_are_refused(metric: Any, path: str) -> None:
    assert [each for each, _ in of_metrics(metric)] == [path]


@pytest.mark.parametrize(
    ("properties", "path"),
    [({"view": "line"}, "/view"), ({"period": 45}, "/period"), ({"period": "60"}, "/period")],
)
def test_a_view_and_a_period_are_those_that_there_are(
    properties: dict[str, Any], path: str
) -> None:
    assert [each for each, _ in of_metrics(REQUESTS, **properties)] == [path]


def test_a_widget_shows_metrics_or_an_alarm() -> None:
    shown = {"region": "us-east-1"}
    alarm = {**shown, "annotations": {"alarms": PROPERTIES["alarm"]["alarms"]}}
    assert problems({"type": "metric", "properties": alarm}) == []
    ((_, message),) = problems({"type": "metric", "properties": shown})
    assert message == "Should have required property 'metrics'"


@pytest.mark.parametrize("alarms", [[], ["errors"], "errors"])
def test_alarms_are_named_by_their_arns(alarms: Any) -> None:
    assert len(problems({"type": "alarm", "properties": {"alarms": alarms}})) == 1
