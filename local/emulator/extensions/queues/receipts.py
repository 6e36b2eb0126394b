"""The receipt of a message after its time: what a worker sees that was too slow, or too sure.

On AWS, a message may be deleted twice, and with a receipt that a later one has replaced: both
succeed, and the second may delete nothing. MiniStack refuses them, so a worker would fail here and
not there. The time of a message that is not in flight can be changed here and not there.

https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_DeleteMessage.html
https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_ChangeMessageVisibility.html
"""

import re
import time
from collections.abc import Callable
from typing import Any

from ministack.services import sqs

from .. import seam
from . import long_queues

Record = dict[str, Any]

_ISSUED = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def _delete(queue: Record, receipt: str) -> bool:
    """Delete a message, or accept that it has gone; False if the receipt was never given."""
    return long_queues.remove(queue, receipt) or _ISSUED.fullmatch(receipt) is not None


def _forgiving(original: Callable[..., Record]) -> Callable[..., Record]:
    def delete(data: Record, url: str) -> Record:
        queue = sqs._get_q(data.get("QueueUrl", url), "sqs:DeleteMessage")
        return {} if _delete(queue, data.get("ReceiptHandle", "")) else original(data, url)

    return delete


def _forgiving_batch(original: Callable[..., Record]) -> Callable[..., Record]:
    def delete(data: Record, url: str) -> Record:
        queue = sqs._get_q(data.get("QueueUrl", url), "sqs:DeleteMessage")
        entries = data.get("Entries") or []
        sqs._validate_batch_entries(entries, "DeleteMessageBatchRequestEntry")
        deleted = {each["Id"] for each in entries if _delete(queue, each.get("ReceiptHandle", ""))}
        left = [each for each in entries if each["Id"] not in deleted]
        answer = original({**data, "Entries": left}, url) if left else {}
        return {
            "Successful": [{"Id": each["Id"]} for each in entries if each["Id"] in deleted],
            "Failed": answer.get("Failed", []),
        }

    return delete


def _problem(queue: Record, receipt: str) -> str | None:
    """AWS's message if the time of a message cannot be changed; None if it can."""
    now = time.time()
    if any(
        message["receipt_handle"] == receipt and message["visible_at"] > now
        for message in queue["messages"]
    ):
        return None
    return (
        f"Value {receipt} for parameter ReceiptHandle is invalid. Reason: Message does not exist "
        "or is not available for visibility timeout change."
    )


def _in_flight(original: Callable[..., Record]) -> Callable[..., Record]:
    def change(data: Record, url: str) -> Record:
        receipt = data.get("ReceiptHandle", "")
        found = _problem(sqs._get_q(data.get("QueueUrl", url)), receipt)
        if found and _ISSUED.fullmatch(receipt):
            raise sqs._Err("InvalidParameterValue", found)
        return original(data, url)

    return change


def _in_flight_batch(original: Callable[..., Record]) -> Callable[..., Record]:
    def change(data: Record, url: str) -> Record:
        queue, entries = sqs._get_q(data.get("QueueUrl", url)), data.get("Entries") or []
        found = {
            each["Id"]: problem
            for each in entries
            if (problem := _problem(queue, each.get("ReceiptHandle", "")))
        }
        left = [each for each in entries if each["Id"] not in found]
        # Without any, MiniStack would find the request empty.
        answer = original({**data, "Entries": left}, url) if left or not entries else {}
        failed = [
            {
                "Id": name,
                "Code": "InvalidParameterValue",
                "Message": message,
                "SenderFault": True,
            }
            for name, message in found.items()
        ]
        return {
            "Successful": answer.get("Successful", []),
            "Failed": [*answer.get("Failed", []), *failed],
        }

    return change


def install() -> None:
    seam.check(sqs, "_validate_batch_entries", "entries entry_name")
    seam.wrap(sqs, "_act_delete_message", "data qurl", _forgiving)
    seam.wrap(sqs, "_act_delete_message_batch", "data qurl", _forgiving_batch)
    seam.wrap(sqs, "_act_change_visibility", "data qurl", _in_flight)
    seam.wrap(sqs, "_act_change_visibility_batch", "data qurl", _in_flight_batch)
