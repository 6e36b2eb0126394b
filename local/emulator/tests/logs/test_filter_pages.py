import json
from collections.abc import Iterator
from typing import Any

import pytest
from ministack.services import cloudwatch_logs

from extensions.logs import filter_pages

GROUP = "/ecs/platform-dev/web"


@pytest.fixture(autouse=True)
def _group() -> Iterator[None]:
    cloudwatch_logs._create_log_group({"logGroupName": GROUP})
    for stream in ("task/web/a", "task/web/b"):
        cloudwatch_logs._create_log_stream({"logGroupName": GROUP, "logStreamName": stream})
    yield
    cloudwatch_logs._delete_log_group({"logGroupName": GROUP})


def put(stream: str, *events: tuple[int, str]) -> None:
    cloudwatch_logs._put_log_events(
        {
            "logGroupName": GROUP,
            "logStreamName": f"task/web/{stream}",
            "logEvents": [{"timestamp": time, "message": message} for time, message in events],
        }
    )


def asked(**request: Any) -> dict[str, Any]:
    answer: dict[str, Any] = json.loads(
        cloudwatch_logs._filter_log_events({"logGroupName": GROUP, **request})[2]
    )
    return answer


def messages(limit: int) -> list[list[str]]:
    """The messages of each page."""
    pages, token = [], {}
    while True:
        answer = asked(limit=limit, **token)
        pages.append([each["message"] for each in answer["events"]])
        if "nextToken" not in answer:
            return pages
        token = {"nextToken": answer["nextToken"]}


def test_pages_give_each_event_once_in_order_of_time() -> None:
    put("a", (1, "1"), (2, "2"), (2, "3"))
    put("b", (2, "4"), (3, "5"))
    assert messages(2) == [["1", "2"], ["3", "4"], ["5"]]
    assert messages(10) == [["1", "2", "3", "4", "5"]]


def test_the_last_page_has_no_token() -> None:
    put("a", (1, "1"), (2, "2"))
    assert messages(1) == [["1"], ["2"]]
    assert messages(2) == [["1", "2"]]


def test_more_events_than_a_page_has_are_not_dropped() -> None:
    put("a", *((time, str(time)) for time in range(1, filter_pages.PAGE + 3)))
    pages = messages(filter_pages.PAGE)
    assert [len(page) for page in pages] == [filter_pages.PAGE, 2]
    assert pages[1] == [str(filter_pages.PAGE + 1), str(filter_pages.PAGE + 2)]


def test_a_token_of_nobody_is_refused() -> None:
    status, _, body = cloudwatch_logs._filter_log_events(
        {"logGroupName": GROUP, "nextToken": "theirs"}
    )
    assert (status, json.loads(body)["__type"]) == (400, "InvalidParameterException")
