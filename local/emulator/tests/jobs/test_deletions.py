"""What happens to a state machine and its executions when it is deleted."""

from typing import Any

import pytest
from ministack.services import stepfunctions

from ..conftest import FakeEngine, tasks, wait_for
from .conftest import (
    MACHINE,
    MACHINE_ROLE,
    RUN_TASK,
    answered,
    create_machine,
    execution,
    machine_of,
    start_execution,
    status,
)

pytestmark = pytest.mark.usefixtures("task_definition", "enforced")


def delete() -> None:
    assert stepfunctions._delete_state_machine({"stateMachineArn": MACHINE})[0] == 200


def machine_status() -> Any:
    found = stepfunctions._state_machines.get(MACHINE)
    return found and found["status"]


def end_task(engine: FakeEngine, code: int) -> None:
    next(iter(engine.all.values())).exit_with(code)


def test_a_machine_without_executions_goes_at_once_and_may_be_deleted_again() -> None:
    create_machine()
    delete()
    assert machine_status() is None
    delete()


def test_a_machine_waits_for_an_execution_in_its_last_state_which_ends_as_ever(
    engine: FakeEngine,
) -> None:
    machine_of()
    arn = start_execution()
    wait_for(lambda: tasks("RUNNING"))
    delete()
    delete()
    assert (machine_status(), status(arn)) == ("DELETING", "RUNNING")
    events = stepfunctions._executions[arn]["events"]
    end_task(engine, 0)
    wait_for(lambda: machine_status() is None)
    assert events[-1]["type"] == "ExecutionSucceeded"
    assert tasks()[0]["stopCode"] == "EssentialContainerExited"


@pytest.mark.parametrize(
    ("state", "code"),
    [
        ({"End": False, "Next": "After"}, 0),
        ({"Retry": [{"ErrorEquals": ["States.TaskFailed"], "IntervalSeconds": 1}]}, 1),
    ],
)
def test_an_execution_that_would_go_on_is_terminated(
    engine: FakeEngine, state: dict[str, Any], code: int
) -> None:
    first = {name: each for name, each in (RUN_TASK | state).items() if each is not False}
    after = {"After": {"Type": "Succeed"}} if "Next" in state else {}
    create_machine({"StartAt": "Run", "States": {"Run": first, **after}})
    arn = start_execution()
    wait_for(lambda: tasks("RUNNING"))
    record = stepfunctions._executions[arn]
    delete()
    end_task(engine, code)
    wait_for(lambda: machine_status() is None)
    assert (record["status"], record["error"]) == ("FAILED", "States.Runtime")
    assert record["cause"] == "State machine nightly has been deleted."
    assert len(tasks()) == 1


@pytest.mark.usefixtures("engine")
def test_a_machine_goes_once_its_last_execution_is_stopped_and_its_task() -> None:
    machine_of()
    arn = start_execution()
    wait_for(lambda: tasks("RUNNING"))
    delete()
    stepfunctions._stop_execution({"executionArn": arn})
    wait_for(lambda: machine_status() is None)
    wait_for(lambda: tasks("STOPPED"))


def test_nothing_starts_or_changes_a_machine_that_is_being_deleted(engine: FakeEngine) -> None:
    machine_of()
    arn = start_execution()
    wait_for(lambda: tasks("RUNNING"))
    delete()
    update = {"stateMachineArn": MACHINE, "roleArn": MACHINE_ROLE}
    for answer in (
        answered(stepfunctions._start_execution({"stateMachineArn": MACHINE})),
        answered(stepfunctions._update_state_machine(update)),
        create_machine(),
    ):
        assert answer["__type"] == "StateMachineDeleting"
    described = answered(stepfunctions._describe_state_machine({"stateMachineArn": MACHINE}))
    assert described["status"] == "DELETING"
    assert execution(arn)["name"]
    end_task(engine, 0)
    wait_for(lambda: machine_status() is None)


def test_a_machine_that_waited_is_gone_when_the_local_aws_starts_again() -> None:
    create_machine()
    create_machine(name="kept")
    stepfunctions._state_machines[MACHINE]["status"] = "DELETING"
    state = stepfunctions.get_state()
    stepfunctions._state_machines.clear()
    stepfunctions._restore_state(state)
    assert [each["name"] for each in stepfunctions._state_machines.values()] == ["kept"]
