import json
from collections.abc import Iterator
from typing import Any

import pytest
from ministack.services import cloudwatch_logs, iam, stepfunctions

from extensions.jobs import execution_logs

from ..conftest import wait_for
from .conftest import (
    MACHINE,
    MACHINE_ROLE,
    PLACE,
    answered,
    create_machine,
    start_execution,
    statement,
    status,
)

GROUP = "/aws/vendedlogs/states/nightly"
FAIL = {"StartAt": "Wrong", "States": {"Wrong": {"Type": "Fail", "Error": "Job.Wrong"}}}


@pytest.fixture(autouse=True)
def _group() -> Iterator[None]:
    cloudwatch_logs._create_log_group({"logGroupName": GROUP})
    yield
    cloudwatch_logs._log_groups.clear()


def logging(level: str = "ALL", group: str = GROUP, **settings: Any) -> dict[str, Any]:
    arn = f"arn:aws:logs:{PLACE}:log-group:{group}:*"
    destination = {"cloudWatchLogsLogGroup": {"logGroupArn": arn}}
    return {"level": level, "destinations": [destination], **settings}


def lines() -> list[dict[str, Any]]:
    streams = cloudwatch_logs._log_groups[GROUP]["streams"].values()
    return [json.loads(each["message"]) for stream in streams for each in stream["events"]]


def run() -> str:
    arn = start_execution(input='{"secret": 1}')
    wait_for(lambda: status(arn) != "RUNNING")
    return arn


@pytest.mark.parametrize(
    ("level", "types"),
    [
        ("ALL", ["ExecutionStarted", "FailStateEntered", "ExecutionFailed"]),
        ("ERROR", ["FailStateEntered", "ExecutionFailed"]),
        ("FATAL", ["ExecutionFailed"]),
        ("OFF", []),
    ],
)
def test_an_execution_s_events_are_logged_by_level(level: str, types: list[str]) -> None:
    create_machine(FAIL, loggingConfiguration=logging(level))
    arn = run()
    # The last event is logged after the execution has its status.
    wait_for(lambda: len(lines()) >= len(types))
    assert [each["type"] for each in lines()] == types
    assert {each["execution_arn"] for each in lines()} <= {arn}
    assert all("Job.Wrong" in str(each["details"]) for each in lines()[-1:])


@pytest.mark.parametrize("included", [True, False])
def test_what_executions_work_on_is_logged_only_if_it_shall_be(included: bool) -> None:
    create_machine(FAIL, loggingConfiguration=logging(includeExecutionData=included))
    run()
    assert ("secret" in str(lines())) is included


@pytest.mark.parametrize(
    "configuration",
    [
        {"level": "ALL"},
        logging(group="/gone"),
        {"level": "ALL", "destinations": [{"cloudWatchLogsLogGroup": {"logGroupArn": GROUP}}]},
    ],
)
def test_a_destination_that_aws_refuses_is_refused(configuration: dict[str, Any]) -> None:
    found = create_machine(loggingConfiguration=configuration)
    assert found["__type"] == "InvalidLoggingConfiguration"
    create_machine()
    update = {"stateMachineArn": MACHINE, "loggingConfiguration": configuration}
    changed = answered(stepfunctions._update_state_machine(update))
    assert changed["__type"] == "InvalidLoggingConfiguration"


@pytest.mark.usefixtures("enforced")
def test_the_role_must_be_able_to_deliver_logs() -> None:
    found = create_machine(loggingConfiguration=logging())
    assert found["__type"] == "AccessDeniedException"
    assert "not authorized to access the Log Destination" in found["message"]
    allowed = {"Statement": [statement(list(execution_logs._ACTIONS), "*")]}
    policies = iam._roles[MACHINE_ROLE.rpartition("/")[2]]["InlinePolicies"]
    policies["logs"] = json.dumps(allowed)
    assert create_machine(loggingConfiguration=logging())["stateMachineArn"] == MACHINE
