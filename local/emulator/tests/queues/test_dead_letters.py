import json
from typing import Any

import pytest

from .conftest import PLACE, Clock, attributes_of, call, create, receive, with_dead_letters


def test_a_message_that_was_received_too_often_is_a_dead_letter(clock: Clock) -> None:
    with_dead_letters(attempts=2)
    sent = call("SendMessage", MessageBody="poison")["MessageId"]
    for attempt in (1, 2):
        (message,) = receive()
        assert message["Attributes"]["ApproximateReceiveCount"] == str(attempt)
        assert receive() == []
        clock.ahead += 121
    assert receive() == []
    (dead,) = receive("dead")
    assert (dead["MessageId"], dead["Body"]) == (sent, "poison")
    assert dead["Attributes"]["DeadLetterQueueSourceArn"] == f"{PLACE}:exports"
    assert attributes_of()["ApproximateNumberOfMessages"] == "0"


def test_a_message_that_is_deleted_in_time_is_none(clock: Clock) -> None:
    with_dead_letters(attempts=1)
    call("SendMessage", MessageBody="1")
    (message,) = receive()
    call("DeleteMessage", ReceiptHandle=message["ReceiptHandle"])
    clock.ahead += 121
    assert receive() == receive("dead") == []


def redrive(target: str) -> str:
    return json.dumps({"deadLetterTargetArn": f"{PLACE}:{target}", "maxReceiveCount": 5})


def test_a_queue_takes_dead_letters_only_from_those_that_it_names() -> None:
    with_dead_letters()
    found = create("other", RedrivePolicy=redrive("dead"))
    assert (found["__type"], "does not allow" in found["message"]) == (
        "InvalidParameterValue",
        True,
    )
    create("other")
    assert call("SetQueueAttributes", "other", Attributes={"RedrivePolicy": redrive("dead")})[
        "__type"
    ]
    open_to_all = {"RedriveAllowPolicy": '{"redrivePermission":"allowAll"}'}
    call("SetQueueAttributes", "dead", Attributes=open_to_all)
    changed = call("SetQueueAttributes", "other", Attributes={"RedrivePolicy": redrive("dead")})
    assert changed.status == 200
    call("SetQueueAttributes", "dead", Attributes={"RedriveAllowPolicy": ""})
    assert "RedriveAllowPolicy" not in attributes_of("dead")


@pytest.mark.parametrize(
    "policy",
    [
        {},
        {"redrivePermission": "some"},
        {"redrivePermission": "byQueue"},
        {"redrivePermission": "byQueue", "sourceQueueArns": [f"{PLACE}:q{i}" for i in range(11)]},
        {"redrivePermission": "allowAll", "sourceQueueArns": [f"{PLACE}:q"]},
    ],
)
def test_a_permission_that_aws_refuses_is_refused(policy: dict[str, Any]) -> None:
    found = create("dead", RedriveAllowPolicy=json.dumps(policy))
    assert found["__type"] == "InvalidAttributeValue"


def test_dead_letters_go_to_a_queue_of_the_same_kind_that_exists() -> None:
    assert create(RedrivePolicy=redrive("gone"))["__type"] == "InvalidAttributeValue"
    create("dead.fifo", FifoQueue="true")
    assert create(RedrivePolicy=redrive("dead.fifo"))["__type"] == "InvalidParameterValue"
