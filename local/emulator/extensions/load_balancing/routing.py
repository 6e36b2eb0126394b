"""Round-robin routing to the healthy targets of a group, with a count of requests in flight.

MiniStack picks a registered target at random, healthy or not, and keeps no count. An Application
Load Balancer routes only to healthy targets (to all if none is healthy), round robin, and lets a
deregistered target finish its requests: `tasks.draining` waits until this count drops to zero.
"""

import threading
import time
from collections import Counter
from collections.abc import Awaitable, Callable
from typing import Any

from ministack.core.responses import StreamingResponse
from ministack.services import alb

from .. import seam
from . import answers, target_health
from .target_check import HEALTHY
from .target_health import Target

Response = tuple[int, dict[str, Any], Any]

_lock = threading.Lock()
_in_flight: Counter[Target] = Counter()
_turns: Counter[str] = Counter()


def in_flight(address: str) -> int:
    """The number of requests sent to this address that are not fully answered."""
    with _lock:
        return sum(count for target, count in _in_flight.items() if target[1] == address)


def choose(group_arn: str, targets: list[dict[str, Any]]) -> dict[str, Any]:
    """The next target in round-robin order."""
    healthy = [
        target
        for target in targets
        if target_health.state(*target_health.identity_of(group_arn, target)) == HEALTHY
    ]
    candidates = healthy or targets
    _turns[group_arn] += 1
    return candidates[_turns[group_arn] % len(candidates)]


def _finish(identity: Target) -> None:
    with _lock:
        _in_flight[identity] -= 1
        if _in_flight[identity] <= 0:
            del _in_flight[identity]


def _counted_to_the_end(body: StreamingResponse, identity: Target) -> StreamingResponse:
    async def run(send: Any, receive: Any) -> None:
        try:
            await body.runner(send, receive)
        finally:
            _finish(identity)

    return StreamingResponse(run)


def _balanced(
    original: Callable[..., Awaitable[Response]],
) -> Callable[..., Awaitable[Response]]:
    async def forward(
        tg_arn: str,
        method: str,
        path: str,
        headers: dict[str, str],
        body: bytes,
        query_params: dict[str, Any],
        raw_query_string: str | None = None,
        raw_path: str | None = None,
    ) -> Response:
        group = alb._tgs.get(tg_arn)
        targets = list(alb._targets.get(tg_arn, []))
        if not group or not targets or group.get("TargetType") == "lambda":
            response = await original(
                tg_arn, method, path, headers, body, query_params, raw_query_string, raw_path
            )
            if group and not targets:
                answers.note_unrouted(tg_arn, response[0])
            return response
        with _lock:
            target = choose(tg_arn, targets)
            identity = target_health.identity_of(tg_arn, target)
            _in_flight[identity] += 1
        streams, sent = False, time.monotonic()
        try:
            status, answer_headers, answer = await alb._proxy_http_target(
                target,
                group,
                method,
                raw_path or path,
                headers,
                body,
                query_params,
                raw_query_string,
            )
            # MiniStack's own answer for a target that it did not reach has none.
            if "date" in answer_headers:
                answers.note(tg_arn, status, time.monotonic() - sent)
            else:
                answers.note_unanswered(tg_arn, status)
            if isinstance(answer, StreamingResponse):
                answer, streams = _counted_to_the_end(answer, identity), True
            return status, answer_headers, answer
        finally:
            if not streams:
                _finish(identity)

    return forward


def install() -> None:
    seam.check(
        alb,
        "_proxy_http_target",
        "target tg method path headers body query_params raw_query_string",
    )
    seam.wrap(
        alb,
        "_forward_to_tg",
        "tg_arn method path headers body query_params raw_query_string raw_path",
        _balanced,
    )
