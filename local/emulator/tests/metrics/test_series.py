import asyncio
import json
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest
from ministack.services import cloudwatch

from extensions.metrics import series

CPU = ("AWS/ECS", "CPUUtilization")
APP = {"ServiceName": "app", "ClusterName": "main"}


@pytest.fixture(autouse=True)
def _no_metrics(metrics: None) -> None:
    del metrics


def read(statistic: str = "Average", **dimensions: str) -> series.Series:
    return series.read(CPU, dimensions or APP, statistic, lambda moment: int(moment // 60))


def test_the_data_points_of_a_minute_are_one_value() -> None:
    for moment, value in ((0, 10), (59, 30), (60, 50)):
        series.record(CPU, APP, value, moment, "Percent")
    assert read() == {0: 20, 1: 50}
    assert read("Sum") == {0: 40, 1: 50}
    assert read("Maximum") == {0: 30, 1: 50}
    assert read("Minimum") == {0: 10, 1: 50}
    assert read("SampleCount") == {0: 2, 1: 1}


def test_a_metric_has_all_of_its_dimensions() -> None:
    series.record(CPU, APP, 10, 0, "Percent")
    assert read(ClusterName="main", ServiceName="app") == {0: 10}
    assert read(ServiceName="app") == {}


def test_metrics_that_others_put_are_read_too() -> None:
    request = {
        "Namespace": "AWS/ECS",
        "MetricData": [
            {
                "MetricName": "CPUUtilization",
                "Dimensions": [{"Name": name, "Value": value} for name, value in APP.items()],
                "Value": 80,
                "Timestamp": 61,
            }
        ],
    }
    headers = {
        "content-type": "application/x-amz-json-1.0",
        "x-amz-target": "GraniteServiceVersion20100801.PutMetricData",
    }
    body = json.dumps(request).encode()
    status, _, _ = asyncio.run(cloudwatch.handle_request("POST", "/", headers, body, {}))
    assert status == 200
    assert list(read().values()) == [80]


def test_the_oldest_data_points_are_forgotten_after_a_day() -> None:
    for minute in range(24 * 60 + 5):
        series.record(CPU, APP, 1, minute * 60, "Percent")
    assert (min(read()), max(read())) == (5, 24 * 60 + 4)


def test_no_metric_has_more_data_points_than_the_state_can_hold() -> None:
    for number in range(series.MOST_POINTS + 5):
        series.record(CPU, APP, number, 0, "Percent")
    assert read("SampleCount") == {0: series.MOST_POINTS}


def test_a_value_counts_as_often_as_it_was_measured() -> None:
    series.record(CPU, APP, 10, 0, "Percent", count=3)
    series.record(CPU, APP, 50, 1, "Percent")
    assert (read(), read("Sum"), read("SampleCount")) == ({0: 20}, {0: 80}, {0: 4})


def test_the_same_value_of_a_minute_is_one_data_point() -> None:
    for moment, unit in ((0, "Percent"), (59, "Percent"), (60, "Percent"), (60, "Count")):
        series.record(CPU, APP, 10, moment, unit)
    (points,) = cloudwatch._metrics.values()
    assert [(each["Count"], each["Unit"]) for each in points] == [
        (2, "Percent"),
        (1, "Percent"),
        (1, "Count"),
    ]


def test_no_value_is_lost_of_those_that_are_recorded_at_the_same_time() -> None:
    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        with ThreadPoolExecutor(8) as pool:
            for number in range(400):
                pool.submit(series.record, CPU, APP, number, 0, "Percent")
    finally:
        sys.setswitchinterval(interval)
    assert read("SampleCount") == {0: 400}


@pytest.mark.parametrize(("statistic", "value"), [("p0", 1), ("p50", 50.5), ("p95", 95.05)])
def test_a_percentile_is_of_all_values(statistic: str, value: float) -> None:
    for each in range(1, 101):
        series.record(CPU, APP, each, 0, "Percent")
    assert series.knows(statistic)
    assert read(statistic) == {0: pytest.approx(value)}


def test_a_set_of_statistics_has_no_percentile() -> None:
    series.record(CPU, APP, 10, 0, "Percent")
    (points,) = cloudwatch._metrics.values()
    points[0]["_stat"] = {"SampleCount": 2, "Sum": 10, "Minimum": 1, "Maximum": 9}
    assert (read("Sum"), read("p95")) == ({0: 10}, {})


def test_with_a_unit_only_data_points_that_have_it_count() -> None:
    series.record(CPU, APP, 10, 0, "Percent")
    series.record(CPU, APP, 90, 0, "Count")
    found = series.read(CPU, APP, "Average", lambda moment: 0, unit="Percent")
    assert found == {0: 10}


@pytest.mark.parametrize("statistic", ["p101", "p", "tm90", "average", "", None])
def test_other_statistics_are_unknown(statistic: str | None) -> None:
    assert not series.knows(statistic)
