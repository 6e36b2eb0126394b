"""Unhealthy tasks while a deployment is in progress, after its rollback, and after a restart."""

import copy
import time

from ministack.services import ecs

from extensions.state import restored_tasks

from ..conftest import register, tasks, wait_for
from .conftest import Health
from .services import (
    CHECK,
    active,
    between,
    described,
    events,
    is_complete,
    named,
    steady,
    told,
    update,
    wait_until_told,
)


def revisions(status: str = "RUNNING") -> list[str]:
    return sorted(each["taskDefinitionArn"].rpartition(":")[2] for each in tasks(status))


def test_a_new_task_that_was_healthy_is_stopped_and_counted_while_its_deployment_goes_on(
    health: Health,
) -> None:
    service = steady(desired=2)
    old = tasks("RUNNING")
    health.of_new = "unknown"
    update(taskDefinition=register(CHECK))
    wait_for(lambda: described()["runningCount"] == 4)
    first, _ = [each for each in active() if each not in old]
    health.decide(first)
    wait_for(lambda: told(first)["healthStatus"] == "HEALTHY" and first["lastStatus"] == "RUNNING")
    health.fail(first)
    wait_for(lambda: first["lastStatus"] == "STOPPED")
    assert told(first)["stoppedReason"] == "Task failed container health checks"
    wait_until_told(f"{named(first)} failed container health checks.")
    wait_for(lambda: service["deployments"][0]["failedTasks"] == 1)
    assert revisions() == ["1", "1"]
    wait_for(lambda: len(active()) == 4)
    health.decide()
    wait_for(lambda: revisions() == ["2", "2"])


def test_an_earlier_task_is_replaced_by_one_of_its_own_revision(health: Health) -> None:
    steady(desired=2, **between(100, 250))
    sick, well = tasks("RUNNING")
    health.of_new = "unknown"
    update(taskDefinition=register(CHECK))
    wait_for(lambda: len(active()) == 4)
    health.fail(sick)
    wait_for(lambda: len(active()) == 5)
    time.sleep(0.6)
    assert len(active()) == 5
    assert sick in active()
    replacement = active()[-1]
    assert replacement["taskDefinitionArn"].endswith(":1")
    health.decide(replacement)
    wait_for(lambda: sick["lastStatus"] == "STOPPED")
    assert tasks("RUNNING") == [well, replacement]
    time.sleep(0.6)
    assert len(tasks()) == 5
    wait_until_told(f"{named(sick)} failed container health checks.")
    assert "steady state" not in events()[-1]
    health.decide()
    wait_for(lambda: revisions() == ["2", "2"])
    wait_for(lambda: is_complete(ecs._services["main/app"]))


def test_an_earlier_task_makes_no_room_for_itself_that_the_new_deployment_needs(
    health: Health,
) -> None:
    steady()
    (old,) = tasks("RUNNING")
    health.of_new = "unknown"
    update(taskDefinition=register(CHECK))
    wait_for(lambda: described()["runningCount"] == 2)
    health.fail(old)
    wait_for(lambda: told(old)["healthStatus"] == "UNHEALTHY")
    time.sleep(0.6)
    assert len(active()) == 2
    assert old in active()
    health.decide()
    wait_for(lambda: revisions() == ["2"])


def test_a_rollback_to_an_unhealthy_task_replaces_it_before_it_stops(health: Health) -> None:
    service = steady()
    (old,) = tasks("RUNNING")
    health.of_new = "unknown"
    update(taskDefinition=register(CHECK))
    health.fail(old)
    wait_for(lambda: told(old)["healthStatus"] == "UNHEALTHY" and len(active()) == 2)
    _, new = active()
    health.of_new = "unhealthy"
    health.fail(new)
    health.decide(new)
    wait_for(lambda: service["taskDefinition"].endswith(":1"))
    time.sleep(0.6)
    assert old in active()
    health.of_new = "healthy"
    wait_for(lambda: old["lastStatus"] == "STOPPED")
    wait_for(lambda: is_complete(service))
    assert revisions() == ["1"]


def test_an_earlier_task_is_replaced_after_a_failure_without_a_rollback(health: Health) -> None:
    service = steady()
    (old,) = tasks("RUNNING")
    health.of_new = "unhealthy"
    revision = register(CHECK)
    ecs._deregister_task_definition({"taskDefinition": "app:1"})
    update(taskDefinition=revision)
    wait_for(lambda: service["deployments"][0]["rolloutState"] == "FAILED")
    health.of_new = "healthy"
    health.fail(old)
    wait_for(lambda: old["lastStatus"] == "STOPPED")
    assert revisions() == ["1"]
    assert service["taskDefinition"].endswith(":2")


def test_after_a_restart_a_service_has_as_many_tasks_as_it_wants(health: Health) -> None:
    steady()
    (old,) = tasks("RUNNING")
    health.of_new = "unknown"
    health.fail(old)
    wait_for(lambda: len(active()) == 2)
    before = events()
    saved = copy.deepcopy(ecs.get_state())
    ecs._services.clear()
    for task in active():
        ecs._stop_task({"task": task["taskArn"], "cluster": "main"})
    wait_for(lambda: all(each["lastStatus"] == "STOPPED" for each in tasks()))
    health.decide()
    ecs._restore_state(saved)
    ecs._reconcile_restored_services()
    wait_for(lambda: len(tasks("RUNNING")) == 1)
    time.sleep(0.6)
    assert len(active()) == 1
    assert events()[: len(before)] == before
    reasons = {told(each)["stoppedReason"] for each in tasks("STOPPED")}
    assert reasons == {restored_tasks.REASON}


def test_room_for_a_new_deployment_is_made_by_its_unhealthy_predecessors_first(
    health: Health,
) -> None:
    steady(desired=2, **between(50, 150))
    well, sick = tasks("RUNNING")
    health.of_new = "unknown"
    health.fail(sick)
    wait_for(lambda: len(active()) == 3)
    update(taskDefinition=register(CHECK))
    wait_for(lambda: "STOPPED" in (sick["lastStatus"], well["lastStatus"]))
    assert told(sick)["stoppedReason"] == "Task failed container health checks"
    wait_until_told(f"{named(sick)} failed container health checks.")
    time.sleep(0.6)
    assert well["lastStatus"] == "RUNNING"
    wait_for(lambda: len(active()) == 3)
    health.decide()
    wait_for(lambda: revisions() == ["2", "2"])
    wait_for(lambda: is_complete(ecs._services["main/app"]))
