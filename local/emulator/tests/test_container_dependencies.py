import json
from typing import Any

import pytest
from ministack.services import ecs

from extensions.container_dependencies import DependencyError, in_order, resolved
from extensions.container_health import Watch

from .conftest import FakeContainer, FakeEngine, run_service, tasks, wait_for


def needs(name: str, condition: str = "START") -> dict[str, Any]:
    return {"dependsOn": [{"containerName": name, "condition": condition}]}


def test_a_container_comes_after_what_it_depends_on() -> None:
    containers = [{"name": "app", **needs("migrate")}, {"name": "migrate"}]
    assert [each["name"] for each in in_order(containers)] == ["migrate", "app"]


@pytest.mark.parametrize(
    ("containers", "message"),
    [
        ([{"name": "app", **needs("gone")}], "do not exist"),
        ([{"name": "a", **needs("b")}, {"name": "b", **needs("a")}], "circle"),
    ],
)
def test_a_wrong_definition_is_refused(containers: list[dict[str, Any]], message: str) -> None:
    definitions = [{**each, "image": "x"} for each in containers]
    status, _, body = ecs._register_task_definition(
        {"family": "wrong", "containerDefinitions": definitions}
    )
    assert status == 400
    assert message in json.loads(body)["message"]


@pytest.mark.parametrize(
    ("condition", "exit_code", "expected"),
    [
        ("START", None, True),
        ("COMPLETE", None, False),
        ("COMPLETE", 1, True),
        ("SUCCESS", None, False),
        ("SUCCESS", 0, True),
        ("HEALTHY", None, False),
    ],
)
def test_how_far_a_dependency_must_be(
    condition: str, exit_code: int | None, expected: bool
) -> None:
    watch = Watch("id", {"name": "a"})
    watch.exit_code = exit_code
    needed = {"containerName": "a", "condition": condition}
    assert resolved(needed, watch, waited=1, limit=10) is expected


@pytest.mark.parametrize(
    ("condition", "exit_code", "waited", "message"),
    [
        ("SUCCESS", 3, 1, "did not exit successfully: 3"),
        ("HEALTHY", 0, 1, "not healthy"),
        ("COMPLETE", None, 11, "timed out"),
    ],
)
def test_fails_when_it_can_no_longer_be(
    condition: str, exit_code: int | None, waited: float, message: str
) -> None:
    watch = Watch("id", {"name": "a"})
    watch.exit_code = exit_code
    needed = {"containerName": "a", "condition": condition}
    with pytest.raises(DependencyError, match=message):
        resolved(needed, watch, waited, limit=10)


def test_a_task_starts_in_order(engine: FakeEngine) -> None:
    engine.on_start = lambda each: each.exit_with(0) if each.name == "migrate" else None
    run_service(needs("migrate", "SUCCESS"), {"name": "migrate", "essential": False})
    wait_for(lambda: tasks("RUNNING"))
    assert engine.started == ["migrate", "app"]


def test_a_failed_dependency_fails_the_task(engine: FakeEngine) -> None:
    def fail(container: FakeContainer) -> None:
        container.exit_with(4)

    engine.on_start = fail
    run_service(needs("migrate", "SUCCESS"), {"name": "migrate", "essential": False})
    wait_for(lambda: tasks("STOPPED"))
    task = tasks("STOPPED")[0]
    assert task["stopCode"] == "TaskFailedToStart"
    assert "container app: failed to resolve" in task["stoppedReason"]
    assert "app" not in engine.started
