"""Queues with their messages, buckets, schedules and state machines survive a restart."""

import json
from collections.abc import Iterator
from types import ModuleType
from typing import Any

import pytest
from ministack import app
from ministack.core import persistence
from ministack.services import s3, scheduler, sqs, stepfunctions

ACCOUNT = "000000000000"


@pytest.fixture(autouse=True)
def _clean() -> Iterator[None]:
    yield
    for module in (s3, scheduler, sqs, stepfunctions):
        module.reset()


def start_again(module: ModuleType) -> None:
    """Write the module's state as the checkpoint does, and read it into an empty module."""
    text = json.dumps(module.get_state(), default=persistence._json_default)
    module.reset()
    module.load_persisted_state(json.loads(text, object_hook=persistence._json_object_hook))


def test_the_checkpoint_writes_all_of_them() -> None:
    assert {"s3", "scheduler", "sqs", "stepfunctions"} <= app._build_persistence_save_dict().keys()


def test_a_queue_keeps_its_messages_and_those_in_flight() -> None:
    sqs._act_create_queue({"QueueName": "exports", "Tags": {"Environment": "dev"}}, "")
    url = f"http://127.0.0.1:4566/{ACCOUNT}/exports"
    for body in ("1", "2"):
        sqs._act_send_message({"QueueUrl": url, "MessageBody": body}, "")
    queue = sqs._get_q(url)
    (taken,) = sqs._collect_msgs(queue, 1, 30)
    start_again(sqs)
    attributes: dict[str, Any] = sqs._act_get_queue_attributes({"QueueUrl": url}, "")["Attributes"]
    assert attributes["ApproximateNumberOfMessages"] == "1"
    assert attributes["ApproximateNumberOfMessagesNotVisible"] == "1"
    sqs._act_delete_message({"QueueUrl": url, "ReceiptHandle": taken["receipt_handle"]}, "")
    assert [each["body"] for each in sqs._get_q(url)["messages"]] == ["2"]
    assert sqs._get_q(url)["tags"] == {"Environment": "dev"}


def test_a_bucket_a_schedule_and_a_machine_are_kept() -> None:
    s3._create_bucket("dev-statements", b"")
    scheduler._schedules["default/sum"] = {"Name": "sum"}
    stepfunctions._state_machines["arn"] = {"name": "sum"}
    for module in (s3, scheduler, stepfunctions):
        start_again(module)
    assert "_public_access_block" in s3._buckets["dev-statements"]
    assert scheduler._schedules["default/sum"] == {"Name": "sum"}
    assert stepfunctions._state_machines["arn"] == {"name": "sum"}
