import json
from collections.abc import Iterator

import pytest
from ministack.services import iam, sqs

from extensions.iam import service_roles

ACCOUNT = "000000000000"
ROLE = f"arn:aws:iam::{ACCOUNT}:role/setup/export"
QUEUE = f"arn:aws:sqs:us-east-1:{ACCOUNT}:dev-exports-queue"


@pytest.fixture(autouse=True)
def _clean() -> Iterator[None]:
    yield
    iam._roles.clear()
    sqs._queues.clear()


@pytest.mark.parametrize(
    ("principal", "may"),
    [
        (ROLE, True),
        (f"arn:aws:iam::{ACCOUNT}:role/setup/exp*", True),
        (f"arn:aws:iam::{ACCOUNT}:role/export", False),
        (f"arn:aws:sts::{ACCOUNT}:assumed-role/export/*", False),
    ],
)
def test_the_principal_of_a_session_is_its_role_with_its_path(principal: str, may: bool) -> None:
    statement = {
        "Effect": "Allow",
        "Action": "sqs:SendMessage",
        "Resource": QUEUE,
        "Condition": {"ArnLike": {"aws:PrincipalArn": principal}},
    }
    iam._roles["export"] = {
        "Arn": ROLE,
        "AssumeRolePolicyDocument": json.dumps({"Statement": []}),
        "InlinePolicies": {"policy": json.dumps({"Statement": [statement]})},
        "AttachedPolicies": [],
    }
    denied = service_roles.denial(ROLE, "task", "sqs:SendMessage", QUEUE)
    assert (denied is None) is may
