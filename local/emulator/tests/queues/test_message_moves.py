from collections.abc import Iterator
from typing import Any

import pytest

from extensions.queues import message_moves

from .conftest import PLACE, Clock, call, create, receive, with_dead_letters

DEAD = f"{PLACE}:dead"


@pytest.fixture(autouse=True)
def _no_tasks() -> Iterator[None]:
    yield
    message_moves.tasks.clear()


def start(**settings: Any) -> Any:
    return call("StartMessageMoveTask", **{"SourceArn": DEAD, **settings})


def listed(**settings: Any) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = call("ListMessageMoveTasks", SourceArn=DEAD, **settings)[
        "Results"
    ]
    return found


def dead_letter(clock: Clock, body: str) -> str:
    """Send a message, and receive it once too often."""
    sent = call("SendMessage", MessageBody=body)["MessageId"]
    receive()
    clock.ahead += 121
    assert receive() == []
    return str(sent)


def test_dead_letters_go_back_to_their_queue_as_new_messages(clock: Clock) -> None:
    with_dead_letters(attempts=1)
    first = dead_letter(clock, "poison")
    assert start()["TaskHandle"]
    (message,) = receive()
    assert (message["Body"], message["MessageId"] != first) == ("poison", True)
    assert message["Attributes"]["ApproximateReceiveCount"] == "1"
    assert "DeadLetterQueueSourceArn" not in message["Attributes"]
    assert receive("dead") == []
    (task,) = listed()
    assert (task["Status"], task["SourceArn"]) == ("COMPLETED", DEAD)
    assert task["ApproximateNumberOfMessagesMoved"] == 1
    # Once it has failed again, it is a dead letter again.
    clock.ahead += 121
    assert receive() == []
    assert receive("dead")


def test_they_go_to_another_queue_if_the_request_names_one(clock: Clock) -> None:
    with_dead_letters(attempts=1)
    create("other")
    dead_letter(clock, "poison")
    start(DestinationArn=f"{PLACE}:other")
    assert [each["Body"] for each in receive("other")] == ["poison"]
    assert receive() == []


def test_what_a_receiver_has_in_its_hands_stays(clock: Clock) -> None:
    with_dead_letters(attempts=1)
    dead_letter(clock, "poison")
    receive("dead", VisibilityTimeout=600)
    start()
    assert (receive(), listed()[0]["ApproximateNumberOfMessagesToMove"]) == ([], 0)


def test_a_message_that_was_sent_to_the_dead_letters_has_no_way_back() -> None:
    with_dead_letters()
    call("SendMessage", "dead", MessageBody="by hand")
    start()
    (task,) = listed()
    assert (task["Status"], task["FailureReason"]) == ("FAILED", "CouldNotDetermineMessageSource")
    assert receive("dead")


def test_the_newest_task_is_listed_first(clock: Clock) -> None:
    with_dead_letters(attempts=1)
    start()
    dead_letter(clock, "poison")
    start(MaxNumberOfMessagesPerSecond=500)
    assert [each["ApproximateNumberOfMessagesMoved"] for each in listed(MaxResults=10)] == [1, 0]
    assert [each["MaxNumberOfMessagesPerSecond"] for each in listed()] == [500]


@pytest.mark.parametrize(
    ("settings", "code", "reason"),
    [
        ({"SourceArn": f"{PLACE}:gone"}, "ResourceNotFoundException", "SourceArn parameter"),
        ({"DestinationArn": f"{PLACE}:gone"}, "ResourceNotFoundException", "DestinationArn"),
        ({"SourceArn": f"{PLACE}:exports"}, "InvalidParameterValue", "as a Dead Letter Queue."),
        ({"DestinationArn": DEAD}, "InvalidParameterValue", "cannot be the same"),
        ({"MaxNumberOfMessagesPerSecond": 501}, "InvalidParameterValue", "between 1 and 500"),
    ],
)
def test_a_request_that_aws_refuses_is_refused(
    settings: dict[str, Any], code: str, reason: str
) -> None:
    with_dead_letters()
    found = start(**settings)
    assert (found["__type"], reason in found["message"]) == (code, True), found


def test_a_task_that_has_ended_is_not_cancelled() -> None:
    with_dead_letters()
    found = call("CancelMessageMoveTask", TaskHandle=start()["TaskHandle"])
    assert found["__type"] == "UnsupportedOperation"
