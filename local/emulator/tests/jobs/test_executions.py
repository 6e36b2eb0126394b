import json
import time
from typing import Any

import pytest
from ministack.core import persistence
from ministack.services import stepfunctions

from extensions.jobs import executions

from ..conftest import FakeEngine, tasks, wait_for
from .conftest import (
    MACHINE,
    create_machine,
    execution,
    machine_of,
    start_execution,
    status,
)

WAIT = {"StartAt": "Wait", "States": {"Wait": {"Type": "Wait", "Seconds": 500, "End": True}}}


def retrying(**settings: Any) -> dict[str, Any]:
    return {"Retry": [{"ErrorEquals": ["States.TaskFailed"], **settings}]}


@pytest.mark.usefixtures("task_definition")
def test_a_failed_task_is_tried_again(engine: FakeEngine) -> None:
    codes = [1, 1, 0]
    engine.on_start = lambda container: container.exit_with(codes.pop(0))
    machine_of(**retrying(IntervalSeconds=1, MaxAttempts=2))
    arn = start_execution()
    wait_for(lambda: status(arn) != "RUNNING")
    assert (status(arn), len(tasks()), codes) == ("SUCCEEDED", 3, []), json.dumps(
        execution(arn).get("cause")
    )


@pytest.mark.usefixtures("task_definition")
def test_after_its_last_attempt_it_fails(engine: FakeEngine) -> None:
    engine.on_start = lambda container: container.exit_with(1)
    machine_of(**retrying(IntervalSeconds=1, MaxAttempts=1))
    arn = start_execution()
    wait_for(lambda: status(arn) != "RUNNING")
    assert (status(arn), len(tasks())) == ("FAILED", 2)


def test_pauses_grow_up_to_their_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    create_machine(WAIT)
    executions._current.set(start_execution())
    retrier = {"ErrorEquals": ["States.ALL"], "IntervalSeconds": 100, "BackoffRate": 3}
    slept: list[float] = []
    moment = [0.0]

    def sleep(seconds: float) -> None:
        slept.append(seconds)
        moment[0] += seconds

    class Clock:
        monotonic = staticmethod(lambda: moment[0])

    Clock.sleep = staticmethod(sleep)  # type: ignore[attr-defined]
    monkeypatch.setattr(executions, "time", Clock)
    for count, limits, expected in (
        (0, {}, 1.0),
        (2, {}, 9.0),
        (2, {"MaxDelaySeconds": 200}, 2.0),
    ):
        slept.clear()
        found, _ = stepfunctions._find_matching_retrier([retrier | limits], "E", {0: count})
        assert found["IntervalSeconds"] == 0
        assert sum(slept) == pytest.approx(expected)  # a hundredth, see conftest
    stepfunctions._find_matching_retrier([retrier | {"JitterStrategy": "FULL"}], "E", {0: 0})


def test_an_execution_that_was_stopped_stays_so_and_says_why() -> None:
    create_machine(WAIT)
    arn = start_execution()
    stepfunctions._stop_execution({"executionArn": arn, "cause": "by hand"})
    stepfunctions._fail_execution(stepfunctions._executions[arn], "States.Runtime", "late")
    found = execution(arn)
    assert (found["status"], found["cause"]) == ("ABORTED", "by hand")
    assert "output" not in found


def test_a_state_machine_has_a_time_limit() -> None:
    create_machine({**WAIT, "TimeoutSeconds": 1})
    arn = start_execution()
    wait_for(lambda: status(arn) != "RUNNING")
    found = execution(arn)
    assert found["status"] == "TIMED_OUT"
    assert not {"error", "cause", "output"} & found.keys()


def test_choices_and_ends() -> None:
    definition = {
        "StartAt": "Busy",
        "States": {
            "Busy": {
                "Type": "Choice",
                "Choices": [{"Variable": "$.busy", "BooleanEquals": True, "Next": "Skipped"}],
                "Default": "Wrong",
            },
            "Skipped": {"Type": "Succeed"},
            "Wrong": {"Type": "Fail", "Error": "Job.Wrong", "Cause": "no"},
        },
    }
    create_machine(definition)
    skipped, wrong = start_execution(input='{"busy": true}'), start_execution(input='{"busy": 0}')
    wait_for(lambda: status(wrong) != "RUNNING" and status(skipped) != "RUNNING")
    assert status(skipped) == "SUCCEEDED"
    found = execution(wrong)
    assert (found["status"], found["error"], found["cause"]) == ("FAILED", "Job.Wrong", "no")


def test_after_a_restart_an_execution_is_aborted_with_a_reason() -> None:
    create_machine(WAIT)
    arn = start_execution()
    text = json.dumps(stepfunctions.get_state(), default=persistence._json_default)
    stepfunctions.reset()
    time.sleep(0.01)
    restored = json.loads(text, object_hook=persistence._json_object_hook)
    stepfunctions.load_persisted_state(restored)
    found = execution(arn)
    assert (found["status"], found["cause"]) == ("ABORTED", executions.STARTED_AGAIN)
    assert MACHINE in stepfunctions._state_machines
