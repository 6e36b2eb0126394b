import pytest

from extensions.tasks import health_check, unhealthy
from extensions.tasks.failure import FAILED_HEALTH_CHECKS

from ..conftest import FakeEngine, run_service, target_group, tasks, wait_for

CHECK = {"healthCheck": {"command": ["CMD", "true"], "interval": 0.1, "retries": 1}}


@pytest.mark.usefixtures("engine")
def test_the_first_fault_of_a_task_that_was_healthy(
    web: tuple[int, dict[str, int]], monkeypatch: pytest.MonkeyPatch
) -> None:
    port, codes = web
    arn = target_group(port)
    # While the grace period lasts, the scheduler leaves the task alone.
    service = run_service(
        CHECK,
        loadBalancers=[{"targetGroupArn": arn, "containerPort": port}],
        healthCheckGracePeriodSeconds=60,
    )
    wait_for(lambda: tasks("RUNNING"))
    (task,) = tasks("RUNNING")
    without_grace = {**service, "healthCheckGracePeriodSeconds": 0}
    assert unhealthy.found_in(without_grace, task) is None
    codes["/health"] = 503
    wait_for(lambda: unhealthy.found_in(without_grace, task))
    found = unhealthy.found_in(without_grace, task)
    assert found is not None
    assert found.reason == f"Task failed ELB health checks in (target-group {arn})"
    monkeypatch.setattr(health_check, "probe", lambda container_id, check: False)
    wait_for(lambda: unhealthy.found_in(without_grace, task) == FAILED_HEALTH_CHECKS)
    assert unhealthy.found_in(service, task) is None


def test_a_task_that_starts_is_none_to_replace(
    engine: FakeEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(health_check, "probe", lambda container_id, check: False)
    service = run_service({"healthCheck": {**CHECK["healthCheck"], "retries": 100}})
    wait_for(lambda: engine.started and tasks("ACTIVATING"))
    (task,) = tasks("ACTIVATING")
    assert unhealthy.found_in(service, task) is None
