"""The metrics of SQS: how many messages a queue has, and how old the oldest is.

https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-available-cloudwatch-metrics.html
"""

import time
from typing import Any

from ministack.core.responses import request_scope
from ministack.services import sqs

from ..metrics import minutes
from ..metrics.series import record

Record = dict[str, Any]

_NAMESPACE = "AWS/SQS"


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
    """Publish a minute's metrics of every queue."""
    at = time.time()
    for (account, region, _), queue in list(sqs._queues._data.items()):
        dimensions = {"QueueName": queue["attributes"]["QueueArn"].rpartition(":")[2]}
        messages = list(queue["messages"])
        with request_scope(account, region):
            for state, count in counts(messages, at).items():
                metric = (_NAMESPACE, f"ApproximateNumberOfMessages{state}")
                record(metric, dimensions, count, now, "Count")
            if messages:
                age = at - min(each["sent_at"] for each in messages)
                metric = (_NAMESPACE, "ApproximateAgeOfOldestMessage")
                record(metric, dimensions, age, now, "Seconds")


def install() -> None:
    if publish not in minutes.publishers:
        minutes.publishers.append(publish)
