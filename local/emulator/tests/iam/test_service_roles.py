import json
from collections.abc import Iterator
from typing import Any

import pytest
from ministack import app
from ministack.services import iam, sqs

from extensions.iam import service_roles

ACCOUNT = "000000000000"
ROLE = f"arn:aws:iam::{ACCOUNT}:role/export"
QUEUE = f"arn:aws:sqs:us-east-1:{ACCOUNT}:dev-exports-queue"
SOURCE = f"arn:aws:states:us-east-1:{ACCOUNT}:stateMachine:export"


def create(trust: dict[str, Any], *statements: dict[str, Any]) -> None:
    trusted = {"Effect": "Allow", "Action": "sts:AssumeRole", **trust}
    iam._roles["export"] = {
        "Arn": ROLE,
        "AssumeRolePolicyDocument": json.dumps({"Statement": [trusted]}),
        "InlinePolicies": {"policy": json.dumps({"Statement": list(statements)})},
        "AttachedPolicies": [],
    }


@pytest.fixture(autouse=True)
def _clean() -> Iterator[None]:
    yield
    iam._roles.clear()
    sqs._queues.clear()


def test_a_role_is_assumed_only_by_a_service_that_it_trusts() -> None:
    both = ("states.amazonaws.com", "states.us-east-1.amazonaws.com")
    create({"Principal": {"Service": "states.us-east-1.amazonaws.com"}})
    assert service_roles.trusts(ROLE, both, SOURCE)
    assert not service_roles.trusts(ROLE, ("scheduler.amazonaws.com",), SOURCE)
    assert not service_roles.trusts(f"{ROLE}-2", both, SOURCE)
    create({"Principal": {"AWS": f"arn:aws:iam::{ACCOUNT}:root"}})
    assert not service_roles.trusts(ROLE, both, SOURCE)


def test_and_for_a_resource_that_its_trust_names() -> None:
    principal = {"Service": "states.amazonaws.com"}
    for source, trusted in ((SOURCE, True), (f"{SOURCE}-2", False)):
        condition = {"ArnEquals": {"aws:SourceArn": source}}
        create({"Principal": principal, "Condition": condition})
        assert service_roles.trusts(ROLE, ("states.amazonaws.com",), SOURCE) is trusted


def test_a_role_may_do_what_its_policies_allow_under_their_conditions() -> None:
    allowed = {"Effect": "Allow", "Action": "sqs:SendMessage", "Resource": QUEUE}
    create({}, {**allowed, "Condition": {"StringEquals": {"aws:ResourceTag/Environment": "dev"}}})
    denied = service_roles.denial(ROLE, "task", "sqs:SendMessage", QUEUE)
    assert denied == (
        f"User: arn:aws:sts::{ACCOUNT}:assumed-role/export/task is not authorized to perform: "
        f"sqs:SendMessage on resource: {QUEUE} because no identity-based policy allows the "
        "sqs:SendMessage action"
    )
    sqs._act_create_queue({"QueueName": "dev-exports-queue", "Tags": {"Environment": "dev"}}, "")
    assert service_roles.denial(ROLE, "task", "sqs:SendMessage", QUEUE) is None
    create({}, {**allowed, "Condition": {"StringEquals": {"ecs:cluster": "dev"}}})
    assert service_roles.denial(ROLE, "task", "sqs:SendMessage", QUEUE)
    keys = {"ecs:cluster": "dev"}
    assert service_roles.denial(ROLE, "task", "sqs:SendMessage", QUEUE, keys) is None


def test_policies_are_enforced_as_the_local_aws_was_started(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for enforced in (True, False):
        monkeypatch.setattr(app, "AUTH", enforced)
        assert service_roles.is_enforced() is enforced
