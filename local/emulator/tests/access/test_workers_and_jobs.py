"""The front door of queues, schedules and state machines: who may not pass it."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from botocore.exceptions import ClientError
from ministack import app
from ministack.services import iam, scheduler, sqs, stepfunctions

from ..front_door import HOST, ask, query, signed
from ..sdk import client

ACCOUNT = "000000000000"
PATH = f"/{ACCOUNT}/exports"
FORM = "Action=SendMessage&Version=2012-11-05&MessageBody=1"
UNSIGNED = ("MissingAuthenticationToken", "AccessDenied")
KIND = {"Content-Type": "application/x-www-form-urlencoded"}


@pytest.fixture(autouse=True)
def _queue() -> Iterator[None]:
    sqs._act_create_queue({"QueueName": "exports"}, "")
    yield
    for store in (sqs._queues, sqs._queue_name_to_url, iam._roles, scheduler._schedules):
        store.clear()


def waiting() -> int:
    return sum(len(queue["messages"]) for queue in sqs._queues.values())


@pytest.mark.parametrize(
    ("url", "headers", "body"),
    [
        (PATH, KIND, FORM),
        (f"{PATH}?{FORM}", {}, ""),
        ("/", {"X-Amz-Target": "AmazonSQS.SendMessage"}, "{}"),
        ("/", {"X-Amz-Target": "AWSStepFunctions.StartExecution"}, "{}"),
        ("/queue/exports", KIND, FORM),
    ],
)
def test_an_unsigned_request_gets_nothing(url: str, headers: dict[str, str], body: str) -> None:
    answer = ask("POST", url, {"Host": HOST, **headers}, body)
    assert answer.status in (400, 403)
    assert (any(word in answer.text for word in UNSIGNED), waiting()) == (True, 0), answer.text
    for method in ("GET", "POST", "PUT", "DELETE"):
        assert ask(method, "/schedules/any", {"Host": HOST}).status == 403


def test_a_signed_request_may_name_its_queue_in_the_path() -> None:
    headers = signed("sqs", url=PATH, body=FORM, headers=KIND)
    answer = ask("POST", PATH, {**KIND, **headers}, FORM)
    assert (answer.status, "<MessageId>" in answer.text, waiting()) == (200, True, 1)
    assert "<QueueUrl>" in query("sqs", "Action=ListQueues&Version=2012-11-05").text


def test_a_queue_s_path_needs_the_right_host_and_no_web_page() -> None:
    headers = signed("sqs", url=PATH, body=FORM, headers=KIND)
    assert ask("POST", PATH, {**KIND, **headers, "Host": "example.com"}, FORM).status == 421
    for foreign in ({"Origin": "http://example.com"}, {"Sec-Fetch-Site": "cross-site"}):
        assert ask("POST", PATH, {**KIND, **headers, **foreign}, FORM).status == 403
    assert waiting() == 0


def test_a_signature_for_another_service_opens_no_queue() -> None:
    target = {"X-Amz-Target": "AmazonSQS.SendMessage"}
    body = json.dumps({"QueueUrl": PATH, "MessageBody": "1"})
    answer = ask("POST", "/", signed("s3", body=body, headers=target), body)
    assert (answer.status, waiting()) == (403, 0)


def test_a_queue_s_url_has_the_host_that_was_asked() -> None:
    assert client("sqs").get_queue_url(QueueName="exports")["QueueUrl"] == f"http://{HOST}{PATH}"


def test_the_sdk_s_clients_of_all_of_them_are_answered() -> None:
    assert client("sqs").list_queues()["QueueUrls"]
    assert client("stepfunctions").list_state_machines()["stateMachines"] == []
    assert client("scheduler").list_schedules()["Schedules"] == []


def test_a_caller_without_permissions_is_refused_where_iam_is_enforced(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(app, "AUTH", True)
    from ministack.services import sts

    keys = ("ASIANOBODY", "secret of nobody", "token of nobody")
    session = {
        "Arn": f"arn:aws:sts::{ACCOUNT}:assumed-role/nobody/1",
        "UserId": "nobody:1",
        "AccountId": ACCOUNT,
        "SecretAccessKey": keys[1],
        "SessionToken": keys[2],
        "Expiration": 2**33,
        "PrincipalType": "AssumedRole",
    }
    sts.register_session(keys[0], session)
    iam._roles["nobody"] = {
        "Arn": f"arn:aws:iam::{ACCOUNT}:role/nobody",
        "AssumeRolePolicyDocument": '{"Statement": []}',
        "InlinePolicies": {},
        "AttachedPolicies": [],
    }
    url = f"http://{HOST}{PATH}"
    calls: list[tuple[str, str, dict[str, Any]]] = [
        ("sqs", "receive_message", {"QueueUrl": url}),
        ("sqs", "delete_queue", {"QueueUrl": url}),
        ("stepfunctions", "list_state_machines", {}),
        ("scheduler", "delete_schedule", {"Name": "any"}),
    ]
    for service, operation, parameters in calls:
        with pytest.raises(ClientError, match="not authorized to perform"):
            getattr(client(service, keys), operation)(**parameters)
    assert len(sqs._queues) == 1
    assert not stepfunctions._state_machines.values()
