from typing import Any

import pytest
from botocore.exceptions import ClientError
from ministack.services import cloudwatch

from .alarms import ALARM, TOPIC, described, history, measure, pass_minutes, put
from .test_evaluation import of_math, rate


def refused(**changes: Any) -> str:
    """The message of the refusal of an alarm."""
    with pytest.raises(ClientError) as error:
        put(**changes)
    assert error.value.response["Error"]["Code"] == "ValidationError"
    assert not cloudwatch._alarms
    return str(error.value.response["Error"]["Message"])


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"ComparisonOperator": None}, "The parameter ComparisonOperator is required"),
        ({"ComparisonOperator": "GreaterThanUpperThreshold"}, "compares with a band"),
        ({"Threshold": None}, "The parameter Threshold is required"),
        ({"DatapointsToAlarm": 2}, "less than or equal to EvaluationPeriods"),
        ({"TreatMissingData": "good"}, "must be one of breaching, ignore, missing, notBreaching"),
        ({"Period": 10}, "Period is 10; in the local AWS it must be a multiple of 60 seconds"),
        ({"Period": None}, "Period is None"),
        ({"EvaluationPeriods": 1441}, "across more than 1 days"),
        ({"Period": 3600, "EvaluationPeriods": 169}, "across more than 7 days"),
        ({"Period": 3600, "EvaluationPeriods": 25}, "looks 25 hours back; the local AWS keeps"),
        ({"Statistic": None}, "Exactly one of Statistic and ExtendedStatistic"),
        ({"ExtendedStatistic": "p95"}, "Exactly one of Statistic and ExtendedStatistic"),
        ({"Statistic": None, "ExtendedStatistic": "tm90"}, "no statistic tm90"),
        ({"MetricName": None}, "MetricName and Namespace must be specified"),
        ({"Metrics": rate("errors")}, "Metrics and MetricName, Namespace, Dimensions, Statistic"),
        ({"AlarmActions": ["alarms"]}, "Invalid arn syntax: alarms"),
        (
            {"OKActions": ["arn:aws:automate:us-east-1:ec2:stop"]},
            "is no topic of Amazon SNS",
        ),
        (
            {"AlarmActions": [TOPIC.replace("us-east-1", "eu-west-1")]},
            "Invalid region eu-west-1 specified. Only us-east-1 is supported.",
        ),
        ({"OKActions": [TOPIC.replace("arn:aws:", "arn:aws-cn:")]}, "Invalid partition aws-cn"),
        (
            {
                "Statistic": None,
                "ExtendedStatistic": "p95",
                "EvaluateLowSampleCountPercentile": "ignore",
            },
            "EvaluateLowSampleCountPercentile must be evaluate",
        ),
    ],
)
def test_an_alarm_that_aws_or_the_local_aws_cannot_evaluate_is_refused(
    changes: dict[str, Any], problem: str
) -> None:
    assert problem in refused(**changes)


def test_all_problems_are_told_together() -> None:
    message = refused(Period=10, Threshold=None, DatapointsToAlarm=2)
    assert message.count("; ") >= 3
    assert "Threshold" in message
    assert "DatapointsToAlarm" in message


@pytest.mark.parametrize(
    ("expression", "problem"),
    [
        ("ANOMALY_DETECTION_BAND(errors)", "calls ANOMALY_DETECTION_BAND"),
        ("SUM(errors)", "calls SUM with 1 values"),
        ("errors / request", "names 'request', which is no id"),
        ("100 * 2", "is a number, not a time series"),
    ],
)
def test_metric_math_that_is_unknown_is_refused(expression: str, problem: str) -> None:
    with pytest.raises(ClientError, match="ValidationError") as error:
        of_math(expression)
    assert problem in str(error.value)


def test_metrics_of_different_periods_are_refused() -> None:
    queries = rate("errors / requests")
    queries[1]["MetricStat"]["Period"] = 300
    names = ("Namespace", "MetricName", "Dimensions", "Statistic", "Period")
    assert "the same period" in refused(**dict.fromkeys(names), Metrics=queries)


def test_an_alarm_keeps_what_it_was_created_with_and_nothing_else() -> None:
    alarm = put(DatapointsToAlarm=1, AlarmActions=[TOPIC], InsufficientDataActions=[TOPIC])
    assert {name: alarm[name] for name in ALARM} == ALARM
    assert alarm["DatapointsToAlarm"] == 1
    assert alarm["AlarmActions"] == alarm["InsufficientDataActions"] == [TOPIC]
    assert "ExtendedStatistic" not in alarm
    assert "AlarmDescription" not in alarm


def test_an_alarm_of_metric_math_has_no_metric_of_its_own() -> None:
    alarm = of_math("errors / requests")
    assert [each["Id"] for each in alarm["Metrics"]] == ["errors", "requests", "share"]
    assert not {"MetricName", "Namespace", "Statistic", "Period"} & alarm.keys()


def test_a_changed_alarm_keeps_its_state_until_it_is_evaluated() -> None:
    put()
    measure(1, 3)
    pass_minutes(1)
    before = described()
    after = put(Threshold=9.0)
    assert (after["StateValue"], after["Threshold"]) == ("ALARM", 9)
    assert after["StateReasonData"] == before["StateReasonData"]
    measure(2, 3)
    assert pass_minutes(2) == ["OK"]


def test_its_creation_and_its_changes_are_in_its_history() -> None:
    put()
    put(Threshold=9.0)
    summaries = [each["HistorySummary"] for each in history("ConfigurationUpdate")]
    assert summaries == ['Alarm "errors" created', 'Alarm "errors" updated']
