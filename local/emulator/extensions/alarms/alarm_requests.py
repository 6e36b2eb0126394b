"""PutMetricAlarm, refused where CloudWatch refuses it, with all of its parameters kept.

MiniStack keeps no metric math, and gives every alarm a statistic and a period. What AWS accepts
but the local AWS cannot evaluate is refused as well: periods below a minute, anomaly detection,
statistics besides the five and percentiles, percentiles that wait for enough samples, more than a
day in all, and actions besides those of Amazon SNS.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html
"""

import json
from collections.abc import Callable, Iterator
from typing import Any

from ministack.core.arn import ArnParseError, parse_arn
from ministack.core.responses import get_region
from ministack.services import cloudwatch

from .. import seam
from ..metrics import metric_queries, series

Record = dict[str, Any]

ACTIONS = {
    "ALARM": "AlarmActions",
    "OK": "OKActions",
    "INSUFFICIENT_DATA": "InsufficientDataActions",
}
COMPARISONS = {
    "GreaterThanOrEqualToThreshold": "greater than or equal to",
    "GreaterThanThreshold": "greater than",
    "LessThanOrEqualToThreshold": "less than or equal to",
    "LessThanThreshold": "less than",
}
MISSING = ("breaching", "ignore", "missing", "notBreaching")
_OF_ONE_METRIC = ("MetricName", "Namespace", "Dimensions", "Statistic", "ExtendedStatistic", "Unit")
_DAY, _WEEK = 86400, 604800


def problems_of(given: Record) -> list[str]:
    """What is wrong with an alarm, each in a sentence."""
    return [*_of_terms(given), *_of_metrics(given), *_of_actions(given)]


def _of_terms(given: Record) -> Iterator[str]:
    for name in ("ComparisonOperator", "EvaluationPeriods", "Threshold"):
        if given.get(name) is None:
            yield f"The parameter {name} is required; the local AWS has no anomaly detection"
    comparison = given.get("ComparisonOperator")
    if comparison is not None and comparison not in COMPARISONS:
        yield f"{comparison} compares with a band, and the local AWS has no anomaly detection"
    if given.get("DatapointsToAlarm", 1) > given.get("EvaluationPeriods", 1):
        yield "DatapointsToAlarm must be less than or equal to EvaluationPeriods"
    missing = given.get("TreatMissingData", "missing")
    if missing not in MISSING:
        yield f"TreatMissingData is {missing}; it must be one of {', '.join(MISSING)}"
    if given.get("EvaluateLowSampleCountPercentile", "evaluate") != "evaluate":
        yield (
            "In the local AWS, EvaluateLowSampleCountPercentile must be evaluate: a percentile "
            "is compared whatever the number of its samples"
        )
    period = period_of(given)
    if period is None or period <= 0 or period % 60:
        yield f"Period is {period}; in the local AWS it must be a multiple of 60 seconds"
    else:
        longest = _DAY if period < 3600 else _WEEK
        looked_at = period * given.get("EvaluationPeriods", 1)
        if looked_at > longest:
            yield f"Metrics cannot be checked across more than {longest // _DAY} days"
        elif looked_at > series.KEPT_SECONDS:
            kept = series.KEPT_SECONDS // 3600
            yield (
                f"The alarm looks {looked_at // 3600} hours back; the local AWS keeps data points "
                f"for {kept} hours"
            )


def _of_metrics(given: Record) -> Iterator[str]:
    queries = given.get("Metrics")
    if not queries:
        statistics = [given[name] for name in _OF_ONE_METRIC[3:5] if given.get(name)]
        if len(statistics) != 1:
            yield "Exactly one of Statistic and ExtendedStatistic must be specified"
        elif not series.knows(statistics[0]):
            yield f"The local AWS has no statistic {statistics[0]}"
        if not given.get("MetricName") or not given.get("Namespace"):
            yield "Either Metrics, or MetricName and Namespace must be specified"
        return
    excluded = [name for name in (*_OF_ONE_METRIC, "Period") if given.get(name)]
    if excluded:
        yield f"Metrics and {', '.join(excluded)} are mutually exclusive"
    if len({each["MetricStat"].get("Period") for each in queries if "MetricStat" in each}) > 1:
        yield "In the local AWS, all metrics of an alarm must have the same period"
    if problem := metric_queries.problem_of(queries):
        yield problem


def _of_actions(given: Record) -> Iterator[str]:
    for name in ACTIONS.values():
        for action in given.get(name) or []:
            try:
                arn = parse_arn(action)
            except ArnParseError:
                yield f"Invalid arn syntax: {action}"
                continue
            if arn.service != "sns":
                yield f"{action} is no topic of Amazon SNS; the local AWS has no other actions"
            elif arn.region != get_region():
                yield f"Invalid region {arn.region} specified. Only {get_region()} is supported."
            elif arn.partition != "aws":
                yield f"Invalid partition {arn.partition} specified. Only aws is supported."


def period_of(alarm: Record) -> int | None:
    """The seconds of a period, which metric math has in its metrics."""
    stats = [each["MetricStat"] for each in alarm.get("Metrics") or [] if "MetricStat" in each]
    found = stats[0].get("Period") if stats else alarm.get("Period")
    return None if found is None else int(found)


def _checked(original: Callable[..., Any]) -> Callable[..., Any]:
    def put(params: Record, cbor_data: Record, is_cbor: bool, is_json: bool = False) -> Any:
        found = problems_of(cbor_data)
        if found:
            text = "; ".join(found)
            return cloudwatch._error(
                "ValidationError", text, 400, use_json=is_json, use_cbor=is_cbor
            )
        name = cbor_data["AlarmName"]
        before = cloudwatch._alarms.get(name)
        answer = original(params, cbor_data, is_cbor, is_json)
        if answer[0] == 200:
            _complete(cloudwatch._alarms[name], cbor_data, before)
        return answer

    return put


def _complete(alarm: Record, given: Record, before: Record | None) -> None:
    alarm["Metrics"] = given.get("Metrics") or None
    for name in (*_OF_ONE_METRIC, "Period", "AlarmDescription", "EvaluateLowSampleCountPercentile"):
        alarm[name] = given.get(name)
    if before is not None:
        alarm["StateReasonData"] = before.get("StateReasonData")
        alarm["StateTransitionedTimestamp"] = before.get("StateTransitionedTimestamp")
    else:
        # MiniStack notes a change of state.
        cloudwatch._history_entries().pop()
    kind = "Create" if before is None else "Update"
    note(
        alarm["AlarmName"],
        "ConfigurationUpdate",
        f'Alarm "{alarm["AlarmName"]}" {kind.lower()}d',
        {"version": "1.0", "type": kind, "updatedAlarm": {"alarmName": alarm["AlarmName"]}},
    )


def note(name: str, kind: str, summary: str, data: Record) -> None:
    """Add an item to the history of an alarm."""
    cloudwatch._record_history(name, "", "", "")
    cloudwatch._history_entries()[-1].update(
        HistoryItemType=kind, HistorySummary=summary, HistoryData=json.dumps(data)
    )


def install() -> None:
    seam.wrap(cloudwatch, "_put_metric_alarm", "params cbor_data is_cbor is_json", _checked)
