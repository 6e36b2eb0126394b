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

Record = dict[str, Any]

_ISSUED = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_INVALID = "ReceiptHandleIsInvalid"


def _forgiving(original: Callable[..., Record]) -> Callable[..., Record]:
    def delete(data: Record, url: str) -> Record:
        try:
            return original(data, url)
        except sqs._Err as error:
            if error.code == _INVALID and _ISSUED.fullmatch(data.get("ReceiptHandle", "")):
                return {}
            raise

    return delete


def _forgiving_batch(original: Callable[..., Record]) -> Callable[..., Record]:
    def delete(data: Record, url: str) -> Record:
        answer = original(data, url)
        receipts = {each["Id"]: each.get("ReceiptHandle", "") for each in data["Entries"]}
        late = {
            each["Id"]
            for each in answer["Failed"]
            if each["Code"] == _INVALID and _ISSUED.fullmatch(receipts[each["Id"]])
        }
        return {
            "Successful": [*answer["Successful"], *({"Id": each} for each in sorted(late))],
            "Failed": [each for each in answer["Failed"] if each["Id"] not in late],
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
    seam.wrap(sqs, "_act_delete_message", "data qurl", _forgiving)
    seam.wrap(sqs, "_act_delete_message_batch", "data qurl", _forgiving_batch)
    seam.wrap(sqs, "_act_change_visibility", "data qurl", _in_flight)
    seam.wrap(sqs, "_act_change_visibility_batch", "data qurl", _in_flight_batch)
