"""The front door of CloudWatch: metrics and alarms for whoever has a key, and for no one else."""

from datetime import UTC, datetime

import pytest
from ministack.services import cloudwatch

from extensions.metrics.series import record

from ..front_door import HOST, ask
from ..sdk import client

CPU = ("AWS/ECS", "CPUUtilization")
APP = {"ClusterName": "main", "ServiceName": "app"}
PUT = "Action=PutMetricData&Version=2010-08-01&Namespace=Own&MetricData.member.1.MetricName=a"


@pytest.fixture(autouse=True)
def _no_metrics(metrics: None) -> None:
    del metrics


def test_an_sdk_reads_what_scaling_reads() -> None:
    now = datetime(2026, 12, 7, 8, 0, 30, tzinfo=UTC)
    for value in (20, 60):
        record(CPU, APP, value, now.timestamp(), "Percent")
    answer = client("cloudwatch").get_metric_statistics(
        Namespace=CPU[0],
        MetricName=CPU[1],
        Dimensions=[{"Name": name, "Value": value} for name, value in APP.items()],
        StartTime=datetime(2026, 12, 7, 8, tzinfo=UTC),
        EndTime=datetime(2026, 12, 7, 8, 5, tzinfo=UTC),
        Period=60,
        Statistics=["Average", "SampleCount"],
    )
    (point,) = answer["Datapoints"]
    assert (point["Average"], point["SampleCount"]) == (40, 2)
    assert client("cloudwatch").describe_alarms()["MetricAlarms"] == []


@pytest.mark.parametrize("url", ["/", f"/?{PUT}", "/service/monitoring/operation/PutMetricData"])
def test_an_unsigned_request_gets_nothing(url: str) -> None:
    headers = {"Host": HOST, "Content-Type": "application/x-www-form-urlencoded"}
    answer = ask("POST", url, headers, PUT)
    assert answer.status in (400, 403)
    assert not cloudwatch._metrics
