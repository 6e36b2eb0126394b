"""A queue with dead letters as the platform makes it, asked over HTTP; its clock moves at will."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from ministack.services import sqs

from extensions.queues import deleted_names, long_queues, receipts

from ..front_door import ask, signed

ACCOUNT = "000000000000"
PLACE = f"arn:aws:sqs:us-east-1:{ACCOUNT}"


class Clock:
    """What SQS takes for the time, some seconds ahead of it."""

    def __init__(self) -> None:
        self.ahead = 0.0

    def time(self) -> float:
        import time

        return time.time() + self.ahead

    def monotonic(self) -> float:
        return self.time()


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> Iterator[Clock]:
    fake = Clock()
    for module in (sqs, receipts, deleted_names):
        monkeypatch.setattr(module, "time", fake)
    yield fake
    for store in (sqs._queues, sqs._queue_name_to_url):
        store.clear()
    deleted_names._free_again.clear()
    long_queues._looked.clear()


@dataclass(frozen=True)
class Found:
    status: int
    document: dict[str, Any]
    query_error: str

    def __getitem__(self, name: str) -> Any:
        return self.document[name]


def call(operation: str, queue: str = "exports", **document: Any) -> Found:
    """Call an operation on a queue with the JSON protocol, as the root."""
    headers = {
        "X-Amz-Target": f"AmazonSQS.{operation}",
        "Content-Type": "application/x-amz-json-1.0",
    }
    if operation != "CreateQueue" and "MoveTask" not in operation:
        document = {"QueueUrl": f"http://127.0.0.1:4566/{ACCOUNT}/{queue}", **document}
    body = json.dumps(document)
    answer = ask("POST", "/", signed("sqs", body=body, headers=headers), body)
    query_error = answer.headers.get("x-amzn-query-error", "").partition(";")[0]
    return Found(answer.status, json.loads(answer.text or "{}"), query_error)


def create(name: str = "exports", **attributes: str) -> Found:
    return call("CreateQueue", QueueName=name, Attributes=attributes)


def attributes_of(queue: str = "exports") -> dict[str, str]:
    found: dict[str, str] = call("GetQueueAttributes", queue, AttributeNames=["All"])["Attributes"]
    return found


def receive(queue: str = "exports", **settings: Any) -> list[dict[str, Any]]:
    names = {"MessageSystemAttributeNames": ["All"]}
    found = call("ReceiveMessage", queue, **names, **settings)
    assert found.status == 200, found
    return list(found.document.get("Messages", []))


def with_dead_letters(attempts: int = 2) -> None:
    """The queue `exports`, whose dead letters go to `dead`, which takes them from it alone."""
    allowed = {"redrivePermission": "byQueue", "sourceQueueArns": [f"{PLACE}:exports"]}
    create("dead", RedriveAllowPolicy=json.dumps(allowed))
    redrive = {"deadLetterTargetArn": f"{PLACE}:dead", "maxReceiveCount": attempts}
    create(RedrivePolicy=json.dumps(redrive), VisibilityTimeout="120")
