"""When a schedule is due: `rate()`, `cron()` and `at()`, in the schedule's time zone.

MiniStack evaluates all of them in UTC. On AWS, a rate
counts from the schedule's start, its days have 24 hours, and without a start date it invokes its
target at once. A cron expression means the clock of its zone: a time that daylight saving skips is
skipped, and a time that occurs twice counts once.

https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from ministack.services import eventbridge

from .. import seam
from . import syntax


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
    name = zone_name or "UTC"
    if not syntax.is_time_zone(name):
        raise InvalidExpressionError(f"Invalid Schedule Expression Timezone {zone_name}.")
    zone = ZoneInfo(name)
    if every := syntax.seconds_of(expression):
        return Expression(zone, start, every=every)
    if clock := syntax.time_of(expression):
        return Expression(zone, start, at=clock.replace(tzinfo=zone).timestamp())
    cron = eventbridge._parse_cron_fields(expression) if syntax.is_cron(expression) else None
    if cron is None:
        raise InvalidExpressionError(f"Invalid Schedule Expression {expression}.")
    return Expression(zone, start, cron=cron)


def install() -> None:
    seam.check(eventbridge, "_parse_cron_fields", "expr")
    seam.check(eventbridge, "_cron_next_fire", "fields after_dt")
