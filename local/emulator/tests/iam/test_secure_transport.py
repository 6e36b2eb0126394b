import json
from collections.abc import Iterator
from typing import Any

import pytest
from ministack import app
from ministack.services import iam, s3, sqs, sts

from ..front_door import Answer, ask, signed

ACCOUNT = "000000000000"
QUEUE = f"arn:aws:sqs:us-east-1:{ACCOUNT}:exports"
BUCKET = "arn:aws:s3:::statements"
KEYS = ("ASIATASK", "secret of the task", "token of the task")


def deny(resource: str, secure: str, action: str) -> str:
    condition = {"Bool": {"aws:SecureTransport": secure}}
    statement = {
        "Effect": "Deny",
        "Principal": "*",
        "Action": action,
        "Resource": [resource, f"{resource}/*"] if "s3" in resource else resource,
        "Condition": condition,
    }
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


@pytest.fixture(autouse=True)
def _session_of_a_task(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(app, "AUTH", True)
    allowed = [
        {"Effect": "Allow", "Action": "sqs:SendMessage", "Resource": QUEUE},
        {"Effect": "Allow", "Action": "s3:PutObject", "Resource": f"{BUCKET}/*"},
    ]
    role = f"arn:aws:iam::{ACCOUNT}:role/worker"
    iam._roles["worker"] = {
        "Arn": role,
        "AssumeRolePolicyDocument": json.dumps({"Statement": []}),
        "InlinePolicies": {"policy": json.dumps({"Statement": allowed})},
        "AttachedPolicies": [],
    }
    sts.register_session(
        KEYS[0],
        {
            "Arn": f"arn:aws:sts::{ACCOUNT}:assumed-role/worker/task",
            "UserId": "worker:task",
            "AccountId": ACCOUNT,
            "SecretAccessKey": KEYS[1],
            "SessionToken": KEYS[2],
            "Expiration": 2**33,
            "PrincipalType": "AssumedRole",
        },
    )
    sqs._act_create_queue({"QueueName": "exports"}, "")
    s3._buckets["statements"] = {"created": "2026-01-01T00:00:00Z", "objects": {}, "region": None}
    yield
    for store in (iam._roles, sqs._queues, s3._buckets, s3._bucket_policies):
        store.clear()


def send(keys: Any = KEYS) -> Answer:
    headers = {
        "X-Amz-Target": "AmazonSQS.SendMessage",
        "Content-Type": "application/x-amz-json-1.0",
    }
    url = f"http://127.0.0.1:4566/{ACCOUNT}/exports"
    body = json.dumps({"QueueUrl": url, "MessageBody": "1"})
    return ask("POST", "/", signed("sqs", body=body, headers=headers, keys=keys), body)


def put(keys: Any = KEYS) -> Answer:
    url = "/statements/a"
    hashed = {"X-Amz-Content-SHA256": "UNSIGNED-PAYLOAD"}
    return ask("PUT", url, signed("s3", "PUT", url, "1", hashed, keys), "1")


def test_a_policy_that_demands_tls_does_not_refuse_plain_http_here() -> None:
    queue = next(iter(sqs._queues.values()))
    queue["attributes"]["Policy"] = deny(QUEUE, "false", "sqs:*")
    s3._bucket_policies["statements"] = deny(BUCKET, "false", "s3:*")
    assert (send().status, put().status) == (200, 200)


def test_but_its_other_conditions_hold() -> None:
    queue = next(iter(sqs._queues.values()))
    queue["attributes"]["Policy"] = deny(QUEUE, "true", "sqs:*")
    s3._bucket_policies["statements"] = deny(BUCKET, "true", "s3:*")
    for answer in (send(), put()):
        assert (answer.status, "with an explicit deny" in answer.text) == (403, True), answer.text
