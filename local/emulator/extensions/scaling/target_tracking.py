"""How many tasks the target tracking policies of one service want.

Any policy may add tasks, the one that wants most decides. Tasks are removed only if all policies
want fewer, down to the most that one of them wants. Between two changes is a cooldown. Both start
from the tasks that run, not from those that ECS was told; the first task is started alone.
https://docs.aws.amazon.com/autoscaling/application/userguide/target-tracking-scaling-policy-overview.html
https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-auto-scaling.html
"""

import math
from dataclasses import dataclass, field
from fractions import Fraction

from .alarm_evaluation import ALARM


@dataclass(frozen=True)
class Reading:
    """What one policy sees at the end of a minute; the cooldowns are in seconds."""

    target: float
    # None if the metric has no value.
    value: float | None
    high: str
    low: str
    out_cooldown: float
    in_cooldown: float
    may_remove: bool = True


@dataclass(frozen=True)
class Capacity:
    """The number of tasks that ECS was told, how many of them run, and what it may be."""

    desired: int
    running: int
    least: int
    most: int
    # Suspended by a caller, or by ECS during a deployment.
    may_add: bool = True
    may_remove: bool = True


@dataclass
class Cooldowns:
    """Until when a further change waits; the number before tasks were added is the base."""

    adds_after: float = -math.inf
    removes_after: float = -math.inf
    base: int = field(default=0)


def proportional(tasks: int, value: float, target: float) -> int:
    """The number of tasks that would hold the value at its target, rounded up."""
    # In floating point, 3 tasks at 70 % of 70 % might be 4.
    return math.ceil(tasks * Fraction(value) / Fraction(target))


def change(
    readings: list[Reading], capacity: Capacity, cooldowns: Cooldowns, now: float
) -> int | None:
    """The new number of tasks, and its cooldown noted; None if it stays."""
    wanted = _more(readings, capacity, cooldowns, now)
    if wanted is not None or any(_asks_for_more(each) for each in readings):
        return wanted
    return _fewer(readings, capacity, cooldowns, now)


def _asks_for_more(reading: Reading) -> bool:
    return reading.high == ALARM and reading.value is not None


def _more(
    readings: list[Reading], capacity: Capacity, cooldowns: Cooldowns, now: float
) -> int | None:
    asking = [each for each in readings if _asks_for_more(each)]
    if not asking or not capacity.may_add:
        return None
    # While tasks start that were just added, only what is more than those adds further ones.
    is_cooling = now < cooldowns.adds_after
    base = cooldowns.base if is_cooling and cooldowns.base else capacity.running
    wants = {
        each: max(proportional(base, each.value or 0, each.target), base + 1) for each in asking
    }
    most = max(asking, key=lambda each: wants[each])
    new = min(max(wants[most], capacity.least), capacity.most)
    # There is no proportion to none: what is more than the first task adds more than it did.
    is_no_more = is_cooling and cooldowns.base == 0 and new <= 2 * base
    if new <= capacity.desired or is_no_more:
        return None
    cooldowns.base = base
    cooldowns.adds_after = now + most.out_cooldown
    # Adding tasks ends the wait after some were removed.
    cooldowns.removes_after = -math.inf
    return new


def _fewer(
    readings: list[Reading], capacity: Capacity, cooldowns: Cooldowns, now: float
) -> int | None:
    asked = [each for each in readings if each.may_remove]
    if not asked or not capacity.may_remove or now < cooldowns.removes_after:
        return None
    if any(each.low != ALARM or each.value is None for each in asked):
        return None
    wants = {each: proportional(capacity.running, each.value or 0, each.target) for each in asked}
    most = max(asked, key=lambda each: wants[each])
    new = min(max(wants[most], capacity.least), capacity.most)
    if new >= capacity.desired:
        return None
    cooldowns.removes_after = now + most.in_cooldown
    return new
