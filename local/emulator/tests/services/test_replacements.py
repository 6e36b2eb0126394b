import threading
import time
from collections.abc import Callable
from typing import Any

import pytest
from ministack.services import alb, ecs

from extensions.load_balancing import routing
from extensions.services import replacements

from ..conftest import FakeEngine, tasks, wait_for
from .conftest import Health
from .services import (
    active,
    behind_a_load_balancer,
    described,
    events,
    named,
    steady,
    told,
    update,
    wait_until_told,
)

STEADY = "has reached a steady state."


def test_an_unhealthy_task_runs_until_its_replacement_is_healthy(health: Health) -> None:
    steady()
    (old,) = tasks("RUNNING")
    health.of_new = "unknown"
    health.fail(old)
    wait_for(lambda: described()["runningCount"] == 2)
    assert (described()["desiredCount"], described()["pendingCount"]) == (1, 0)
    time.sleep(0.5)  # Several looks of the scheduler later:
    assert len(active()) == 2
    assert (told(old)["lastStatus"], told(old)["healthStatus"]) == ("RUNNING", "UNHEALTHY")
    assert described()["deployments"][0]["rolloutState"] == "COMPLETED"
    health.decide()
    wait_for(lambda: old["lastStatus"] == "STOPPED")
    (new,) = tasks("RUNNING")
    assert told(old)["stoppedReason"] == "Task failed container health checks"
    assert told(old)["stopCode"] == "ServiceSchedulerInitiated"
    assert (told(new)["healthStatus"], described()["runningCount"]) == ("HEALTHY", 1)
    assert len(tasks()) == 2


def test_the_events_of_a_service_tell_of_a_replacement(health: Health) -> None:
    steady()
    wait_for(lambda: events()[-1:] == [STEADY])
    (old,) = tasks("RUNNING")
    before = len(events())
    health.fail(old)
    wait_for(lambda: events()[before:][-1:] == [STEADY])
    wait_for(lambda: old["lastStatus"] == "STOPPED")
    (new,) = tasks("RUNNING")
    why = "Amazon ECS replaced 1 tasks due to an unhealthy status."
    assert events()[before:] == [
        f"has started 1 tasks: {named(new)}. {why}",
        f"{named(old)} failed container health checks.",
        f"has stopped 1 running tasks: {named(old)}.",
        STEADY,
    ]


def test_a_task_that_its_target_group_finds_unhealthy_is_replaced(health: Health) -> None:
    service = steady(**behind_a_load_balancer())
    arn = service["loadBalancers"][0]["targetGroupArn"]
    (old,) = tasks("RUNNING")
    health.of_containers = False
    health.fail(old)
    wait_for(lambda: old["lastStatus"] == "STOPPED")
    assert told(old)["healthStatus"] == "HEALTHY"
    assert told(old)["stoppedReason"] == f"Task failed ELB health checks in (target-group {arn})"
    why = "Health checks failed with these codes: [503]"
    wait_until_told(
        f"{named(old)} (port 80) is unhealthy in (target-group {arn}) due to (reason {why})."
    )
    (new,) = tasks("RUNNING")
    assert [each["Id"] for each in alb._targets[arn]] == [ecs._task_ip(new)]


def test_the_load_balancer_routes_on_while_no_target_is_healthy(health: Health) -> None:
    service = steady(**behind_a_load_balancer())
    arn = service["loadBalancers"][0]["targetGroupArn"]
    (old,) = tasks("RUNNING")
    health.of_new = "unknown"
    health.fail(old)
    wait_for(lambda: len(active()) == 2)
    targets = alb._targets[arn]
    assert routing.choose(arn, targets)["Id"] == ecs._task_ip(old)


def test_a_replacement_that_is_not_healthy_in_time_is_stopped_and_another_is_tried(
    health: Health,
) -> None:
    steady()
    (old,) = tasks("RUNNING")
    health.of_new = "unhealthy"
    health.fail(old)
    wait_for(lambda: len(tasks("STOPPED")) == 2)
    assert old["lastStatus"] == "RUNNING"
    assert described()["deployments"][0]["rolloutState"] == "COMPLETED"
    assert {told(each)["stoppedReason"] for each in tasks("STOPPED")} == {
        "Task failed container health checks"
    }
    failed = tasks("STOPPED")[0]
    wait_until_told(f"{named(failed)} failed container health checks.")
    health.of_new = "healthy"
    wait_for(lambda: old["lastStatus"] == "STOPPED")
    assert described()["runningCount"] == 1


