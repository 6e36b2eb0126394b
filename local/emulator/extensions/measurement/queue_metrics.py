"""The metrics of SQS: how many messages a queue has, and how old the oldest is.

A queue without messages that no request names for six hours has none. Messages that are worked on,
or delayed, are reported only while there are some.
https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-available-cloudwatch-metrics.html
https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/monitoring-using-cloudwatch.html
"""

import time
from collections.abc import Callable
from typing import Any

from ministack.core.responses import request_scope
from ministack.services import sqs

from .. import seam
from ..metrics import minutes
from ..metrics.series import record

Record = dict[str, Any]

_NAMESPACE = "AWS/SQS"
_ACTIVE_SECONDS = 6 * 3600

# When a request last named a queue, by its ARN; after a restart, when it is first looked at.
_used: dict[str, float] = {}


def counts(messages: list[Record], at: float) -> dict[str, int]:
    """How many messages wait, are being worked on and are delayed."""
    hidden = [each for each in messages if each["visible_at"] > at]
    received = sum(1 for each in hidden if each["receive_count"] > 0)
    return {
        "Visible": len(messages) - len(hidden),
        "NotVisible": received,
        "Delayed": len(hidden) - received,
    }


def publish(now: float) -> None:
    """Publish a minute's metrics of every queue that is active."""
    at = time.time()
    for (account, region, _), queue in list(sqs._queues._data.items()):
        messages = list(queue["messages"])
        if not _is_active(queue, messages, at):
            continue
        dimensions = {"QueueName": _arn_of(queue).rpartition(":")[2]}
        with request_scope(account, region):
            for state, count in counts(messages, at).items():
                if count or state == "Visible":
                    metric = (_NAMESPACE, f"ApproximateNumberOfMessages{state}")
                    record(metric, dimensions, count, now, "Count")
            if messages:
                age = at - min(each["sent_at"] for each in messages)
                metric = (_NAMESPACE, "ApproximateAgeOfOldestMessage")
                record(metric, dimensions, age, now, "Seconds")


def _is_active(queue: Record, messages: list[Record], at: float) -> bool:
    if messages:
        _used[_arn_of(queue)] = at
    used = _used.setdefault(_arn_of(queue), at)
    return at - used < minutes.lasting(_ACTIVE_SECONDS)


def _arn_of(queue: Record) -> str:
    return str(queue["attributes"]["QueueArn"])


def _noting_the_use(original: Callable[..., Record]) -> Callable[..., Record]:
    def get(url: str, action: str | None = None) -> Record:
        queue = original(url, action)
        _used[_arn_of(queue)] = time.time()
        return queue

    return get


def install() -> None:
    if publish not in minutes.publishers:
        minutes.publishers.append(publish)
        seam.wrap(sqs, "_get_q", "url action", _noting_the_use)
