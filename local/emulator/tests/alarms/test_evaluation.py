import json
from typing import Any

import pytest
from ministack.core.persistence import _json_default
from ministack.services import cloudwatch

from extensions.alarms import evaluation
from extensions.metrics import minutes, series

from ..sdk import client
from .alarms import ALARM, SERVICE, described, history, measure, pass_minutes, put


def test_a_new_alarm_does_not_know_its_state_until_the_minute_ends() -> None:
    measure(1, 3)
    assert put()["StateValue"] == "INSUFFICIENT_DATA"
    assert history("StateUpdate") == []
    assert pass_minutes(1) == ["ALARM"]


@pytest.mark.parametrize(
    ("comparison", "breaching"),
    [
        ("GreaterThanThreshold", [3]),
        ("GreaterThanOrEqualToThreshold", [2, 3]),
        ("LessThanThreshold", [1]),
        ("LessThanOrEqualToThreshold", [1, 2]),
    ],
)
def test_a_value_is_compared_with_the_threshold(comparison: str, breaching: list[int]) -> None:
    put(ComparisonOperator=comparison)
    for value in (1, 2, 3):
        measure(value, value)
    states = dict(zip((1, 2, 3), pass_minutes(1, 2, 3), strict=True))
    assert [value for value, state in states.items() if state == "ALARM"] == breaching


def test_another_metric_s_dimensions_are_another_metric() -> None:
    put()
    series.record(("Own", "Errors"), {"Service": "other"}, 9, 90, "Count")
    assert pass_minutes(1) == ["INSUFFICIENT_DATA"]


def test_m_of_n_data_points_breach() -> None:
    put(EvaluationPeriods=3, DatapointsToAlarm=2)
    for minute, value in ((1, 3), (2, 0), (3, 0), (4, 3), (5, 3), (6, 0), (7, 0)):
        measure(minute, value)
    assert pass_minutes(3, 4, 5, 6, 7) == ["OK", "OK", "ALARM", "ALARM", "OK"]


def test_a_long_period_ends_with_each_minute() -> None:
    put(Period=300)
    for minute, value in ((1, 1), (4, 2), (6, 1)):
        measure(minute, value)
    # Three in five minutes once the fourth has ended, and again two.
    assert pass_minutes(3, 4, 5, 6, 8) == ["OK", "ALARM", "ALARM", "ALARM", "ALARM"]
    assert pass_minutes(9) == ["OK"]


def test_a_day_is_looked_back_to_its_first_minute() -> None:
    put(Period=86400, Threshold=0.0)
    measure(1, 1)
    # Something else is measured each hour, with which old data points go.
    for minute in range(60, 1441, 60):
        measure(minute, 0)
    assert pass_minutes(8 * 60, 1440, 1441) == ["ALARM", "ALARM", "OK"]


def test_a_percentile_is_compared() -> None:
    put(Statistic=None, ExtendedStatistic="p95")
    for _ in range(19):
        measure(1, 1)
        measure(2, 1)
    measure(1, 9)
    for _ in range(2):
        measure(2, 9)
    assert pass_minutes(1, 2) == ["OK", "ALARM"]


def rate(expression: str) -> list[dict[str, Any]]:
    def metric(name: str) -> dict[str, Any]:
        dimensions = ALARM["Dimensions"]
        found = {"Namespace": "Own", "MetricName": name, "Dimensions": dimensions}
        return {
            "Id": name.lower(),
            "MetricStat": {"Metric": found, "Period": 60, "Stat": "Sum"},
            "ReturnData": False,
        }

    share = {"Id": "share", "Expression": expression, "ReturnData": True}
    return [metric("Errors"), metric("Requests"), share]


def of_math(expression: str, **changes: Any) -> dict[str, Any]:
    names = ("Namespace", "MetricName", "Dimensions", "Statistic", "Period")
    return put(**dict.fromkeys(names), Metrics=rate(expression), **changes)


def test_metric_math_is_evaluated() -> None:
    of_math("IF(requests >= 20, 100 * FILL(errors, 0) / requests, 0)", Threshold=5.0)
    for minute, errors, requests in ((1, 1, 1), (2, 1, 100), (3, 10, 100)):
        measure(minute, errors)
        measure(minute, requests, ("Own", "Requests"))
    measure(4, 100, ("Own", "Requests"))
    # One failed request at night, one of a hundred, ten of a hundred, and none.
    assert pass_minutes(1, 2, 3, 4) == ["OK", "OK", "ALARM", "OK"]


