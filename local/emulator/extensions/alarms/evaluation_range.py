"""The state that an alarm's data points say, the missing ones included.

CloudWatch looks a little further back than the periods that it evaluates, and takes the most recent
data points that there are. Only if these are too few does the treatment of missing data count.
With `missing` and `ignore`, one data point within the threshold is enough for OK; if all that there
are breach it, the alarm waits until the oldest of them is as old as the data points to alarm.
AWS does not say what state it has meanwhile: here it keeps its own.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarms-and-missing-data.html
"""

from collections.abc import Callable
from dataclasses import dataclass

from ..metrics.series import Series
from ..scaling.alarm_evaluation import ALARM, FURTHER_PERIODS, INSUFFICIENT_DATA, OK


@dataclass(frozen=True)
class Terms:
    """When an alarm is in ALARM: `datapoints` of the last `periods` breach its threshold."""

    periods: int
    datapoints: int
    breaches: Callable[[float], bool]
    # The treatment of missing data.
    missing: str

    def looked_at(self) -> range:
        """The evaluation range; the newest period is 0, the one before it -1."""
        return range(1 - self.periods - FURTHER_PERIODS, 1)


@dataclass(frozen=True)
class Verdict:
    """The state, None if the alarm keeps its own, and what it was judged by."""

    state: str | None
    # The newest first.
    evaluated: tuple[int, ...]
    # How many data points were missing.
    filled: int


def judge(terms: Terms, values: Series) -> Verdict:
    """The state of an alarm whose periods have these values."""
    real = sorted((each for each in values if each in terms.looked_at()), reverse=True)
    evaluated = tuple(real[: terms.periods])
    filled = terms.periods - len(evaluated)
    breaching = sum(1 for each in evaluated if terms.breaches(values[each]))
    return Verdict(_state(terms, evaluated, breaching, filled), evaluated, filled)


def _state(terms: Terms, evaluated: tuple[int, ...], breaching: int, filled: int) -> str | None:
    assumed = filled if terms.missing == "breaching" else 0
    if breaching + assumed >= terms.datapoints:
        return ALARM
    if filled == 0 or terms.missing in ("breaching", "notBreaching"):
        return OK
    if breaching < len(evaluated):
        return OK
    if terms.missing == "ignore":
        return None
    if not evaluated:
        return INSUFFICIENT_DATA
    age = 1 - evaluated[-1]
    return ALARM if age >= terms.datapoints else None
