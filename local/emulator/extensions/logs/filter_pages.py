"""FilterLogEvents in pages: MiniStack drops what exceeds the first one, without a token.

A token names the time of the last event and how many events of that time were given: the order of
events that are already there does not change.

https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_FilterLogEvents.html
"""

import json
from collections.abc import Callable
from typing import Any

from ministack.core.responses import error_response_json, json_response
from ministack.services import cloudwatch_logs

from .. import seam

# The most events of a page, on AWS and of MiniStack's answer.
PAGE = 10_000


def _paged(original: Callable[..., Any]) -> Callable[..., Any]:
    def filtered(data: dict[str, Any]) -> Any:
        request, skip = dict(data), 0
        if token := request.pop("nextToken", None):
            time, _, count = str(token).partition("-")
            if not (time.isdigit() and count.isdigit()):
                return error_response_json(
                    "InvalidParameterException", "The specified nextToken is invalid.", 400
                )
            request["startTime"], skip = int(time), int(count)
        limit = min(request.pop("limit", PAGE), PAGE)
        status, headers, body = original(request)
        if status != 200:
            return status, headers, body
        answer = json.loads(body)
        events = answer["events"]
        page = events[skip : skip + limit]
        if page and (skip + len(page) < len(events) or len(events) == PAGE):
            last = page[-1]["timestamp"]
            given = [each["timestamp"] for each in events[: skip + len(page)]].count(last)
            answer["nextToken"] = f"{last}-{given}"
        return json_response({**answer, "events": page})

    return filtered


def install() -> None:
    seam.wrap(cloudwatch_logs, "_filter_log_events", "data", _paged)
