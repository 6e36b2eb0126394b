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
    monkeypatch.setattr(queue_metrics.time, "time", lambda: NOW)
    yield
    sqs._queues.clear()


def message(age: float, hidden: float = 0, received: int = 0) -> dict[str, Any]:
    return {"sent_at": NOW - age, "visible_at": NOW + hidden, "receive_count": received}


def queue(*messages: dict[str, Any]) -> None:
    arn = "arn:aws:sqs:us-east-1:000000000000:exports"
    attributes = {"QueueArn": arn}
    sqs._queues["url"] = {"attributes": attributes, "messages": list(messages)}


def published() -> dict[str, float]:
    queue_metrics.publish(NOW)
    names = ("NumberOfMessagesVisible", "NumberOfMessagesNotVisible", "NumberOfMessagesDelayed")
    found: dict[str, float] = {}
    for name in (*names, "AgeOfOldestMessage"):
        metric, dimensions = ("AWS/SQS", f"Approximate{name}"), {"QueueName": "exports"}
        values = series.read(metric, dimensions, "Average", lambda moment: int(moment))
        found |= {name.removeprefix("NumberOfMessages"): value for value in values.values()}
    return found


def test_messages_wait_are_worked_on_or_are_delayed() -> None:
    queue(message(5), message(90), message(40, hidden=30, received=1), message(1, hidden=9))
    assert published() == {"Visible": 2, "NotVisible": 1, "Delayed": 1, "AgeOfOldestMessage": 90}


def test_an_empty_queue_has_zeros_and_no_age() -> None:
    queue()
    assert published() == {"Visible": 0, "NotVisible": 0, "Delayed": 0}


def test_they_are_published_once_a_minute() -> None:
    assert minutes.publishers.count(queue_metrics.publish) == 1
