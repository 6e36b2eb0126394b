"""Queues with thousands of messages, without walking through all of them for each request.

MiniStack looks at every message several times per request: with 10,000 waiting, each takes 30 ms,
in which the local AWS does nothing else. What a request answers is the same here.
"""

import json
from collections.abc import Callable, Iterator
from itertools import islice
from typing import Any

from ministack.services import sqs

from .. import seam

Record = dict[str, Any]

_EXPIRES_EVERY_SECONDS = 1.0

_looked: dict[str, float] = {}


def _visible(queue: Record, now: float) -> Iterator[Record]:
    for message in queue["messages"]:
        if message.get("visible_at", now) <= now:
            yield message


def _only_visible(original: Callable[..., list[Record]]) -> Callable[..., list[Record]]:
    def collect(q: Record, max_n: int, vis_timeout: int) -> list[Record]:
        if q["is_fifo"]:
            return original(q, max_n, vis_timeout)
        first = list(islice(_visible(q, sqs.time.time()), max_n))
        return original({**q, "messages": first}, max_n, vis_timeout)

    return collect


def _now_and_then(original: Callable[[Record], None]) -> Callable[[Record], None]:
    def expire(q: Record) -> None:
        now, url = sqs.time.time(), q["url"]
        if not 0 <= now - _looked.get(url, 0) < _EXPIRES_EVERY_SECONDS:
            _looked[url] = now
            original(q)

    return expire


def _if_there_are_any(original: Callable[[Record], None]) -> Callable[[Record], None]:
    def sweep(q: Record) -> None:
        most = json.loads(q["attributes"].get("RedrivePolicy") or "{}").get("maxReceiveCount")
        if most is None:
            return
        now, limit = sqs.time.time(), int(most)
        if any(each.get("receive_count", 0) >= limit for each in _visible(q, now)):
            original(q)

    return sweep


def remove(queue: Record, receipt: str) -> bool:
    """Remove the message with a receipt; False if it has gone.

    The list is replaced, because the checkpoint may be reading the old one.
    """
    messages = queue["messages"]
    for index, message in enumerate(messages):
        if receipt and message["receipt_handle"] == receipt:
            queue["messages"] = messages[:index] + messages[index + 1 :]
            return True
    return False


def install() -> None:
    seam.wrap(sqs, "_collect_msgs", "q max_n vis_timeout", _only_visible)
    seam.wrap(sqs, "_expire_retained", "q", _now_and_then)
    seam.wrap(sqs, "_dlq_sweep", "q", _if_there_are_any)
