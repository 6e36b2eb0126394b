"""Metric alarms are evaluated at the end of each minute, those with longer periods too.

MiniStack evaluates an alarm when a client puts it or a metric: of all data points in its time it
makes one, whatever their dimensions. The alarms of target tracking are evaluated by scaling.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/AlarmThatSendsEmail.html
"""

import json
import logging
import operator
import time
from collections.abc import Callable
from typing import Any

from ministack.core.responses import request_scope
from ministack.services import cloudwatch

from .. import seam
from ..metrics import metric_queries, minutes, series
from ..metrics.series import Series
from ..scaling import target_alarms
from . import state_reason
from .alarm_requests import period_of
from .evaluation_range import Terms, judge

logger = logging.getLogger("alarms")

Record = dict[str, Any]

_BREACHES: dict[str, Callable[[float, float], bool]] = {
    "GreaterThanOrEqualToThreshold": operator.ge,
    "GreaterThanThreshold": operator.gt,
    "LessThanOrEqualToThreshold": operator.le,
    "LessThanThreshold": operator.lt,
}


def look(now: float) -> None:
    """Evaluate every alarm."""
    for (account, region, name), alarm in list(cloudwatch._alarms._data.items()):
        if target_alarms.owns(name):
            continue
        with request_scope(account, region):
            try:
                evaluate(alarm, now)
            except Exception:  # the others are evaluated all the same
                logger.exception("alarm %s", name)


def evaluate(alarm: Record, now: float) -> None:
    """Evaluate an alarm at the end of a minute, and run its actions if its state changes."""
    compare, threshold = _BREACHES[alarm["ComparisonOperator"]], alarm["Threshold"]
    terms = Terms(
        periods=alarm["EvaluationPeriods"],
        datapoints=alarm.get("DatapointsToAlarm") or alarm["EvaluationPeriods"],
        breaches=lambda value: compare(value, threshold),
        missing=alarm.get("TreatMissingData") or "missing",
    )
    values = values_of(alarm, terms.looked_at(), now)
    verdict = judge(terms, values)
    if verdict.state in (None, alarm["StateValue"]):
        return
    reason = state_reason.text(alarm, terms, verdict, values, now)
    _change(alarm, str(verdict.state), reason, state_reason.data(alarm, verdict, values, now))


def values_of(alarm: Record, periods: range, now: float) -> Series:
    """The values of those of these periods that have one; the newest is 0."""
    this, length = minutes.number_of(now), (period_of(alarm) or 60) // 60
    # Read once, for thousands of data points.
    seconds = minutes.seconds()

    def number_of(moment: float) -> int:
        # A period ends with this minute, not at a full hour or the like.
        return -((this - int(moment // seconds)) // length)

    def read(stat: Record) -> Series:
        metric = stat["Metric"]
        dimensions = {each["Name"]: each["Value"] for each in metric.get("Dimensions") or []}
        name = (metric["Namespace"], metric["MetricName"])
        found = series.read(name, dimensions, stat["Stat"], number_of, stat.get("Unit"))
        return {period: found[period] for period in periods if period in found}

    if alarm.get("Metrics"):
        return metric_queries.calculate(alarm["Metrics"], read, periods)
    statistic = alarm.get("Statistic") or alarm["ExtendedStatistic"]
    return read({"Metric": alarm, "Stat": statistic, "Unit": alarm.get("Unit")})


def _change(alarm: Record, state: str, reason: str, data: Record) -> None:
    before, at = alarm["StateValue"], time.time()
    alarm.update(
        StateValue=state,
        StateReason=reason,
        StateReasonData=json.dumps(data),
        StateUpdatedTimestamp=at,
        StateTransitionedTimestamp=at,
    )
    cloudwatch._record_history(alarm["AlarmName"], before, state, reason, reason_data=data)
    cloudwatch._dispatch_alarm_actions(alarm, before, state, reason)
    cloudwatch._evaluate_parent_alarms(alarm)


def _each_minute_only(original: Callable[[Record], None]) -> Callable[[Record], None]:
    del original

    def leave(alarm: Record) -> None:
        del alarm

    return leave


def install() -> None:
    seam.check(cloudwatch, "_evaluate_parent_alarms", "child seen")
    seam.wrap(cloudwatch, "_evaluate_alarm", "alarm", _each_minute_only)
    if look not in minutes.followers:
        minutes.followers.append(look)
