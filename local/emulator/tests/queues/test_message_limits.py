import time
from typing import Any

import pytest

from extensions.queues import message_limits

from .conftest import Clock, attributes_of, call, create, receive

MIB = 1024 * 1024


@pytest.fixture(autouse=True)
def _queue() -> None:
    create()


def text(value: str) -> dict[str, str]:
    return {"DataType": "String", "StringValue": value}


def test_a_message_has_one_mebibyte_with_its_attributes() -> None:
    assert call("SendMessage", MessageBody="x" * MIB).status == 200
    for message in (
        {"MessageBody": "x" * (MIB + 1)},
        {"MessageBody": "x" * MIB, "MessageAttributes": {"a": text("b")}},
    ):
        assert "must be shorter" in call("SendMessage", **message)["message"]
    assert message_limits.size("é", {"ab": text("c")}) == 2 + 2 + 6 + 1


def test_a_message_has_ten_attributes() -> None:
    names = [f"a{index}" for index in range(11)]
    given = dict.fromkeys(names, text("1"))
    assert call("SendMessage", MessageBody="1", MessageAttributes=given).status == 400
    given.popitem()
    assert call("SendMessage", MessageBody="1", MessageAttributes=given).status == 200


def test_a_batch_has_ten_messages() -> None:
    entries = [{"Id": str(index), "MessageBody": "1"} for index in range(11)]
    found = call("SendMessageBatch", Entries=entries)
    assert found.query_error == "AWS.SimpleQueueService.TooManyEntriesInBatchRequest"
    sent = call("SendMessageBatch", Entries=entries[1:])
    assert len(sent["Successful"]) == 10
    assert len(receive(MaxNumberOfMessages=10)) == 10


@pytest.mark.parametrize(
    "settings",
    [
        {"MaxNumberOfMessages": 0},
        {"MaxNumberOfMessages": 11},
        {"VisibilityTimeout": 43201},
        {"WaitTimeSeconds": 21},
    ],
)
def test_a_request_for_messages_has_its_limits(settings: dict[str, Any]) -> None:
    found = call("ReceiveMessage", **settings)
    assert (found.status, found["__type"]) == (400, "InvalidParameterValue")


def test_a_message_may_be_delayed_for_a_quarter_of_an_hour(clock: Clock) -> None:
    assert call("SendMessage", MessageBody="1", DelaySeconds=901).status == 400
    call("SendMessage", MessageBody="1", DelaySeconds=900)
    assert (receive(), attributes_of()["ApproximateNumberOfMessagesDelayed"]) == ([], "1")
    clock.ahead += 901
    assert len(receive()) == 1


def test_a_message_s_time_is_changed_within_its_limits() -> None:
    call("SendMessage", MessageBody="1")
    receipt = receive()[0]["ReceiptHandle"]
    late = {"ReceiptHandle": receipt, "VisibilityTimeout": 43201}
    assert call("ChangeMessageVisibility", **late).status == 400
    entries = [{"Id": "1", **late}]
    assert call("ChangeMessageVisibilityBatch", Entries=entries).status == 400


def test_a_long_poll_ends_with_the_first_message_or_with_its_time() -> None:
    began = time.monotonic()
    assert receive(WaitTimeSeconds=1) == []
    assert 0.9 < time.monotonic() - began < 5
    call("SendMessage", MessageBody="1")
    assert len(receive(WaitTimeSeconds=20)) == 1


def test_a_message_is_kept_for_the_queue_s_retention(clock: Clock) -> None:
    call("SendMessage", MessageBody="1")
    clock.ahead += 4 * 24 * 3600 - 60
    assert attributes_of()["ApproximateNumberOfMessages"] == "1"
    clock.ahead += 120
    assert (receive(), attributes_of()["ApproximateNumberOfMessages"]) == ([], "0")
