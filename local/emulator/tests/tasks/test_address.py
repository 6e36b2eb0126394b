from typing import Any

import pytest
from ministack.services import ecs

from extensions.tasks.address import gives_address

SETUP: dict[str, Any] = {"name": "setup"}
WEB: dict[str, Any] = {"name": "web", "portMappings": [{"containerPort": 80}]}


@pytest.mark.parametrize(
    ("name", "definitions", "expected"),
    [
        ("web", [SETUP, WEB], True),
        ("setup", [SETUP, WEB], False),
        ("setup", [SETUP], True),
        ("web", [WEB], True),
    ],
)
def test_the_container_that_listens_gives_the_address(
    name: str, definitions: list[dict[str, Any]], expected: bool
) -> None:
    assert gives_address(name, definitions) is expected


def test_a_container_that_ends_before_the_service_leaves_no_address(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    class Container:
        def __init__(self, name: str, address: str) -> None:
            self.labels = {"com.amazonaws.ecs.container-name": name}
            self.attrs = {"NetworkSettings": {"Networks": {"n": {"IPAddress": address}}}}

        def reload(self) -> None:
            pass

    known = {each["name"]: each for each in (SETUP, WEB)}
    monkeypatch.setattr("extensions.tasks.lifecycle.definitions_of", lambda _: known)
    task = {"taskArn": "arn:task", "_network_mode": "awsvpc"}
    ecs._record_task_ip(task, Container("setup", "10.0.0.8"), "n")
    assert ecs._task_ip(task) is None
    ecs._record_task_ip(task, Container("web", "10.0.0.9"), "n")
    assert ecs._task_ip(task) == "10.0.0.9"