def test_what_a_missing_data_point_means_is_the_alarm_s_own_choice() -> None:
    put(TreatMissingData="notBreaching")
    measure(1, 3)
    assert pass_minutes(1, 2, 3, 4) == ["ALARM", "ALARM", "ALARM", "OK"]
    assert described()["StateReason"] == (
        "Threshold Crossed: no datapoints were received for 1 period and 1 missing datapoint was "
        "treated as [NonBreaching]."
    )


def test_the_reason_names_the_data_points_in_aws_s_words() -> None:
    put(EvaluationPeriods=3, DatapointsToAlarm=2)
    for minute, value in ((1, 3), (2, 0), (3, 4)):
        measure(minute, value)
    pass_minutes(3)
    alarm = described()
    assert alarm["StateReason"] == (
        "Threshold Crossed: 2 out of the last 3 datapoints [4.0 (01/01/70 00:03:00), "
        "3.0 (01/01/70 00:01:00)] were greater than the threshold (2.0) (minimum 2 datapoints for "
        "OK -> ALARM transition)."
    )
    data = json.loads(alarm["StateReasonData"])
    assert data["recentDatapoints"] == [3, 0, 4]
    assert data["startDate"] == "1970-01-01T00:01:00.000+0000"
    assert (data["statistic"], data["period"], data["threshold"]) == ("Sum", 60, 2)
    measure(4, 0)
    pass_minutes(4)
    assert described()["StateReason"].endswith(
        "were not greater than the threshold (2.0) (minimum 2 datapoints for ALARM -> OK "
        "transition)."
    )


def test_without_data_the_reason_says_how_many_are_missing() -> None:
    put(EvaluationPeriods=2)
    for minute in (1, 2):
        measure(minute, 0)
    pass_minutes(2)
    pass_minutes(9)
    assert described()["StateReason"] == "Insufficient Data: 2 datapoints were unknown."


def test_a_change_is_in_the_history_and_no_other_minute_is() -> None:
    put()
    for minute, value in ((1, 3), (2, 3), (3, 0)):
        measure(minute, value)
    pass_minutes(1, 2, 3)
    summaries = [each["HistorySummary"] for each in history("StateUpdate")]
    assert summaries == [
        "Alarm updated from INSUFFICIENT_DATA to ALARM",
        "Alarm updated from ALARM to OK",
    ]


def test_a_state_that_was_set_lasts_until_the_next_evaluation() -> None:
    put()
    measure(1, 0)
    pass_minutes(1)
    client("cloudwatch").set_alarm_state(
        AlarmName="errors", StateValue="ALARM", StateReason="a test"
    )
    assert described()["StateValue"] == "ALARM"
    measure(2, 0)
    assert pass_minutes(2) == ["OK"]


def test_a_metric_that_a_client_puts_changes_nothing_before_the_minute_ends() -> None:
    put()
    client("cloudwatch").put_metric_data(
        Namespace="Own",
        MetricData=[{"MetricName": "Errors", "Dimensions": ALARM["Dimensions"], "Value": 9}],
    )
    assert described()["StateValue"] == "INSUFFICIENT_DATA"


def test_with_a_unit_other_data_points_are_missing() -> None:
    put(Unit="Seconds")
    measure(1, 3)
    assert pass_minutes(1) == ["INSUFFICIENT_DATA"]


def test_a_short_minute_is_evaluated_like_a_long_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(minutes.VARIABLE, "5")
    put(EvaluationPeriods=2)
    for moment in (7, 12):
        series.record(("Own", "Errors"), SERVICE, 3, moment, "Count")
    evaluation.look(12)
    assert described()["StateValue"] == "ALARM"
    assert "(01/01/70 00:00:10)" in described()["StateReason"]


def test_evaluation_goes_on_after_a_restart() -> None:
    put(EvaluationPeriods=2)
    measure(1, 3)
    pass_minutes(1)
    state = cloudwatch.get_state()
    json.dumps(state, default=_json_default)
    cloudwatch.reset()
    cloudwatch.load_persisted_state(state)
    measure(2, 3)
    assert pass_minutes(2) == ["ALARM"]


def test_an_alarm_that_fails_does_not_keep_the_others_from_it(
    caplog: pytest.LogCaptureFixture,
) -> None:
    put(AlarmName="another")
    cloudwatch._alarms["another"]["ComparisonOperator"] = "Unknown"
    put()
    measure(1, 3)
    assert pass_minutes(1) == ["ALARM"]
    assert "alarm another" in caplog.text


def test_alarms_are_evaluated_once_a_minute() -> None:
    assert minutes.followers.count(evaluation.look) == 1
