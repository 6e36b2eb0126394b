import asyncio
import json

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


def test_the_oldest_data_points_are_forgotten() -> None:
    for minute in range(series.MOST_POINTS + 5):
        series.record(CPU, APP, 1, minute * 60, "Percent")
    assert min(read()) == 5
    assert len(read()) == series.MOST_POINTS
