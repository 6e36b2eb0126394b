"""The name of a deleted queue, which AWS gives to no other queue for 60 seconds.

https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_DeleteQueue.html
"""

import time
from collections.abc import Callable
from typing import Any

from ministack.core.responses import get_account_id, get_region
from ministack.services import sqs

from .. import seam

Record = dict[str, Any]

RESERVED_SECONDS = 60.0

_free_again: dict[tuple[str, str, str], float] = {}


def _key(name: str) -> tuple[str, str, str]:
    return get_account_id(), get_region(), name


def _reserved(original: Callable[..., Record]) -> Callable[..., Record]:
    def delete(data: Record, url: str) -> Record:
        name = sqs._get_q(data.get("QueueUrl", url))["name"]
        answer = original(data, url)
        _free_again[_key(name)] = time.monotonic() + RESERVED_SECONDS
        return answer

    return delete


def _refused(original: Callable[..., Record]) -> Callable[..., Record]:
    def create(data: Record, url: str) -> Record:
        if time.monotonic() < _free_again.get(_key(data.get("QueueName", "")), 0):
            raise sqs._Err(
                "QueueDeletedRecently",
                "You must wait 60 seconds after deleting a queue before you can create another "
                "with the same name.",
            )
        return original(data, url)

    return create


def install() -> None:
    seam.wrap(sqs, "_act_delete_queue", "data qurl", _reserved)
    seam.wrap(sqs, "_act_create_queue", "data _u", _refused)
