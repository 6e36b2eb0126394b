import json
from typing import Any

import pytest
from ministack.services import iam, scheduler

from ..front_door import Answer, ask, signed
from .conftest import ACCOUNT, MACHINE, SCHEDULE_POLICY, SCHEDULE_ROLE, create_role

TARGET = {"Arn": MACHINE, "RoleArn": SCHEDULE_ROLE, "Input": "{}"}
NIGHTLY = {
    "ScheduleExpression": "cron(30 3 * * ? *)",
    "ScheduleExpressionTimezone": "Europe/Berlin",
    "FlexibleTimeWindow": {"Mode": "OFF"},
    "Target": TARGET,
}


def call(method: str, name: str = "nightly", **document: Any) -> Answer:
    body = json.dumps(document) if document else ""
    url = f"/schedules/{name}"
    headers = signed("scheduler", method, url, body, {"Content-Type": "application/json"})
    return ask(method, url, headers, body)


def test_a_schedule_is_kept_with_the_defaults_of_aws() -> None:
    assert call("POST", **NIGHTLY).status == 200
    found = json.loads(call("GET").text)
    assert found["ScheduleExpressionTimezone"] == "Europe/Berlin"
    assert (found["State"], found["GroupName"]) == ("ENABLED", "default")
    assert found["Target"]["RetryPolicy"] == {
        "MaximumEventAgeInSeconds": 86400,
        "MaximumRetryAttempts": 185,
    }
    own = {"MaximumRetryAttempts": 3}
    assert call("PUT", **{**NIGHTLY, "Target": {**TARGET, "RetryPolicy": own}}).status == 200
    found = json.loads(call("GET").text)
    assert found["Target"]["RetryPolicy"]["MaximumRetryAttempts"] == 3
    assert call("DELETE").status == 200
    assert call("GET").status == 404


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"ScheduleExpression": "cron(30 3 * * * *)"}, "Invalid Schedule Expression"),
        ({"ScheduleExpressionTimezone": "Berlin"}, "Timezone"),
        ({"FlexibleTimeWindow": {"Mode": "FLEXIBLE"}}, "requires MaximumWindowInMinutes"),
        (
            {"FlexibleTimeWindow": {"Mode": "OFF", "MaximumWindowInMinutes": 5}},
            "must not have MaximumWindowInMinutes",
        ),
        ({"State": "PAUSED"}, "must be one of ENABLED, DISABLED"),
        ({"Target": {**TARGET, "Input": "{"}}, "well-formed JSON"),
        ({"Target": {**TARGET, "RetryPolicy": {"MaximumRetryAttempts": 186}}}, "at most 185"),
        (
            {"Target": {**TARGET, "Arn": f"arn:aws:sqs:us-east-1:{ACCOUNT}:any"}},
            "only state machines",
        ),
        (
            {"Target": {**TARGET, "Arn": "arn:aws:scheduler:::aws-sdk:iam:createAccessKey"}},
            "only state machines",
        ),
        ({"Target": {**TARGET, "SqsParameters": {"MessageGroupId": "1"}}}, "SqsParameters"),
        ({"Target": {**TARGET, "RoleArn": SCHEDULE_ROLE + "-2"}}, "to assume the role"),
    ],
)
def test_a_schedule_that_aws_refuses_is_refused(changes: dict[str, Any], reason: str) -> None:
    answer = call("POST", **{**NIGHTLY, **changes})
    assert (answer.status, reason in answer.text) == (400, True), answer.text
    assert not list(scheduler._schedules.items())


def test_the_role_must_trust_the_scheduler_for_the_schedule_s_group() -> None:
    group = f"arn:aws:scheduler:us-east-1:{ACCOUNT}:schedule-group"
    for service, source, accepted in (
        ("states.amazonaws.com", f"{group}/default", False),
        ("scheduler.amazonaws.com", f"{group}/other", False),
        # A condition on a single schedule is never true.
        ("scheduler.amazonaws.com", f"{group[:-6]}/default/nightly", False),
        ("scheduler.amazonaws.com", f"{group}/default", True),
    ):
        condition = {"ArnLike": {"aws:SourceArn": source}}
        create_role(SCHEDULE_ROLE, service, SCHEDULE_POLICY, **condition)
        assert (call("POST", **NIGHTLY).status == 200) is accepted
    iam._roles.clear()
