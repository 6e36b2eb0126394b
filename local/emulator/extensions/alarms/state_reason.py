"""The reason of an alarm's state, in CloudWatch's words, and its data.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch-and-eventbridge.html
"""

from datetime import UTC, datetime
from typing import Any

from ..metrics import minutes
from ..metrics.series import Series
from ..scaling.alarm_evaluation import ALARM, INSUFFICIENT_DATA
from .alarm_requests import COMPARISONS, period_of
from .evaluation_range import Terms, Verdict

Record = dict[str, Any]


def timestamp(moment: float) -> str:
    """A moment as in notifications and state data."""
    at = datetime.fromtimestamp(moment, UTC)
    return f"{at:%Y-%m-%dT%H:%M:%S}.{at.microsecond // 1000:03d}+0000"


def start_of(alarm: Record, period: int, now: float) -> float:
    """When a period began; the newest is 0."""
    length = (period_of(alarm) or 60) // 60
    first = minutes.number_of(now) + period * length - length + 1
    return first * minutes.seconds()


def text(alarm: Record, terms: Terms, verdict: Verdict, values: Series, now: float) -> str:
    """The reason of a state that has changed."""
    if verdict.state == INSUFFICIENT_DATA:
        return f"Insufficient Data: {_points(terms.periods)} unknown."
    parts = []
    if verdict.evaluated:
        parts.append(_of_values(alarm, terms, verdict, values, now))
    if verdict.filled and terms.missing in ("breaching", "notBreaching"):
        treated = "Breaching" if terms.missing == "breaching" else "NonBreaching"
        filled = f"{_points(verdict.filled, 'missing datapoint')} treated as [{treated}]"
        if not verdict.evaluated:
            periods = f"{verdict.filled} period{'s' if verdict.filled > 1 else ''}"
            filled = f"no datapoints were received for {periods} and {filled}"
        parts.append(filled)
    return f"Threshold Crossed: {' and '.join(parts)}."


def _points(count: int, noun: str = "datapoint") -> str:
    return f"{count} {noun} was" if count == 1 else f"{count} {noun}s were"


def _of_values(alarm: Record, terms: Terms, verdict: Verdict, values: Series, now: float) -> str:
    is_alarm = verdict.state == ALARM
    counted = [each for each in verdict.evaluated if terms.breaches(values[each]) == is_alarm]
    listed = ", ".join(
        f"{values[each]} ({datetime.fromtimestamp(start_of(alarm, each, now), UTC):%d/%m/%y %X})"
        for each in counted
    )
    least = terms.datapoints if is_alarm else terms.periods - terms.datapoints + 1
    change = "OK -> ALARM" if is_alarm else "ALARM -> OK"
    comparison = f"{'' if is_alarm else 'not '}{COMPARISONS[alarm['ComparisonOperator']]}"
    return (
        f"{len(counted)} out of the last {_total(len(verdict.evaluated))} [{listed}] "
        f"{'was' if len(counted) == 1 else 'were'} {comparison} the threshold "
        f"({alarm['Threshold']}) (minimum {_total(least)} for {change} transition)"
    )


def _total(count: int) -> str:
    return f"{count} datapoint{'' if count == 1 else 's'}"


def data(alarm: Record, verdict: Verdict, values: Series, now: float) -> Record:
    """What the state was judged by, the newest data point last."""
    ordered = sorted(verdict.evaluated)
    starts = [timestamp(start_of(alarm, each, now)) for each in ordered]
    statistic = alarm.get("Statistic") or alarm.get("ExtendedStatistic")
    found: Record = {"version": "1.0", "queryDate": timestamp(now)}
    if starts:
        found["startDate"] = starts[0]
    if statistic:
        found["statistic"] = statistic
    return {
        **found,
        "period": period_of(alarm),
        "recentDatapoints": [values[each] for each in ordered],
        "threshold": alarm["Threshold"],
        "evaluatedDatapoints": [
            {"timestamp": start, "value": values[each]}
            for start, each in zip(reversed(starts), reversed(ordered), strict=True)
        ],
    }
