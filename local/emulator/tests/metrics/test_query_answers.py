"""CloudWatch asked in the query protocol, as Terraform asks it."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode
from xml.etree import ElementTree

import pytest
from botocore.model import OperationModel
from botocore.parsers import QueryParser
from ministack.services import cloudwatch

from extensions.metrics import query_answers, series

from ..front_door import query

METRIC = {"Namespace": "Own", "MetricName": "Errors"}


@pytest.fixture(autouse=True)
def _clean(metrics: None) -> Iterator[None]:
    del metrics
    yield
    cloudwatch.reset()


def operation(name: str) -> OperationModel:
    return query_answers._model().operation_model(name)


def call(name: str, **request: str) -> dict[str, Any]:
    """Send a request, whose names are written with `__` for a dot; the parsed answer."""
    given = {key.replace("__", "."): value for key, value in request.items()}
    answer = query("monitoring", urlencode({"Action": name, "Version": "2010-08-01", **given}))
    parsed = QueryParser().parse(
        {"status_code": answer.status, "headers": {}, "body": answer.body},
        operation(name).output_shape,
    )
    return dict(parsed)


ALARM = {
    "AlarmName": "errors",
    **METRIC,
    "Dimensions__member__1__Name": "Service",
    "Dimensions__member__1__Value": "a & b",
    "ExtendedStatistic": "p95",
    "Period": "300",
    "EvaluationPeriods": "3",
    "DatapointsToAlarm": "2",
    "Threshold": "0.5",
    "ComparisonOperator": "GreaterThanThreshold",
    "TreatMissingData": "notBreaching",
    "ActionsEnabled": "true",
    "AlarmDescription": "more than <half> of all",
    "InsufficientDataActions__member__1": "arn:aws:sns:us-east-1:000000000000:alarms",
    "Tags__member__1__Key": "Environment",
    "Tags__member__1__Value": "dev",
}


def test_an_alarm_is_read_back_as_it_was_written() -> None:
    call("PutMetricAlarm", **ALARM)
    (alarm,) = call("DescribeAlarms", AlarmNames__member__1="errors")["MetricAlarms"]
    assert alarm["Dimensions"] == [{"Name": "Service", "Value": "a & b"}]
    assert alarm["AlarmDescription"] == "more than <half> of all"
    assert (alarm["Period"], alarm["ExtendedStatistic"], alarm["Threshold"]) == (300, "p95", 0.5)
    assert (alarm["TreatMissingData"], alarm["DatapointsToAlarm"]) == ("notBreaching", 2)
    assert alarm["ActionsEnabled"] is True
    assert alarm["InsufficientDataActions"] == ["arn:aws:sns:us-east-1:000000000000:alarms"]
    assert alarm["StateUpdatedTimestamp"].year > 2020
    tags = call("ListTagsForResource", ResourceARN=alarm["AlarmArn"])["Tags"]
    assert tags == [{"Key": "Environment", "Value": "dev"}]


def test_metric_math_is_read_back_as_it_was_written() -> None:
    metric = "Metrics__member__1__MetricStat"
    call(
        "PutMetricAlarm",
        AlarmName="share",
        EvaluationPeriods="1",
        Threshold="1",
        ComparisonOperator="GreaterThanThreshold",
        Metrics__member__1__Id="errors",
        Metrics__member__1__ReturnData="false",
        Metrics__member__2__Id="share",
        Metrics__member__2__Expression="IF(errors > 1, errors, 0)",
        **{
            f"{metric}__Metric__Namespace": "Own",
            f"{metric}__Metric__MetricName": "Errors",
            f"{metric}__Period": "60",
            f"{metric}__Stat": "Sum",
        },
    )
    (alarm,) = call("DescribeAlarms")["MetricAlarms"]
    errors, share = alarm["Metrics"]
    assert errors["ReturnData"] is False
    assert errors["MetricStat"]["Period"] == 60
    assert share == {"Id": "share", "Expression": "IF(errors > 1, errors, 0)"}


def test_a_refusal_has_its_code_and_reason() -> None:
    error = call("PutMetricAlarm", **{**ALARM, "Period": "7"})["Error"]
    assert error["Code"] == "ValidationError"
    assert "Period is 7" in error["Message"]


def test_the_text_of_a_dashboard_is_escaped() -> None:
    body = '{"widgets":[{"type":"text","properties":{"markdown":"a < b & c"}}]}'
    call("PutDashboard", DashboardName="main", DashboardBody=body)
    assert call("GetDashboard", DashboardName="main")["DashboardBody"] == body
    (entry,) = call("ListDashboards")["DashboardEntries"]
    assert (entry["DashboardName"], entry["Size"]) == ("main", len(body))


def test_percentiles_are_in_the_answer() -> None:
    for value in range(1, 101):
        series.record(("Own", "Errors"), {}, value, 1_900_000_000, "Count")
    answer = call(
        "GetMetricStatistics",
        **METRIC,
        StartTime="2030-03-17T00:00:00Z",
        EndTime="2030-03-18T00:00:00Z",
        Period="86400",
        ExtendedStatistics__member__1="p50",
    )
    (point,) = answer["Datapoints"]
    assert point["ExtendedStatistics"] == {"p50": 50.5}


def test_the_answers_are_well_formed() -> None:
    answer = query("monitoring", "Action=DescribeAlarms&Version=2010-08-01")
    root = ElementTree.fromstring(answer.text)
    assert root.tag == "{http://monitoring.amazonaws.com/doc/2010-08-01/}DescribeAlarmsResponse"
