from .conftest import Clock, call, create


def test_the_name_of_a_deleted_queue_is_reserved_for_a_minute(clock: Clock) -> None:
    create()
    assert call("DeleteQueue").status == 200
    assert call("GetQueueAttributes")["__type"] == "QueueDoesNotExist"
    found = create()
    assert (found.status, found["__type"]) == (400, "QueueDeletedRecently")
    assert found.query_error == "AWS.SimpleQueueService.QueueDeletedRecently"
    assert create("other").status == 200
    clock.ahead += 61
    assert create().status == 200


def test_a_queue_that_is_not_there_cannot_be_deleted() -> None:
    found = call("DeleteQueue")
    assert found.query_error == "AWS.SimpleQueueService.NonExistentQueue"
    assert create().status == 200
