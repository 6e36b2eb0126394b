import json
from typing import Any

from ministack.services import ecs

from extensions.state.restored_tasks import REASON, end

from ..conftest import FakeEngine, run_service, tasks, wait_for


def listed(status: str) -> list[str]:
    answer = ecs._list_tasks({"cluster": "main", "desiredStatus": status})
    return json.loads(answer[2])["taskArns"]


def test_after_a_restart_a_task_of_before_is_stopped(engine: FakeEngine) -> None:
    run_service()
    wait_for(lambda: tasks("RUNNING"))
    (before,) = listed("RUNNING")
    state = ecs.get_state()
    for container in engine.all.values():
        container.exit_code = 137
    ecs._tasks.clear()
    ecs._restore_state(state)
    assert listed("RUNNING") == []
    assert listed("STOPPED") == [before]
    (task,) = tasks()
    assert task["stoppedReason"] == REASON
    assert task["stoppedAt"]
    assert [each["lastStatus"] for each in task["containers"]] == ["STOPPED"]


def test_a_task_that_had_stopped_keeps_its_reason() -> None:
    task: dict[str, Any] = {
        "lastStatus": "STOPPED",
        "desiredStatus": "STOPPED",
        "stoppedReason": "Essential container in task exited",
    }
    end(task)
    assert task["stoppedReason"] == "Essential container in task exited"
