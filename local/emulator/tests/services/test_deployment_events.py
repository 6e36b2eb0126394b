import json
from collections.abc import Iterator
from typing import Any

import pytest
from ministack.services import ecs, eventbridge

from ..conftest import FakeEngine, register, run_service, wait_for
from .test_deployments import fail_revision


@pytest.fixture(autouse=True)
def events(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[dict[str, Any]]]:
    """The events that rules would see, as a target gets them."""
    seen: list[dict[str, Any]] = []
    monkeypatch.setattr(
        eventbridge,
        "_dispatch_event",
        lambda event, view=None: seen.append(view.event_with_detail()),
    )
    yield seen
    eventbridge.reset()


def names(events: list[dict[str, Any]]) -> list[str]:
    ours = [each for each in events if each["source"] == "aws.ecs"]
    return [each["detail"]["eventName"].removeprefix("SERVICE_DEPLOYMENT_") for each in ours]


def test_a_deployment_begins_and_completes(
    engine: FakeEngine, events: list[dict[str, Any]]
) -> None:
    assert engine
    service = run_service()
    (deployment,) = service["deployments"]
    wait_for(lambda: names(events) == ["IN_PROGRESS", "COMPLETED"])
    assert events[0]["detail-type"] == "ECS Deployment State Change"
    assert events[0]["resources"] == [service["serviceArn"]]
    assert events[0]["detail"]["eventType"] == "INFO"
    assert events[0]["detail"]["deploymentId"] == deployment["id"]
    assert events[1]["detail"]["reason"] == f"ECS deployment {deployment['id']} completed."


def test_a_failed_deployment_is_an_error_and_a_rollback_begins_another(
    engine: FakeEngine, events: list[dict[str, Any]]
) -> None:
    service = run_service()
    wait_for(lambda: names(events) == ["IN_PROGRESS", "COMPLETED"])
    (first,) = service["deployments"]
    events.clear()
    engine.on_start = fail_revision(2)
    ecs._update_service({"cluster": "main", "service": "app", "taskDefinition": register()})
    wait_for(lambda: len(service["deployments"]) == 1 and "COMPLETED" in names(events))
    assert sorted(names(events)) == ["COMPLETED", "FAILED", "IN_PROGRESS", "IN_PROGRESS"]
    (failed,) = [each["detail"] for each in events if each["detail"]["eventType"] == "ERROR"]
    assert failed["eventName"] == "SERVICE_DEPLOYMENT_FAILED"
    assert "tasks failed to start" in failed["reason"]
    begun = [each["detail"]["deploymentId"] for each in events if "rolling" in json.dumps(each)]
    assert begun == [first["id"]]
