"""The two alarms of a target tracking policy: when it asks for more tasks, and for fewer.

Application Auto Scaling creates them: three minutes above the target, and fifteen below nine tenths
of it. A minute without a value does not count; with too few values, an alarm does not know.
https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarms-and-missing-data.html
"""

from collections.abc import Callable
from dataclasses import dataclass

from ..metrics.series import Series

OK, ALARM, INSUFFICIENT_DATA = "OK", "ALARM", "INSUFFICIENT_DATA"

# CloudWatch looks a little further back than the periods that it evaluates.
FURTHER_PERIODS = 2


@dataclass(frozen=True)
class Alarm:
    """One of the two."""

    name: str
    periods: int
    # Of the policy's target.
    share: float
    comparison: str
    breaches: Callable[[float, float], bool]

    def threshold(self, target: float) -> float:
        return target * self.share

    def looked_at(self, minute: int) -> range:
        """The minutes that it asks for at the end of one."""
        return range(minute - self.periods - FURTHER_PERIODS + 1, minute + 1)

    def state(self, values: Series, target: float, minute: int) -> str:
        """The state at the end of a minute."""
        newest = sorted((each for each in values if each in self.looked_at(minute)), reverse=True)
        evaluated = newest[: self.periods]
        if len(evaluated) < self.periods:
            return INSUFFICIENT_DATA
        threshold = self.threshold(target)
        return ALARM if all(self.breaches(values[each], threshold) for each in evaluated) else OK


def shows_demand(values: Series, target: float, minute: int) -> bool:
    """Whether the newest value is above the target: without a task, ECS waits for no second one.

    https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-auto-scaling.html
    """
    known = [each for each in values if each in HIGH.looked_at(minute)]
    return bool(known) and HIGH.breaches(values[max(known)], HIGH.threshold(target))


HIGH = Alarm("AlarmHigh", 3, 1, "GreaterThanThreshold", lambda value, limit: value > limit)
LOW = Alarm("AlarmLow", 15, 0.9, "LessThanThreshold", lambda value, limit: value < limit)
