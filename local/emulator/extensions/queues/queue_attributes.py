"""The attributes of a queue: known ones only, with AWS's defaults and without those that are unset.

MiniStack stores any attribute and does not encrypt by default, so a plan would find a difference
that AWS does not have.

https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SetQueueAttributes.html
"""

import json
import re
from collections.abc import Callable
from typing import Any

from ministack.services import sqs

from .. import seam

Record = dict[str, Any]

_NAME = re.compile(r"[A-Za-z0-9_-]{1,80}|[A-Za-z0-9_-]{1,75}\.fifo")
_ENCRYPTED, _KEY = "SqsManagedSseEnabled", "KmsMasterKeyId"
_DOCUMENTS = ("Policy", "RedrivePolicy", "RedriveAllowPolicy")
_KNOWN = {
    *_DOCUMENTS,
    *("DelaySeconds", "MaximumMessageSize", "MessageRetentionPeriod", "VisibilityTimeout"),
    *("ReceiveMessageWaitTimeSeconds", "KmsDataKeyReusePeriodSeconds", _ENCRYPTED, _KEY),
    *("FifoQueue", "ContentBasedDeduplication", "DeduplicationScope", "FifoThroughputLimit"),
}


def invalid(name: str, reason: str = "") -> Exception:
    """AWS's refusal of an attribute's value."""
    text = f"Invalid value for the parameter {name}."
    return sqs._Err("InvalidAttributeValue", f"{text} Reason: {reason}" if reason else text)


def document(name: str, text: str) -> Record:
    """The JSON object in an attribute; raises AWS's refusal if it is none."""
    try:
        value = json.loads(text)
    except ValueError as error:
        raise invalid(name, "Policy must be well-formed JSON.") from error
    if not isinstance(value, dict):
        raise invalid(name, "Policy must be a JSON object.")
    return value


def _check(given: Record) -> None:
    for name, value in given.items():
        if name not in _KNOWN:
            raise sqs._Err("InvalidAttributeName", f"Unknown Attribute {name}.")
        if name in _DOCUMENTS and value != "":
            document(name, str(value))
    if given.get(_ENCRYPTED) not in (None, "true", "false"):
        raise invalid(_ENCRYPTED)
    if given.get(_ENCRYPTED) == "true" and given.get(_KEY):
        raise invalid(_ENCRYPTED, "You can use one type of server-side encryption (SSE) at a time.")


def _complete(queue: Record, given: Record) -> None:
    """Turn one kind of encryption off when the other is turned on, and forget what is unset."""
    attributes = queue["attributes"]
    if given.get(_KEY):
        attributes[_ENCRYPTED] = "false"
    elif given.get(_ENCRYPTED) == "true":
        attributes.pop(_KEY, None)
    attributes.setdefault(_ENCRYPTED, "true")
    for name in (*_DOCUMENTS, _KEY):
        if attributes.get(name) == "":
            del attributes[name]


def _with_defaults(original: Callable[..., Record]) -> Callable[..., Record]:
    def create(data: Record, url: str) -> Record:
        if not _NAME.fullmatch(data.get("QueueName", "")):
            raise sqs._Err(
                "InvalidParameterValue",
                "Can only include alphanumeric characters, hyphens, or underscores. 1 to 80 in "
                "length",
            )
        given = data.get("Attributes") or {}
        _check(given)
        answer = original(data, url)
        _complete(sqs._get_q(answer["QueueUrl"]), given)
        return answer

    return create


def _checked(original: Callable[..., Record]) -> Callable[..., Record]:
    def change(data: Record, url: str) -> Record:
        given = data.get("Attributes") or {}
        _check(given)
        answer = original(data, url)
        _complete(sqs._get_q(data.get("QueueUrl", url)), given)
        return answer

    return change


def install() -> None:
    seam.check(sqs, "_get_q", "url action")
    seam.wrap(sqs, "_act_create_queue", "data _u", _with_defaults)
    seam.wrap(sqs, "_act_set_queue_attributes", "data qurl", _checked)
