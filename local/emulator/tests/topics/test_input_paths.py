from typing import Any

import pytest

from extensions.topics import input_paths

EVENT = {
    "detail-type": "Change",
    "resources": ["one", "two"],
    "detail": {"reason": "it failed", "tasks": [{"id": 1}]},
}


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("$.detail.reason", "it failed"),
        ("$.detail-type", "Change"),
        ("$.resources[1]", "two"),
        ("$.resources", ["one", "two"]),
        ("$.resources[*]", ["one", "two"]),
        ("$.detail.tasks[0].id", 1),
        ("$", EVENT),
    ],
)
def test_a_path_leads_to_a_member_or_an_item(path: str, value: Any) -> None:
    assert input_paths.find(EVENT, path) == value


@pytest.mark.parametrize(
    "path", ["$.detail.cause", "$.resources[2]", "$.resources.0", "$.detail[0]", "detail.reason"]
)
def test_what_an_event_lacks_is_empty(path: str) -> None:
    assert input_paths.find(EVENT, path) == ""
