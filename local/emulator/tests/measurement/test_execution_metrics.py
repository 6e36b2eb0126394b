from typing import Any

import pytest
from ministack.services import stepfunctions

from extensions.jobs import executions
from extensions.metrics import series

from ..conftest import wait_for
from ..jobs.conftest import (
    MACHINE,
    _roles,  # noqa: F401 -- a fixture that every test here needs
    create_machine,
    start_execution,
    status,
)

WAIT = {"StartAt": "Wait", "States": {"Wait": {"Type": "Wait", "Seconds": 500, "End": True}}}
FAIL = {"StartAt": "Fail", "States": {"Fail": {"Type": "Fail", "Error": "No", "Cause": "Why"}}}
PASS = {"StartAt": "Pass", "States": {"Pass": {"Type": "Pass", "End": True}}}


@pytest.fixture(autouse=True)
def _no_metrics(metrics: None) -> None:
    del metrics


def counts() -> dict[str, float]:
    """The metrics of the state machine that have data, each with its sum."""
    found = {
        end: series.read(
            ("AWS/States", f"Executions{end}"), {"StateMachineArn": MACHINE}, "Sum", lambda _: 0
        )
        for end in ("Started", "Succeeded", "Failed", "TimedOut", "Aborted")
    }
    return {end: values[0] for end, values in found.items() if values}


def run(definition: dict[str, Any]) -> str:
    create_machine(definition)
    return start_execution()


@pytest.mark.parametrize(
    ("definition", "end"),
    [(PASS, "Succeeded"), (FAIL, "Failed"), ({**WAIT, "TimeoutSeconds": 1}, "TimedOut")],
)
def test_an_execution_is_counted_at_its_start_and_by_its_end(
    definition: dict[str, Any], end: str
) -> None:
    arn = run(definition)
    assert counts()["Started"] == 1
    wait_for(lambda: status(arn) != "RUNNING" and len(counts()) == 2)
    assert counts() == {"Started": 1, end: 1}


def test_one_that_is_stopped_was_aborted() -> None:
    arn = run(WAIT)
    stepfunctions._stop_execution({"executionArn": arn})
    assert counts() == {"Started": 1, "Aborted": 1}


def test_one_that_a_restart_ends_was_aborted() -> None:
    arn = run(WAIT)
    executions._end(stepfunctions._executions[arn], "ABORTED", "ExecutionAborted", {})
    assert counts() == {"Started": 1, "Aborted": 1}
