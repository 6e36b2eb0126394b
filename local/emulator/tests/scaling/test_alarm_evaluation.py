import pytest

from extensions.metrics.series import Series
from extensions.scaling.alarm_evaluation import (
    ALARM,
    HIGH,
    INSUFFICIENT_DATA,
    LOW,
    OK,
    Alarm,
    shows_demand,
)


def minutes(*values: float) -> Series:
    """Return values of the minutes up to the 100th."""
    return {100 - len(values) + 1 + index: value for index, value in enumerate(values)}


def test_more_tasks_are_asked_for_after_three_minutes_above_the_target() -> None:
    assert HIGH.state(minutes(71, 71, 71), 70, 100) == ALARM
    assert HIGH.state(minutes(99, 71, 70, 71), 70, 100) == OK
    assert HIGH.state(minutes(70, 70, 70), 70, 100) == OK


def test_fewer_tasks_are_asked_for_after_fifteen_minutes_below_nine_tenths() -> None:
    assert LOW.state(minutes(*[62] * 15), 70, 100) == ALARM
    assert LOW.state(minutes(*[62] * 14, 63), 70, 100) == OK
    assert LOW.state(minutes(80, *[62] * 14), 70, 100) == OK
    assert LOW.state(minutes(80, *[62] * 15), 70, 100) == ALARM


@pytest.mark.parametrize("alarm", [HIGH, LOW])
def test_too_few_values_are_no_reason_for_anything(alarm: Alarm) -> None:
    assert alarm.state({}, 70, 100) == INSUFFICIENT_DATA
    assert HIGH.state(minutes(99, 99), 70, 100) == INSUFFICIENT_DATA
    assert LOW.state(minutes(*[0] * 14), 70, 100) == INSUFFICIENT_DATA


def test_a_late_value_leaves_the_earlier_ones_in_force_but_not_for_long() -> None:
    late = minutes(99, 99, 99)
    assert HIGH.state(late, 70, 102) == ALARM
    assert HIGH.state(late, 70, 103) == INSUFFICIENT_DATA


def test_a_value_of_a_later_minute_does_not_count_yet() -> None:
    assert HIGH.state(minutes(99, 99, 99), 70, 99) == INSUFFICIENT_DATA


def test_the_newest_value_alone_shows_that_a_first_task_is_needed() -> None:
    assert shows_demand(minutes(71), 70, 100)
    assert shows_demand(minutes(0, 0, 71), 70, 100)
    assert not shows_demand(minutes(71, 71, 70), 70, 100)
    assert not shows_demand({}, 70, 100)
    # Of a time that the alarm no longer looks at.
    assert shows_demand(minutes(71), 70, 104)
    assert not shows_demand(minutes(71), 70, 105)
