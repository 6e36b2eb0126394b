"""Dead letters go back: the tasks that move messages out of a queue of dead letters.

MiniStack has none. On AWS, a task moves the messages that are visible to the queue that each came
from, or to one that the request names, as new messages that nobody has received. Here it has done
so when the request is answered, whatever rate that asks for. Queues that are FIFO have no such
tasks here.

https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_StartMessageMoveTask.html
https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-configure-dead-letter-queue-redrive.html
"""

import base64
import json
import time
from typing import Any

from ministack.core.responses import new_uuid
from ministack.services import sqs

from .. import seam

Record = dict[str, Any]

_SOURCE = "DeadLetterQueueSourceArn"
_MOST_PER_SECOND = 500
_MOST_RESULTS = 10

# The newest come first.
tasks: list[Record] = []


def _queue(data: Record, name: str) -> Record:
    queue: Record | None = sqs._queue_by_arn(str(data.get(name)))
    if queue is None:
        message = f"The resource that you specified for the {name} parameter doesn't exist."
        raise sqs._Err("ResourceNotFoundException", message, 404)
    return queue


def sources(dead_letters: str) -> list[str]:
    """The ARNs of the queues whose dead letters this queue gets, by their redrive policies."""
    attributes = [each["attributes"] for each in sqs._queues.values()]
    return [
        each["QueueArn"]
        for each in attributes
        if json.loads(each.get("RedrivePolicy") or "{}").get("deadLetterTargetArn") == dead_letters
    ]


def _check(data: Record, source: Record) -> None:
    if not sources(data["SourceArn"]):
        raise _invalid("Source queue must be configured as a Dead Letter Queue.")
    if source["is_fifo"]:
        raise sqs._Err("UnsupportedOperation", "The local AWS moves no messages of FIFO queues.")
    if data.get("DestinationArn") == data["SourceArn"]:
        raise _invalid("Source queue arn and destination queue arn cannot be the same.")
    rate = data.get("MaxNumberOfMessagesPerSecond")
    if rate is not None and not 0 < int(rate) <= _MOST_PER_SECOND:
        raise _invalid(
            f"Value {rate} for parameter MaxNumberOfMessagesPerSecond is invalid. Reason: Must be "
            f"between 1 and {_MOST_PER_SECOND}, if provided."
        )


def _invalid(message: str) -> Exception:
    return sqs._Err("InvalidParameterValue", message)


def _start(data: Record, url: str) -> Record:
    del url
    source = _queue(data, "SourceArn")
    _check(data, source)
    if "DestinationArn" in data:
        _queue(data, "DestinationArn")
    now = sqs.time.time()
    visible = [each for each in source["messages"] if each["visible_at"] <= now]
    moved, failure = _move(source, visible, data.get("DestinationArn"), now)
    handle = json.dumps({"taskId": new_uuid(), "sourceArn": data["SourceArn"]})
    given = ("SourceArn", "DestinationArn", "MaxNumberOfMessagesPerSecond")
    task = {
        "Status": "FAILED" if failure else "COMPLETED",
        **{name: data[name] for name in given if name in data},
        "ApproximateNumberOfMessagesMoved": moved,
        "ApproximateNumberOfMessagesToMove": len(visible),
        "StartedTimestamp": int(time.time() * 1000),
    }
    tasks.insert(0, task | ({"FailureReason": failure} if failure else {}))
    return {"TaskHandle": base64.b64encode(handle.encode()).decode()}


def _move(
    source: Record, messages: list[Record], to: str | None, now: float
) -> tuple[int, str | None]:
    """Move messages until one cannot be; return their number, and why not all."""
    for count, message in enumerate(messages):
        arn = to or message["sys"].get(_SOURCE)
        if arn is None:
            return count, "CouldNotDetermineMessageSource"
        target = sqs._queue_by_arn(arn)
        if target is None:
            return count, "AWS.SimpleQueueService.NonExistentQueue"
        # The list is replaced, because the checkpoint may be reading the old one.
        source["messages"] = [each for each in source["messages"] if each is not message]
        target["messages"] = [*target["messages"], _as_new(message, target, now)]
        sqs.esm_wake.set()
    return len(messages), None


def _as_new(message: Record, target: Record, now: float) -> Record:
    return message | {
        "id": new_uuid(),
        "receipt_handle": None,
        "sent_at": now,
        "enqueued_at": now,
        "visible_at": now + int(target["attributes"].get("DelaySeconds", "0")),
        "receive_count": 0,
        "first_receive_at": None,
        "sys": sqs._build_send_sys_attrs(now, {}),
    }


def _list(data: Record, url: str) -> Record:
    del url
    _queue(data, "SourceArn")
    most = int(data.get("MaxResults") or 1)
    if not 0 < most <= _MOST_RESULTS:
        raise _invalid(
            f"Value {most} for parameter MaxResults is invalid. Reason: Must be between 1 and "
            f"{_MOST_RESULTS}, if provided."
        )
    found = [each for each in tasks if each["SourceArn"] == data["SourceArn"]]
    return {"Results": found[:most]}


def _cancel(data: Record, url: str) -> Record:
    del data, url
    message = "Only active tasks can be cancelled, and the local AWS's have ended when they start."
    raise sqs._Err("UnsupportedOperation", message)


def install() -> None:
    seam.check(sqs, "_queue_by_arn", "arn")
    seam.check(sqs, "_build_send_sys_attrs", "now sys_attrs_input")
    sqs._HANDLERS.update(
        StartMessageMoveTask=_start, ListMessageMoveTasks=_list, CancelMessageMoveTask=_cancel
    )
