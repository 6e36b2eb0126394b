"""When a schedule is due: `rate()`, `cron()` and `at()`, in the schedule's time zone.

MiniStack evaluates all of them in UTC and accepts expressions that never match. On AWS, a rate
counts from the schedule's start, its days have 24 hours, and without a start date it invokes its
target at once. A cron expression means the clock of its zone: a time that daylight saving skips is
skipped, and a time that occurs twice counts once.

https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html
"""

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from ministack.services import eventbridge

from .. import seam

_RATE = re.compile(r"rate\(([1-9]\d*) (minute|hour|day)s?\)")
_SECONDS = {"minute": 60, "hour": 3600, "day": 86400}
_AT = re.compile(r"at\((\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)\)")
# Minutes, hours, months; the parser knows no bounds.
_BOUNDS = {0: (0, 59), 1: (0, 23), 3: (1, 12), 5: (1970, 2199)}
_DAYS_OF_MONTH, _DAYS_OF_WEEK = 2, 4


class InvalidExpressionError(ValueError):
    """An expression or a time zone that AWS refuses."""


@dataclass(frozen=True)
class Expression:
    """A parsed expression; times are seconds since 1970."""

    zone: ZoneInfo
    start: float
    every: int = 0
    at: float | None = None
    cron: Any = None

    def next_after(self, moment: float) -> float | None:
        """The first time after a moment at which the schedule is due; None if there is none."""
        if self.every:
            passed = (moment - self.start) // self.every
            return self.start + max(0, passed + 1) * self.every
        if self.at is not None:
            return self.at if self.at > moment else None
        return self._next_of_cron(max(moment, self.start))

    def _next_of_cron(self, moment: float) -> float | None:
        # The clock of the zone, without the zone: MiniStack's calendar then knows no gaps.
        clock = datetime.fromtimestamp(moment, self.zone).replace(tzinfo=UTC)
        while (found := eventbridge._cron_next_fire(self.cron, clock)) is not None:
            due = found.replace(tzinfo=self.zone, fold=0).timestamp()
            exists = datetime.fromtimestamp(due, self.zone).replace(tzinfo=UTC) == found
            if exists and due > moment:
                return float(due)
            clock = found
        return None


def parse(expression: str, zone_name: str, start: float) -> Expression:
    """Return the expression; raises `InvalidExpressionError`."""
    try:
        zone = ZoneInfo(zone_name or "UTC")
    except (KeyError, ValueError, OSError) as error:
        raise InvalidExpressionError(
            f"Invalid Schedule Expression Timezone {zone_name}."
        ) from error
    if rate := _RATE.fullmatch(expression):
        return Expression(zone, start, every=int(rate[1]) * _SECONDS[rate[2]])
    if moment := _AT.fullmatch(expression):
        try:
            clock = datetime.fromisoformat(moment[1])
        except ValueError as error:
            raise InvalidExpressionError(f"Invalid Schedule Expression {expression}.") from error
        return Expression(zone, start, at=clock.replace(tzinfo=zone).timestamp())
    fields = (
        eventbridge._parse_cron_fields(expression) if expression == expression.strip() else None
    )
    if fields is None or not _is_within_bounds(fields):
        raise InvalidExpressionError(f"Invalid Schedule Expression {expression}.")
    return Expression(zone, start, cron=fields)


def _is_within_bounds(fields: Any) -> bool:
    day_of_month, day_of_week = fields[6], fields[7]
    if day_of_month == day_of_week == "?":
        return False
    days = (fields[_DAYS_OF_MONTH]["days"], 31), (fields[_DAYS_OF_WEEK]["days"], 7)
    ranges = [(fields[index] or (), *bounds) for index, bounds in _BOUNDS.items()]
    ranges += [(found, 1, most) for found, most in days]
    return all(least <= value <= most for found, least, most in ranges for value in found)


def install() -> None:
    seam.check(eventbridge, "_parse_cron_fields", "expr")
    seam.check(eventbridge, "_cron_next_fire", "fields after_dt")
