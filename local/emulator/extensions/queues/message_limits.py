"""Limits of messages and of requests for them that AWS has and MiniStack lacks.

https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-messages.html
"""

from collections.abc import Awaitable, Callable
from typing import Any

from ministack.services import sqs

from .. import seam

Record = dict[str, Any]

_MOST_ATTRIBUTES = 10
_MOST = {
    "VisibilityTimeout": 43200,
    "WaitTimeSeconds": 20,
    "DelaySeconds": 900,
}


def _check_seconds(data: Record) -> None:
    for name, most in _MOST.items():
        if data.get(name) is not None and not 0 <= int(data[name]) <= most:
            raise sqs._Err(
                "InvalidParameterValue",
                f"Value {data[name]} for parameter {name} is invalid. Reason: Must be >= 0 and <= "
                f"{most}, if provided.",
            )


def size(body: str, attributes: Record) -> int:
    """The bytes of a message: of its body, and of its attributes' names, types and values."""
    return len(body.encode()) + sum(
        len(name.encode())
        + len(str(value.get("DataType", "")).encode())
        + len(str(value.get("StringValue") or value.get("BinaryValue") or "").encode())
        for name, value in attributes.items()
    )


def _limited(original: Callable[..., Record]) -> Callable[..., Record]:
    def send(data: Record, url: str) -> Record:
        _check_seconds(data)
        attributes = data.get("MessageAttributes") or {}
        if len(attributes) > _MOST_ATTRIBUTES:
            found = f"Number of message attributes [{len(attributes)}] exceeds the allowed maximum"
            raise sqs._Err("InvalidParameterValue", f"{found} [{_MOST_ATTRIBUTES}].")
        queue = sqs._get_q(data.get("QueueUrl", url))
        most = int(queue["attributes"]["MaximumMessageSize"])
        if size(data.get("MessageBody") or "", attributes) > most:
            raise sqs._Err(
                "InvalidParameterValue",
                "One or more parameters are invalid. Reason: Message must be shorter than "
                f"{most} bytes.",
            )
        return original(data, url)

    return send


def _in_range(original: Callable[..., Awaitable[Record]]) -> Callable[..., Awaitable[Record]]:
    async def receive(data: Record, url: str) -> Record:
        _check_seconds(data)
        return await original(data, url)

    return receive


def _in_range_too(original: Callable[..., Record]) -> Callable[..., Record]:
    def change(data: Record, url: str) -> Record:
        for each in (data, *(data.get("Entries") or [])):
            _check_seconds(each)
        return original(data, url)

    return change


def install() -> None:
    seam.wrap(sqs, "_act_send_message", "data qurl", _limited)
    seam.wrap(sqs, "_act_receive_message", "data qurl", _in_range)
    seam.wrap(sqs, "_act_change_visibility", "data qurl", _in_range_too)
    seam.wrap(sqs, "_act_change_visibility_batch", "data qurl", _in_range_too)
