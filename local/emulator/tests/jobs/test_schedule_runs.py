import json
import time
from typing import Any

import pytest
from ministack.services import scheduler, sqs, stepfunctions

from extensions.jobs import invocations, schedule_runs

from ..conftest import wait_for
from .conftest import (
    ACCOUNT,
    MACHINE,
    PLACE,
    SCHEDULE_POLICY,
    SCHEDULE_ROLE,
    create_machine,
    create_role,
    revoke,
    statement,
)
from .test_schedules import NIGHTLY, TARGET

QUEUE = f"arn:aws:sqs:{PLACE}:missed"
PASS = {"StartAt": "Done", "States": {"Done": {"Type": "Succeed"}}}


@pytest.fixture(autouse=True)
def _machine() -> None:
    create_machine(PASS)


def create(name: str = "nightly", **changes: Any) -> dict[str, Any]:
    status, _, body = scheduler._create_schedule(name, {**NIGHTLY, **changes})
    assert status == 200, body
    found: dict[str, Any] = scheduler._schedules[f"default/{name}"]
    return found


def moment(hours: float) -> float:
    """That many hours after the next 03:30 in Berlin, when the clock there does not change."""
    found = schedule_runs.schedules.expression_of(NIGHTLY, 0).next_after(time.time())
    assert found is not None
    return found + hours * 3600


def started() -> list[dict[str, Any]]:
    return list(stepfunctions._executions.values())


def test_a_schedule_starts_its_state_machine_once_when_it_is_due() -> None:
    create()
    schedule_runs.look(moment(-1))
    assert started() == []
    for after in (0.001, 0.002, 1):
        schedule_runs.look(moment(after))
    wait_for(started)
    time.sleep(0.1)
    (execution,) = started()
    assert execution["stateMachineArn"] == MACHINE
    schedule_runs.look(moment(24.5))
    wait_for(lambda: len(started()) == 2)


def test_a_rate_starts_at_once_and_each_time_again() -> None:
    created = create(ScheduleExpression="rate(5 minutes)")["CreationDate"]
    for seconds in (0.1, 200, 301, 400, 650):
        schedule_runs.look(created + seconds)
    wait_for(lambda: len(started()) == 3)


def test_a_disabled_schedule_starts_nothing_and_makes_up_for_nothing() -> None:
    create(State="DISABLED")
    schedule_runs.look(moment(1))
    assert started() == []
    scheduler._update_schedule("nightly", {**NIGHTLY, "State": "ENABLED"})
    scheduler._schedules["default/nightly"]["LastModificationDate"] = moment(2)
    schedule_runs.look(moment(3))
    assert started() == []
    schedule_runs.look(moment(24.1))
    wait_for(started)


def test_what_was_due_before_the_start_is_not_made_up_for(monkeypatch: pytest.MonkeyPatch) -> None:
    create(ScheduleExpression="rate(1 day)")["CreationDate"] -= 90_000
    scheduler._schedules["default/nightly"]["LastModificationDate"] -= 90_000
    monkeypatch.setattr(schedule_runs, "_began", time.time())
    schedule_runs.look(time.time() + 1)
    assert started() == []


def test_a_schedule_ends_and_may_go_with_its_end() -> None:
    once = f"at({time.strftime('%Y-%m-%dT%H:%M:%S', time.gmtime(time.time() + 60))})"
    zone = {"ScheduleExpression": once, "ScheduleExpressionTimezone": "UTC"}
    create(**zone, ActionAfterCompletion="DELETE")
    create("ended", ScheduleExpression="rate(1 hour)", EndDate=time.time() - 1)
    schedule_runs.look(time.time() + 70)
    wait_for(started)
    assert [each["Name"] for each in scheduler._schedules.values()] == ["ended"]
    assert len(started()) == 1


def test_the_input_has_the_schedule_s_attributes() -> None:
    given = '{"at": "<aws.scheduler.scheduled-time>", "of": "<aws.scheduler.schedule-arn>"}'
    arn = create(Target={**TARGET, "Input": given})["Arn"]
    schedule_runs.look(moment(0.01))
    wait_for(started)
    expected = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(moment(0)))
    assert json.loads(started()[0]["input"]) == {"at": expected, "of": arn}


def test_without_an_input_it_is_a_notification() -> None:
    arn = create(Target={"Arn": MACHINE, "RoleArn": SCHEDULE_ROLE})["Arn"]
    schedule_runs.look(moment(0.01))
    wait_for(started)
    given = json.loads(started()[0]["input"])
    assert (given["source"], given["resources"]) == ("aws.scheduler", [arn])


def test_a_target_that_fails_is_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    create(Target={**TARGET, "RetryPolicy": {"MaximumRetryAttempts": 2}})
    left, original = [3], stepfunctions._start_execution

    def unreliable(data: dict[str, Any]) -> Any:
        left[0] -= 1
        if left[0]:
            raise ConnectionError("try again")
        return original(data)

    monkeypatch.setattr(stepfunctions, "_start_execution", unreliable)
    schedule_runs.look(moment(0.01))
    wait_for(started)
    assert left == [0]


def dead_letters() -> list[dict[str, Any]]:
    return [message for queue in sqs._queues.values() for message in queue["messages"]]


@pytest.mark.usefixtures("enforced")
def test_the_role_must_allow_the_start_and_a_refusal_is_a_dead_letter() -> None:
    sqs._act_create_queue({"QueueName": "missed"}, "")
    create(Target={**TARGET, "DeadLetterConfig": {"Arn": QUEUE}})
    send = {"send": statement("sqs:SendMessage", QUEUE)}
    create_role(SCHEDULE_ROLE, "scheduler.amazonaws.com", SCHEDULE_POLICY | send)
    revoke(SCHEDULE_ROLE, "start")
    schedule_runs.look(moment(0.01))
    wait_for(dead_letters)
    attributes = dead_letters()[0]["message_attributes"]
    assert attributes["ERROR_CODE"]["StringValue"] == "AccessDeniedException"
    assert "states:StartExecution" in attributes["ERROR_MESSAGE"]["StringValue"]
    assert started() == []
    condition = {"StringEquals": {"aws:SourceAccount": ACCOUNT}}
    create_role(SCHEDULE_ROLE, "scheduler.amazonaws.com", SCHEDULE_POLICY, **condition)
    schedule_runs.look(moment(24.01))
    wait_for(started)


@pytest.mark.usefixtures("enforced")
def test_a_role_that_no_longer_trusts_the_scheduler_starts_nothing() -> None:
    create()
    create_role(SCHEDULE_ROLE, "states.amazonaws.com", SCHEDULE_POLICY)
    run = invocations.Run(scheduler._schedules["default/nightly"], 0, "run")
    with pytest.raises(invocations.RefusedError, match="does not trust"):
        invocations.start(run, 1)


def test_a_machine_that_is_gone_is_not_tried_again() -> None:
    create()
    stepfunctions._state_machines.clear()
    run = invocations.Run(scheduler._schedules["default/nightly"], 0, "run")
    with pytest.raises(invocations.RefusedError, match="StateMachineDoesNotExist"):
        invocations.start(run, 1)
