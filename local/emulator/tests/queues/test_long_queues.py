import time

from ministack.services import sqs

from extensions.queues import long_queues

from .conftest import Clock, attributes_of, call, create, receive, with_dead_letters


def fill(count: int, queue: str = "exports") -> None:
    for start in range(0, count, 10):
        entries = [{"Id": str(i), "MessageBody": str(start + i)} for i in range(10)]
        sqs._act_send_message_batch({"QueueUrl": f"/000000000000/{queue}", "Entries": entries}, "")


def test_a_long_queue_is_as_fast_as_a_short_one() -> None:
    with_dead_letters()
    fill(10_000)
    queue = sqs._get_q("/000000000000/exports")
    began = time.process_time()
    for _ in range(100):
        sqs._expire_retained(queue)
        sqs._dlq_sweep(queue)
        for message in sqs._collect_msgs(queue, 10, 60):
            long_queues.remove(queue, message["receipt_handle"])
    # MiniStack takes more than three seconds.
    assert time.process_time() - began < 1
    assert len(queue["messages"]) == 9_000


def test_messages_are_received_in_turn_and_each_once(clock: Clock) -> None:
    create(VisibilityTimeout="60")
    fill(30)
    first = [each["Body"] for each in receive(MaxNumberOfMessages=10)]
    second = [each["Body"] for each in receive(MaxNumberOfMessages=10)]
    assert (first, second) == ([str(i) for i in range(10)], [str(i) for i in range(10, 20)])
    assert attributes_of()["ApproximateNumberOfMessagesNotVisible"] == "20"
    clock.ahead += 61
    assert len({each["Body"] for _ in range(3) for each in receive(MaxNumberOfMessages=10)}) == 30


def test_a_message_that_is_deleted_while_state_is_written_does_not_hide_another() -> None:
    create()
    fill(10)
    queue = sqs._get_q("/000000000000/exports")
    being_written = queue["messages"]
    (taken,) = sqs._collect_msgs(queue, 1, 60)
    assert long_queues.remove(queue, taken["receipt_handle"])
    assert (len(being_written), len(queue["messages"])) == (10, 9)
    assert not long_queues.remove(queue, taken["receipt_handle"])
    assert not long_queues.remove(queue, "")


def test_dead_letters_expire_by_when_they_were_sent(clock: Clock) -> None:
    with_dead_letters(attempts=1)
    call("SendMessage", MessageBody="1")
    receive()
    clock.ahead += 4 * 24 * 3600 - 60
    assert receive() == []
    clock.ahead += 5
    assert attributes_of("dead")["ApproximateNumberOfMessages"] == "1"
    clock.ahead += 120
    assert attributes_of("dead")["ApproximateNumberOfMessages"] == "0"
