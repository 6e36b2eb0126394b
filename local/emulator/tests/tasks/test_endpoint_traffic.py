import json
from collections.abc import Iterator
from typing import Any

import pytest
from ministack import app
from ministack.core import iam_evaluator
from ministack.services import ecs, iam, s3, sts

from extensions.tasks import subnet_routes

from ..front_door import Answer, ask, signed

ACCOUNT = "000000000000"
KEYS = ("ASIATASK", "secret of the task", "token of the task")
ARN = f"arn:aws:sts::{ACCOUNT}:assumed-role/worker/task"


def allow(action: str, resource: str, **more: Any) -> str:
    statement = {"Effect": "Allow", "Principal": "*", "Action": action, "Resource": resource}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement | more]})


class Network:
    """The task of a subnet, and the policy of the endpoint that its routes lead to."""

    def __init__(self) -> None:
        self.endpoint: dict[str, Any] | None = None
        self.task = {"_container_ip": "172.18.0.9", "_subnet": "subnet-1", "lastStatus": "RUNNING"}
        self.origin = "172.18.0.9"


@pytest.fixture(autouse=True)
def network(monkeypatch: pytest.MonkeyPatch) -> Iterator[Network]:
    """A task whose role may put objects into any bucket."""
    made = Network()
    monkeypatch.setattr(app, "AUTH", True)
    monkeypatch.setattr(app, "pin_request_origin", lambda *_: pin(made.origin))
    monkeypatch.setattr(subnet_routes, "known", lambda subnet: subnet == "subnet-1")
    monkeypatch.setattr(subnet_routes, "endpoint", lambda *_: made.endpoint)
    policy = json.dumps({"Statement": [{"Effect": "Allow", "Action": "s3:*", "Resource": "*"}]})
    iam._roles["worker"] = {
        "Arn": f"arn:aws:iam::{ACCOUNT}:role/worker",
        "AssumeRolePolicyDocument": json.dumps({"Statement": []}),
        "InlinePolicies": {"policy": policy},
        "AttachedPolicies": [],
    }
    session = {"Arn": ARN, "UserId": "worker:task", "AccountId": ACCOUNT}
    secrets = {"SecretAccessKey": KEYS[1], "SessionToken": KEYS[2]}
    ends = {"Expiration": 2**33, "PrincipalType": "AssumedRole"}
    sts.register_session(KEYS[0], {**session, **secrets, **ends})
    for name in ("statements", "foreign"):
        s3._buckets[name] = {"created": "2026-01-01T00:00:00Z", "objects": {}, "region": None}
    ecs._tasks[f"arn:aws:ecs:us-east-1:{ACCOUNT}:task/main/task"] = made.task
    yield made
    for store in (iam._roles, s3._buckets, ecs._tasks):
        store.clear()


def pin(address: str) -> None:
    iam_evaluator._request_origin.set((address, True))


def put(bucket: str = "statements", keys: Any = KEYS) -> Answer:
    url = f"/{bucket}/a"
    hashed = {"X-Amz-Content-SHA256": "UNSIGNED-PAYLOAD"}
    return ask("PUT", url, signed("s3", "PUT", url, "1", hashed, keys), "1")


def test_an_endpoint_lets_a_task_into_the_buckets_of_its_policy_only(network: Network) -> None:
    assert put("foreign").status == 200
    network.endpoint = {"PolicyDocument": allow("s3:PutObject", "arn:aws:s3:::statements/*")}
    assert put().status == 200
    refused = put("foreign")
    assert refused.status == 403
    assert f"User: {ARN} is not authorized to perform: s3:PutObject" in refused.text
    assert "because no VPC endpoint policy allows the s3:PutObject action" in refused.text


def test_whatever_keys_it_has(network: Network) -> None:
    network.endpoint = {"PolicyDocument": allow("s3:GetObject", "*")}
    assert put(keys=None).status == 403


def test_its_conditions_and_its_denials_count(network: Network) -> None:
    other = {"StringEquals": {"aws:PrincipalArn": f"{ARN}-of-another"}}
    network.endpoint = {"PolicyDocument": allow("s3:*", "*", Condition=other)}
    assert put().status == 403
    network.endpoint = {"PolicyDocument": allow("s3:*", "*", Effect="Deny")}
    assert "with an explicit deny in a VPC endpoint policy" in put().text


def test_it_is_not_asked_about_what_others_do(network: Network) -> None:
    network.endpoint = {"PolicyDocument": allow("s3:GetObject", "*")}
    network.origin = "127.0.0.1"
    assert put().status == 200
    network.origin = "172.18.0.9"
    assert put().status == 403
    network.task["lastStatus"] = "STOPPED"
    assert put().status == 200


def test_a_denial_by_the_role_says_so(network: Network) -> None:
    network.endpoint = {"PolicyDocument": allow("s3:GetObject", "*")}
    iam._roles["worker"]["InlinePolicies"].clear()
    assert "identity-based policy" in put().text
