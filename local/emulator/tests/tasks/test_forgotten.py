import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from ministack.services import ecs

from extensions.tasks import forgotten

from ..conftest import run_service, tasks, wait_for

pytestmark = pytest.mark.usefixtures("engine")


def stopped_for(minutes: int) -> dict[str, Any]:
    """A task that stopped so many minutes ago."""
    service = run_service()
    wait_for(lambda: tasks("RUNNING"))
    (task,) = tasks("RUNNING")
    service["status"] = "INACTIVE"
    ecs._stop_task({"task": task["taskArn"], "cluster": "main"})
    wait_for(lambda: task["lastStatus"] == "STOPPED")
    task["stoppedAt"] = (datetime.now(UTC) - timedelta(minutes=minutes)).isoformat()
    return task


def described(task: dict[str, Any]) -> dict[str, Any]:
    request = {"cluster": "main", "tasks": [task["taskArn"]]}
    answer: dict[str, Any] = json.loads(ecs._describe_tasks(request)[2])
    return answer


def test_a_task_that_stopped_more_than_an_hour_ago_is_missing() -> None:
    task = stopped_for(minutes=61)
    ecs._tags[task["taskArn"]] = [{"key": "environment", "value": "test"}]
    forgotten.forget()
    assert described(task) == {
        "tasks": [],
        "failures": [{"arn": task["taskArn"], "reason": "MISSING"}],
    }
    assert task["taskArn"] not in ecs._tags


def test_a_task_that_stopped_less_than_an_hour_ago_is_described() -> None:
    task = stopped_for(minutes=59)
    forgotten.forget()
    assert described(task)["tasks"][0]["stoppedReason"] == "Task stopped by user"


def test_a_task_whose_containers_still_stop_is_described() -> None:
    task = stopped_for(minutes=61)
    task["lastStatus"] = "STOPPING"
    forgotten.forget()
    assert described(task)["failures"] == []
    task["lastStatus"] = "STOPPED"
