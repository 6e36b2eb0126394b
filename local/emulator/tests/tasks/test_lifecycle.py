import time

import pytest

from extensions.tasks import health_check

from ..conftest import FakeEngine, run_service, target_group, tasks, wait_for


def test_a_task_runs_when_its_container_is_healthy(
    engine: FakeEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    healthy: list[bool] = []
    monkeypatch.setattr(health_check, "probe", lambda container_id, check: bool(healthy))
    service = run_service({"healthCheck": {"command": ["CMD", "true"]}})
    wait_for(lambda: engine.started)
    time.sleep(0.3)
    assert [task["lastStatus"] for task in tasks()] == ["ACTIVATING"]
    assert service["runningCount"] == 0
    healthy.append(True)
    wait_for(lambda: service["runningCount"] == 1)
    assert tasks()[0]["healthStatus"] == "HEALTHY"


def test_a_running_task_that_exits_is_replaced(engine: FakeEngine) -> None:
    service = run_service()
    wait_for(lambda: service["deployments"][0]["rolloutState"] == "COMPLETED")
    next(iter(engine.all.values())).exit_with(1)
    wait_for(lambda: len(engine.started) == 2 and service["runningCount"] == 1)


def test_a_task_that_its_target_group_refuses_is_stopped(
    engine: FakeEngine, web: tuple[int, dict[str, int]]
) -> None:
    port, _ = web
    arn = target_group(port, "/wrong")
    balancer = {"targetGroupArn": arn, "containerName": "app", "containerPort": port}
    service = run_service(loadBalancers=[balancer])
    wait_for(lambda: service["deployments"][0]["rolloutState"] == "FAILED", seconds=15)
    assert len(engine.started) == 3
    reasons = {task["stoppedReason"] for task in tasks("STOPPED")}
    assert reasons == {f"Task failed ELB health checks in (target-group {arn})"}


CHECK = {"healthCheck": {"command": ["CMD", "true"], "interval": 0.1, "retries": 1}}


def test_a_container_that_is_unhealthy_in_the_grace_period_stays_until_it_is_over(
    engine: FakeEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(health_check, "probe", lambda container_id, check: False)
    service = run_service(CHECK, healthCheckGracePeriodSeconds=60)
    wait_for(lambda: tasks() and tasks()[0].get("healthStatus") == "UNHEALTHY")
    time.sleep(0.5)
    assert [task["lastStatus"] for task in tasks()] == ["ACTIVATING"]
    assert engine.stopped == []
    service["healthCheckGracePeriodSeconds"] = 0
    wait_for(lambda: tasks("STOPPED"))
    assert tasks("STOPPED")[0]["stoppedReason"] == "Task failed container health checks"


def test_so_does_one_whose_target_group_has_not_seen_it(
    engine: FakeEngine, web: tuple[int, dict[str, int]], monkeypatch: pytest.MonkeyPatch
) -> None:
    healthy = [True]
    monkeypatch.setattr(health_check, "probe", lambda container_id, check: bool(healthy))
    port, codes = web
    codes["/health"] = 503
    balancer = {"targetGroupArn": target_group(port), "containerPort": port}
    service = run_service(CHECK, loadBalancers=[balancer], healthCheckGracePeriodSeconds=60)
    wait_for(lambda: tasks() and tasks()[0].get("_admitted"))
    healthy.clear()
    wait_for(lambda: tasks()[0].get("healthStatus") == "UNHEALTHY")
    codes["/health"] = 200
    time.sleep(0.8)
    assert [task["lastStatus"] for task in tasks()] == ["ACTIVATING"]
    assert engine.stopped == []
    service["healthCheckGracePeriodSeconds"] = 0
    wait_for(lambda: tasks("STOPPED"))
    assert tasks("STOPPED")[0]["stoppedReason"] == "Task failed container health checks"
