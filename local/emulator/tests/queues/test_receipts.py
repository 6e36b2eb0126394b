import pytest

from .conftest import Clock, attributes_of, call, create, receive


@pytest.fixture(autouse=True)
def _message() -> None:
    create(VisibilityTimeout="60")
    call("SendMessage", MessageBody="1")


def counts() -> tuple[str, str]:
    """How many messages wait, and how many are in flight."""
    found = attributes_of()
    waiting = found["ApproximateNumberOfMessages"]
    return waiting, found["ApproximateNumberOfMessagesNotVisible"]


def test_a_message_in_flight_is_not_received_again_in_its_time(clock: Clock) -> None:
    assert counts() == ("1", "0")
    receive()
    assert (receive(), counts()) == ([], ("0", "1"))
    clock.ahead += 61
    assert (counts(), len(receive())) == (("1", "0"), 1)


def test_a_message_may_be_deleted_twice() -> None:
    receipt = receive()[0]["ReceiptHandle"]
    for _ in range(2):
        assert call("DeleteMessage", ReceiptHandle=receipt).status == 200
    assert counts() == ("0", "0")


def test_a_receipt_that_was_replaced_deletes_nothing_and_succeeds(clock: Clock) -> None:
    old = receive()[0]["ReceiptHandle"]
    clock.ahead += 61
    new = receive()[0]["ReceiptHandle"]
    assert call("DeleteMessage", ReceiptHandle=old).status == 200
    assert counts() == ("0", "1")
    entries = [{"Id": "old", "ReceiptHandle": old}, {"Id": "new", "ReceiptHandle": new}]
    found = call("DeleteMessageBatch", Entries=entries)
    assert {each["Id"] for each in found["Successful"]} == {"old", "new"}
    assert (found["Failed"], counts()) == ([], ("0", "0"))


def test_what_is_no_receipt_deletes_nothing_and_fails() -> None:
    assert call("DeleteMessage", ReceiptHandle="x")["__type"] == "ReceiptHandleIsInvalid"
    found = call("DeleteMessageBatch", Entries=[{"Id": "1", "ReceiptHandle": "x"}])
    assert found["Failed"][0]["Code"] == "ReceiptHandleIsInvalid"


def test_a_worker_gets_more_time_or_gives_the_message_back(clock: Clock) -> None:
    receipt = {"ReceiptHandle": receive()[0]["ReceiptHandle"]}
    assert call("ChangeMessageVisibility", **receipt, VisibilityTimeout=600).status == 200
    clock.ahead += 500
    assert receive() == []
    entries = [{"Id": "1", **receipt, "VisibilityTimeout": 0}]
    assert call("ChangeMessageVisibilityBatch", Entries=entries)["Successful"] == [{"Id": "1"}]
    assert len(receive()) == 1


def test_the_time_of_a_message_that_is_not_in_flight_cannot_be_changed(clock: Clock) -> None:
    receipt = {"ReceiptHandle": receive()[0]["ReceiptHandle"]}
    clock.ahead += 61
    found = call("ChangeMessageVisibility", **receipt, VisibilityTimeout=60)
    assert "not available for visibility timeout change" in found["message"]
    entries = [{"Id": "1", **receipt, "VisibilityTimeout": 60}]
    batch = call("ChangeMessageVisibilityBatch", Entries=entries)
    assert (batch["Successful"], batch["Failed"][0]["Id"]) == ([], "1")
    assert counts() == ("1", "0")
