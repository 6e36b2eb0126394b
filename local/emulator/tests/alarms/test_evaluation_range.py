import pytest

from extensions.alarms.evaluation_range import Terms, judge
from extensions.metrics.series import Series

KINDS = ("missing", "ignore", "breaching", "notBreaching")
STATES = {"O": "OK", "A": "ALARM", "I": "INSUFFICIENT_DATA", "=": None}


def series(points: str) -> Series:
    """`0 - X - X`: within the threshold, missing, beyond it, … and the newest."""
    values = {"0": 0.0, "X": 1.0}
    each = points.split()
    return {index - len(each) + 1: values[point] for index, point in enumerate(each)
            if point in values}  # fmt: skip


def states(points: str, datapoints: int, periods: int = 3) -> str:
    """The state by each treatment of missing data; `=` is the alarm's own."""
    found = [
        judge(Terms(periods, datapoints, lambda value: value > 0, kind), series(points)).state
        for kind in KINDS
    ]
    names = {state: letter for letter, state in STATES.items()}
    return "".join(names[state] for state in found)


# Of AWS's page, in its order: missing, ignore, breaching, notBreaching.
@pytest.mark.parametrize(
    ("points", "expected"),
    [
        ("0 - X - X", "OOOO"),
        ("- - - - 0", "OOOO"),
        ("- - - - -", "I=AO"),
        ("0 X X - X", "AAAA"),
        ("- - X - -", "A=AO"),
    ],
)
def test_three_of_three_data_points(points: str, expected: str) -> None:
    assert states(points, datapoints=3) == expected


@pytest.mark.parametrize(
    ("points", "expected"),
    [
        ("0 - X - X", "AAAA"),
        ("0 0 X 0 X", "AAAA"),
        ("0 - X - -", "OOAO"),
        ("- - - - 0", "OOAO"),
        ("- - - X -", "A=AO"),
    ],
)
def test_two_of_three_data_points(points: str, expected: str) -> None:
    assert states(points, datapoints=2) == expected


@pytest.mark.parametrize("points", ["- - - - X", "- - - X -"])
def test_one_early_data_point_is_no_alarm_yet(points: str) -> None:
    assert states(points, datapoints=3)[:2] == "=="


def test_data_points_before_the_evaluation_range_do_not_count() -> None:
    assert states("X X X - - - - -", datapoints=3) == "I=AO"


def test_the_newest_data_points_decide_if_there_are_enough() -> None:
    assert states("X X 0 0 0", datapoints=3) == "OOOO"
    assert states("0 0 X X X", datapoints=3) == "AAAA"


def test_one_of_one() -> None:
    assert states("- - X", datapoints=1, periods=1) == "AAAA"
    assert states("X - -", datapoints=1, periods=1) == "AAAA"
    assert states("X 0", datapoints=1, periods=1) == "OOOO"
