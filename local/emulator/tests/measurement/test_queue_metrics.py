from collections.abc import Iterator
from typing import Any

import pytest
from ministack.services import sqs

from extensions.measurement import queue_metrics
from extensions.metrics import minutes, series

NOW = 1_800_000_000.0


@pytest.fixture(autouse=True)
def _apart(metrics: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    del metrics
    monkeypatch.delenv(minutes.VARIABLE, raising=False)
    queue_metrics._used.clear()
    at(monkeypatch, 0)
    yield
    for store in (sqs._queues, sqs._queue_name_to_url, queue_metrics._used):
        store.clear()


def at(monkeypatch: pytest.MonkeyPatch, hours: float) -> None:
    """Let it be so many hours later than at the beginning."""
    monkeypatch.setattr(queue_metrics.time, "time", lambda: NOW + hours * 3600)


def message(age: float, hidden: float = 0, received: int = 0) -> dict[str, Any]:
    return {"sent_at": NOW - age, "visible_at": NOW + hidden, "receive_count": received}


def queue(*messages: dict[str, Any]) -> None:
    arn = "arn:aws:sqs:us-east-1:000000000000:exports"
    attributes = {"QueueArn": arn}
    sqs._queues["url"] = {"attributes": attributes, "messages": list(messages)}


def published(moment: float = NOW) -> dict[str, float]:
    """What a minute has of the queue `exports`."""
    queue_metrics.publish(moment)
    names = ("NumberOfMessagesVisible", "NumberOfMessagesNotVisible", "NumberOfMessagesDelayed")
    found: dict[str, float] = {}
    for name in (*names, "AgeOfOldestMessage"):
        metric, dimensions = ("AWS/SQS", f"Approximate{name}"), {"QueueName": "exports"}
        values = series.read(metric, dimensions, "Average", minutes.number_of)
        if (minute := minutes.number_of(moment)) in values:
            found[name.removeprefix("NumberOfMessages")] = values[minute]
    return found


def test_messages_wait_are_worked_on_or_are_delayed() -> None:
    queue(message(5), message(90), message(40, hidden=30, received=1), message(1, hidden=9))
    assert published() == {"Visible": 2, "NotVisible": 1, "Delayed": 1, "AgeOfOldestMessage": 90}


def test_an_empty_queue_has_only_a_zero_of_messages_that_wait() -> None:
    queue()
    assert published() == {"Visible": 0}


def test_a_queue_that_nobody_used_for_six_hours_is_silent_until_it_is_used(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    url = sqs._act_create_queue({"QueueName": "exports"}, "")["QueueUrl"]
    assert published(NOW) == {"Visible": 0}
    at(monkeypatch, 5.9)
    assert published(NOW + 1 * 60) == {"Visible": 0}
    at(monkeypatch, 6)
    assert published(NOW + 2 * 60) == {}
    sqs._act_get_queue_attributes({"QueueUrl": url}, "")
    assert published(NOW + 3 * 60) == {"Visible": 0}
    at(monkeypatch, 12)
    assert published(NOW + 4 * 60) == {}
    sqs._act_send_message({"QueueUrl": url, "MessageBody": "work"}, "")
    # As long as it has a message, it is in use.
    at(monkeypatch, 30)
    assert published(NOW + 5 * 60)["Visible"] == 1


def test_six_hours_are_as_many_of_the_local_minutes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(minutes.VARIABLE, "5")
    queue()
    assert published() == {"Visible": 0}
    at(monkeypatch, 0.5)
    assert published(NOW + 1 * 60) == {}


def test_they_are_published_once_a_minute() -> None:
    assert minutes.publishers.count(queue_metrics.publish) == 1