def test_a_task_that_is_healthy_again_stays_and_its_replacement_is_too_many(
    health: Health,
) -> None:
    steady()
    (old,) = tasks("RUNNING")
    health.of_new = "unknown"
    health.fail(old)
    wait_for(lambda: described()["runningCount"] == 2)
    health.heal(old)
    wait_for(lambda: len(active()) == 1)
    assert active() == [old]
    assert told(old)["healthStatus"] == "HEALTHY"


def test_an_unhealthy_task_that_exits_has_its_replacement_already(
    engine: FakeEngine, health: Health
) -> None:
    steady()
    (old,) = tasks("RUNNING")
    health.of_new = "unknown"
    health.fail(old)
    wait_for(lambda: described()["runningCount"] == 2)
    engine.get(old["_docker_ids"][0]).exit_with(1)
    wait_for(lambda: old["lastStatus"] == "STOPPED")
    assert told(old)["stoppedReason"] == "Essential container in task exited"
    time.sleep(0.5)
    assert len(active()) == 1
    health.decide()
    wait_for(lambda: len(tasks("RUNNING")) == 1)
    assert len(tasks()) == 2


def test_the_grace_period_of_a_task_ignores_what_it_fails(health: Health) -> None:
    service = steady(healthCheckGracePeriodSeconds=60, **behind_a_load_balancer())
    (old,) = tasks("RUNNING")
    health.fail(old)
    wait_for(lambda: told(old)["healthStatus"] == "UNHEALTHY")
    time.sleep(0.6)
    assert active() == [old]
    service["healthCheckGracePeriodSeconds"] = 0
    wait_for(lambda: old["lastStatus"] == "STOPPED")


def test_a_scale_in_stops_the_unhealthy_task_if_the_others_are_enough(health: Health) -> None:
    steady(desired=2)
    sick, well = tasks("RUNNING")
    health.of_new = "unknown"
    health.fail(sick)
    wait_for(lambda: len(active()) == 3)
    update(desiredCount=1)
    wait_for(lambda: active() == [well])
    assert described()["desiredCount"] == 1


def test_a_service_that_is_scaled_to_zero_stops_all(health: Health) -> None:
    steady()
    health.of_new = "unknown"
    health.fail(*tasks("RUNNING"))
    wait_for(lambda: len(active()) == 2)
    update(desiredCount=0)
    wait_for(lambda: not active())
    time.sleep(0.5)
    assert not active()


@pytest.fixture
def look(health: Health, monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """Return a look of the scheduler, which no longer looks by itself."""
    del health
    look = replacements._look
    monkeypatch.setattr(replacements, "_look", lambda: None)
    time.sleep(0.2)  # for one that goes on
    return look


def test_a_look_that_fails_at_one_service_goes_on_with_the_others_and_is_repeated(
    monkeypatch: pytest.MonkeyPatch, look: Callable[[], None]
) -> None:
    service = steady()
    ecs._services["main/another"] = {**service, "serviceName": "another"}
    ecs._services["main/zzz"] = {**service, "serviceName": "zzz"}
    keys = [key for key in ecs._services._data if key[2] != "main/app"]
    monkeypatch.setattr(replacements, "_seen", set(keys))
    tried: list[str] = []

    def reconcile(cluster_name: str, svc_key: str) -> None:
        del cluster_name
        tried.append(svc_key)
        if svc_key == "main/another":
            raise RuntimeError("the engine does not answer")

    with monkeypatch.context() as broken:
        broken.setattr(ecs, "_reconcile_service_tasks", reconcile)
        look()
    assert tried[-2:] == ["main/another", "main/zzz"]
    assert [key for _, _, key in replacements._seen] == ["main/another"]


def test_a_look_at_many_services_scans_the_tasks_once(
    monkeypatch: pytest.MonkeyPatch, look: Callable[[], None]
) -> None:
    service = steady()
    for number in range(20):
        name = f"another-{number}"
        ecs._services[f"main/{name}"] = {**service, "serviceName": name}
    scans: list[str] = []
    replacements._seen.clear()

    def note() -> None:
        scans.append(threading.current_thread().name)

    class Tasks(type(ecs._tasks)):  # type: ignore[misc]
        def all_items(self) -> Any:
            note()
            return super().all_items()

        def values(self) -> Any:
            note()
            return super().values()

    counting = Tasks()
    counting._data = ecs._tasks._data
    with monkeypatch.context() as counted:
        counted.setattr(ecs, "_tasks", counting)
        look()
    assert scans.count(threading.current_thread().name) == 1
