import pytest

from extensions.tasks import health_check

from ..conftest import FakeEngine, run_service, tasks, wait_for

CHECK = {"healthCheck": {"command": ["CMD", "true"], "interval": 0.1, "retries": 2}}


def test_a_task_that_never_becomes_healthy_is_stopped(
    engine: FakeEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(health_check, "probe", lambda container_id, check: False)
    service = run_service(CHECK)
    wait_for(lambda: service["deployments"][0]["rolloutState"] == "FAILED")
    assert {task["stoppedReason"] for task in tasks("STOPPED")} == {
        "Task failed container health checks"
    }
    assert len(engine.started) == 3


def test_a_container_that_exits_fails_its_task(engine: FakeEngine) -> None:
    engine.on_start = lambda container: container.exit_with(3)
    run_service()
    wait_for(lambda: tasks("STOPPED"))
    task = tasks("STOPPED")[0]
    assert task["stoppedReason"] == "Essential container in task exited"
    assert task["stopCode"] == "EssentialContainerExited"
    assert task["containers"][0]["exitCode"] == 3
