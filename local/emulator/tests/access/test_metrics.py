"""The front door of CloudWatch: metrics and alarms for whoever has a key, and for no one else."""

from datetime import UTC, datetime
from typing import Any

import cbor2
import pytest
from ministack.services import cloudwatch

from extensions.metrics.series import record

from ..front_door import HOST, ask, signed
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


def test_an_sdk_that_speaks_cbor_puts_and_reads_an_alarm() -> None:
    def call(operation: str, **request: object) -> dict[str, Any]:
        url = f"/service/GraniteServiceVersion20100801/operation/{operation}"
        headers = {"Smithy-Protocol": "rpc-v2-cbor", "Content-Type": "application/cbor"}
        body = cbor2.dumps(request)
        answer = ask("POST", url, signed("monitoring", "POST", url, body, headers), body)
        assert answer.status == 200, answer.body
        return dict(cbor2.loads(answer.body))

    terms = {"Threshold": 1.5, "ComparisonOperator": "GreaterThanThreshold"}
    metric = {"Namespace": "Own", "MetricName": "a", "ExtendedStatistic": "p95", "Period": 60}
    call("PutMetricAlarm", AlarmName="slow", EvaluationPeriods=3, **terms, **metric)
    (alarm,) = call("DescribeAlarms", AlarmNames=["slow"])["MetricAlarms"]
    assert {name: alarm[name] for name in (*terms, *metric)} == {**terms, **metric}
    # A member that is not there has no value, rather than an empty one.
    assert "Statistic" not in alarm
    assert alarm["StateUpdatedTimestamp"].year > 2020
