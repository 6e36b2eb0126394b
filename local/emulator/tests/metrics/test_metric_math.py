import pytest

from extensions.metrics.metric_math import MetricMathError, Value, evaluate

MINUTES = (1, 2, 3)
MESSAGES: Value = {1: 0, 2: 30, 3: 60}
TASKS: Value = {2: 0, 3: 2}


def value(expression: str) -> Value:
    return evaluate(expression, {"messages": MESSAGES, "tasks": TASKS, "two": 2.0}, MINUTES)


def test_operators_bind_as_in_arithmetic() -> None:
    assert value("1 + 2 * 3 - 8 / 4") == 5
    assert value("(1 + 2) * 3") == 9
    assert value("8 - 4 - 2") == 2
    assert value("1 + 1 > 1") == 1


def test_a_minute_that_one_of_two_series_lacks_is_missing() -> None:
    assert value("messages + tasks") == {2: 30, 3: 62}
    assert value("tasks + messages") == {2: 30, 3: 62}


def test_a_division_by_zero_is_missing() -> None:
    assert value("messages / tasks") == {3: 30}
    assert value("messages / 0") == {}


def test_a_number_counts_in_every_minute() -> None:
    assert value("messages / two") == {1: 0, 2: 15, 3: 30}
    assert value("100 - messages") == {1: 100, 2: 70, 3: 40}


def test_a_comparison_is_one_or_zero() -> None:
    assert value("messages >= 30") == {1: 0, 2: 1, 3: 1}
    assert value("tasks != 2") == {2: 1, 3: 0}


def test_conditions_are_joined() -> None:
    assert value("messages > 0 AND tasks > 0") == {2: 0, 3: 1}
    assert value("messages > 30 || tasks == 0") == {2: 1, 3: 1}
    assert value("messages > 90 OR messages > 0 && messages < 60") == {1: 0, 2: 1, 3: 0}


def test_fill_gives_missing_minutes_a_number() -> None:
    assert value("FILL(tasks, 0)") == {1: 0, 2: 0, 3: 2}


def test_fill_repeats_the_last_value_but_has_none_before_the_first() -> None:
    assert value("FILL(tasks, REPEAT)") == {2: 0, 3: 2}
    assert evaluate("FILL(tasks, REPEAT)", {"tasks": {1: 4}}, MINUTES) == {1: 4, 2: 4, 3: 4}
    assert evaluate("FILL(FILL(tasks, REPEAT), 0)", {"tasks": {}}, MINUTES) == {1: 0, 2: 0, 3: 0}


def test_if_chooses_by_the_minute() -> None:
    assert value("IF(messages > 0, messages, 7)") == {1: 7, 2: 30, 3: 60}
    assert value("IF(tasks, 1, 0)") == {2: 0, 3: 1}
    # What is chosen may be missing.
    assert value("IF(messages >= 0, tasks, 0)") == {2: 0, 3: 2}


def test_the_backlog_of_a_worker_is_above_its_target_as_long_as_no_task_runs() -> None:
    known = "FILL(tasks, REPEAT)"
    backlog = f"IF(FILL({known}, 0) > 0, messages / {known}, IF(messages > 0, 20.01, 0))"
    assert value(backlog) == {1: 0, 2: 20.01, 3: 30}


def test_the_messages_of_a_worker_are_known_though_one_of_its_queues_is_silent() -> None:
    filled = [f"FILL(FILL({queue}, REPEAT), 0)" for queue in ("busy", "silent")]
    series: dict[str, Value] = {"busy": {2: 5}, "silent": {}}
    assert evaluate("busy + silent", series, MINUTES) == {}
    # A value that is late looks like the one before.
    assert evaluate(" + ".join(filled), series, MINUTES) == {1: 0, 2: 5, 3: 5}


@pytest.mark.parametrize(
    ("expression", "problem"),
    [
        ("messages /", "ends where a number, an id or a function should follow"),
        ("(messages", "ends where \\) should follow"),
        ("messages tasks", "has 'tasks' where it should end"),
        ("message", "names 'message', which is no id"),
        ("messages & tasks", "has '&', which is no sign"),
        ("ANOMALY_DETECTION_BAND(messages)", "calls ANOMALY_DETECTION_BAND with 1 values"),
        ("IF(messages, 1)", "calls IF with 2 values"),
        ("FILL(tasks, messages)", "fills with a series"),
        ("REPEAT", "names 'REPEAT', which is no id"),
        ("", "ends where a number"),
    ],
)
def test_fails_on_what_cloudwatch_or_the_local_aws_cannot_evaluate(
    expression: str, problem: str
) -> None:
    with pytest.raises(MetricMathError, match=problem):
        value(expression)
