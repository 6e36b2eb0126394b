import math
from typing import Any

import pytest

from extensions.scaling.alarm_evaluation import ALARM, INSUFFICIENT_DATA, OK
from extensions.scaling.target_tracking import Capacity, Cooldowns, Reading, change, proportional

RANGE = {"least": 1, "most": 10}


def high(value: float, target: float = 70, **changes: Any) -> Reading:
    return _reading(value, target, high=ALARM, low=OK, **changes)


def low(value: float, target: float = 70, **changes: Any) -> Reading:
    return _reading(value, target, high=OK, low=ALARM, **changes)


def calm(value: float = 65) -> Reading:
    return _reading(value, 70, high=OK, low=OK)


def unknown() -> Reading:
    return _reading(None, 70, high=INSUFFICIENT_DATA, low=INSUFFICIENT_DATA)


def _reading(value: float | None, target: float, **states: Any) -> Reading:
    return Reading(**{"out_cooldown": 60, "in_cooldown": 300, **states}, value=value, target=target)


def capacity(desired: int, **changes: Any) -> Capacity:
    return Capacity(**{**RANGE, "desired": desired, "running": desired, **changes})


def after(*readings: Reading, desired: int = 2, **changes: Any) -> int | None:
    return change(list(readings), capacity(desired, **changes), Cooldowns(), 0)


@pytest.mark.parametrize(
    ("tasks", "value", "wanted"), [(2, 140, 4), (3, 71, 4), (3, 70, 3), (4, 35, 2), (4, 36, 3)]
)
def test_the_number_of_tasks_is_proportional_to_the_value_and_rounded_up(
    tasks: int, value: float, wanted: int
) -> None:
    assert proportional(tasks, value, 70) == wanted


def test_tasks_are_added_in_proportion_to_what_is_too_much() -> None:
    assert after(high(140)) == 4
    assert after(high(71)) == 3


def test_the_policy_that_wants_most_decides() -> None:
    assert after(high(100), high(300), calm()) == 9
    assert after(high(100), low(0), unknown()) == 3


def test_the_range_is_never_left() -> None:
    assert after(high(7000)) == 10
    assert after(high(7000), desired=10) is None
    assert after(low(0), desired=2) == 1
    assert after(low(0), desired=1) is None


def test_a_number_outside_the_range_comes_back_only_in_the_direction_that_is_asked_for() -> None:
    assert after(high(71), desired=1, least=4) == 4
    assert after(low(0), desired=1, least=4) is None
    assert after(high(140), desired=12) is None
    assert after(low(35), desired=30) == 10


def test_the_first_task_is_started_whatever_the_proportion_is() -> None:
    assert after(high(40, target=20), desired=0, least=0) == 1


def test_the_tasks_that_run_are_where_both_ways_start() -> None:
    # Three more are on their way: the one that runs does the work of four, and the others help it.
    assert after(high(280), desired=4, running=1) is None
    assert after(high(350), desired=4, running=1) == 5
    assert after(low(35), desired=8, running=6) == 3


def test_one_task_is_enough_until_it_runs_and_its_value_shows_more() -> None:
    cooldowns = Cooldowns()
    first = high(20.01, target=20, out_cooldown=300)
    assert change([first], capacity(0, least=0), cooldowns, 0) == 1
    # After any time in which it starts, and within the cooldown while its number is late.
    assert change([first], capacity(1, least=0, running=0), cooldowns, 900) is None
    assert change([first], capacity(1, least=0), cooldowns, 240) is None
    many = high(70, target=20, out_cooldown=300)
    assert change([many], capacity(1, least=0), cooldowns, 240) == 4


def test_the_last_task_goes_only_if_nothing_is_left_to_do() -> None:
    assert after(low(0, target=20), desired=1, least=0) == 0
    assert after(low(1, target=20), desired=1, least=0) is None


def test_tasks_are_removed_only_if_all_policies_want_fewer_down_to_the_most_of_them() -> None:
    assert after(low(7), low(35), desired=4) == 2
    assert after(low(7), calm(), desired=4) is None


def test_a_policy_without_values_keeps_the_tasks() -> None:
    assert after(unknown(), desired=4) is None
    assert after(low(7), unknown(), desired=4) is None


def test_a_policy_that_may_not_remove_tasks_is_not_asked_whether_to() -> None:
    assert after(low(7), low(35, may_remove=False), desired=10) == 1
    assert after(low(7, may_remove=False), desired=10) is None


def test_nothing_is_removed_while_a_policy_asks_for_more_than_there_may_be() -> None:
    assert after(high(140, may_remove=False), low(7), desired=10) is None


def test_what_is_suspended_does_not_happen() -> None:
    assert after(high(140), may_add=False) is None
    assert after(low(7), desired=4, may_remove=False) is None


def test_within_the_cooldown_only_more_than_was_just_added_adds_tasks() -> None:
    cooldowns = Cooldowns()
    assert change([high(140)], capacity(2), cooldowns, 0) == 4
    # The four are on their way, and would be enough.
    assert change([high(140)], capacity(4), cooldowns, 59) is None
    assert change([high(200)], capacity(4), cooldowns, 59) == 6
    # It began anew, with the number from before.
    assert change([high(200)], capacity(6), cooldowns, 118) is None
    assert change([high(80)], capacity(6), cooldowns, 119) == 7


def test_after_tasks_were_removed_none_is_for_the_time_of_the_cooldown() -> None:
    cooldowns = Cooldowns()
    assert change([low(49)], capacity(10), cooldowns, 0) == 7
    assert change([low(49)], capacity(7), cooldowns, 299) is None
    assert change([low(49)], capacity(7), cooldowns, 300) == 5


def test_adding_tasks_does_not_wait_for_that_and_ends_it() -> None:
    cooldowns = Cooldowns()
    assert change([low(35)], capacity(4), cooldowns, 0) == 2
    assert change([high(140)], capacity(2), cooldowns, 1) == 4
    assert cooldowns.removes_after == -math.inf
