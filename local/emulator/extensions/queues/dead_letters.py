"""Dead letters go where they may: a queue can say which queues it takes them from.

MiniStack stores `RedriveAllowPolicy` and ignores it.

https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-dead-letter-queues.html
"""

import json
from collections.abc import Callable
from typing import Any

from ministack.core.responses import get_account_id, get_region
from ministack.services import sqs

from .. import seam
from .queue_attributes import document, invalid

Record = dict[str, Any]

_MOST_SOURCES = 10


def _check_permission(text: str) -> None:
    policy = document("RedriveAllowPolicy", text)
    sources = policy.get("sourceQueueArns")
    if policy.get("redrivePermission") not in ("allowAll", "denyAll", "byQueue"):
        raise invalid("RedriveAllowPolicy", "redrivePermission must be allowAll, denyAll, byQueue.")
    if (policy["redrivePermission"] == "byQueue") != bool(sources):
        raise invalid("RedriveAllowPolicy", "sourceQueueArns is for byQueue, which needs it.")
    if len(sources or []) > _MOST_SOURCES:
        raise invalid("RedriveAllowPolicy", f"sourceQueueArns may have {_MOST_SOURCES} queues.")


def _check_target(text: str, source: str) -> None:
    target_arn = document("RedrivePolicy", text).get("deadLetterTargetArn")
    target = sqs._queue_by_arn(str(target_arn))
    if target is None:
        return  # MiniStack refuses it
    if target["is_fifo"] != source.endswith(".fifo"):
        raise _not_allowed(text, "Dead-letter queue must be same type of queue as the source.")
    policy = json.loads(target["attributes"].get("RedriveAllowPolicy") or "{}")
    permission = policy.get("redrivePermission", "allowAll")
    if permission == "allowAll" or source in policy.get("sourceQueueArns", ()):
        return
    raise _not_allowed(text, f"The RedriveAllowPolicy of {target_arn} does not allow {source}.")


def _not_allowed(text: str, reason: str) -> Exception:
    message = f"Value {text} for parameter RedrivePolicy is invalid. Reason: {reason}"
    return sqs._Err("InvalidParameterValue", message)


def _check(given: Record, source: str) -> None:
    if given.get("RedriveAllowPolicy"):
        _check_permission(given["RedriveAllowPolicy"])
    if given.get("RedrivePolicy"):
        _check_target(given["RedrivePolicy"], source)


def _checked_creation(original: Callable[..., Record]) -> Callable[..., Record]:
    def create(data: Record, url: str) -> Record:
        place = f"{get_region()}:{get_account_id()}"
        _check(data.get("Attributes") or {}, f"arn:aws:sqs:{place}:{data.get('QueueName')}")
        return original(data, url)

    return create


def _checked_change(original: Callable[..., Record]) -> Callable[..., Record]:
    def change(data: Record, url: str) -> Record:
        queue = sqs._get_q(data.get("QueueUrl", url))
        _check(data.get("Attributes") or {}, queue["attributes"]["QueueArn"])
        return original(data, url)

    return change


def install() -> None:
    seam.check(sqs, "_queue_by_arn", "arn")
    seam.wrap(sqs, "_act_create_queue", "data _u", _checked_creation)
    seam.wrap(sqs, "_act_set_queue_attributes", "data qurl", _checked_change)
