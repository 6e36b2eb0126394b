"""How many unhealthy tasks are replaced at a time."""

import time

from extensions.services import deployed_tasks
from extensions.services.deployed_tasks import REPLACES
from extensions.services.scheduler import scheduler_of

from ..conftest import FakeContainer, FakeEngine, tasks, wait_for
from .conftest import Health
from .services import active, between, described, events, steady

SEVERAL_LOOKS = 0.6  # seconds


def fail_all(health: Health) -> list[str]:
    """Let all tasks fail before the scheduler looks again; their ARNs.

    Those that replace them start until their health is decided.
    """
    old = tasks("RUNNING")
    health.of_new = "unknown"
    with scheduler_of("main/app"):
        health.fail(*old)
        wait_for(lambda: all(each["healthStatus"] == "UNHEALTHY" for each in old))
    return [each["taskArn"] for each in old]


def test_as_many_are_replaced_at_once_as_the_maximum_allows(health: Health) -> None:
    steady(desired=4, **between(100, 150))
    old = fail_all(health)
    wait_for(lambda: len(active()) == 6)
    time.sleep(SEVERAL_LOOKS)
    assert len(active()) == 6
    assert any("has started 2 tasks: (task " in each for each in events())
    health.decide()
    wait_for(lambda: len(tasks("RUNNING")) == 4 and all(each not in old for each in running()))
    assert len(tasks()) == 8
    assert described()["runningCount"] == 4


def running() -> list[str]:
    return [each["taskArn"] for each in tasks("RUNNING")]


def test_without_room_one_is_stopped_at_a_time(engine: FakeEngine, health: Health) -> None:
    steady(desired=3, **between(30, 100))
    seen: list[int] = []

    def count(container: FakeContainer) -> None:
        del container
        seen.append(len(tasks("RUNNING")))

    engine.on_start = count
    old = fail_all(health)
    wait_for(lambda: (len(active()), len(running())) == (3, 2))
    time.sleep(SEVERAL_LOOKS)
    assert (len(active()), len(running())) == (3, 2)
    health.decide()
    wait_for(lambda: len(running()) == 3 and not set(running()) & set(old))
    assert seen == [2, 2, 2]
    assert len(tasks()) == 6


def test_without_room_none_is_stopped_that_the_minimum_keeps(health: Health) -> None:
    service = steady(desired=3, **between(70, 100))
    old = fail_all(health)
    time.sleep(SEVERAL_LOOKS)
    # 70 % of three tasks are all three.
    assert running() == old
    service["deploymentConfiguration"]["minimumHealthyPercent"] = 50
    wait_for(lambda: len(active()) == 3 and len(running()) == 2)


def test_one_task_that_ended_meanwhile_is_started_anew_beside_the_replacement(
    engine: FakeEngine, health: Health
) -> None:
    steady(desired=2, **between(100, 150))
    sick, well = tasks("RUNNING")
    health.of_new = "unknown"
    health.fail(sick)
    wait_for(lambda: len(active()) == 3)
    engine.get(well["_docker_ids"][0]).exit_with(1)
    wait_for(lambda: well["lastStatus"] == "STOPPED" and len(active()) == 3)
    assert sick in active()
    assert sum("Amazon ECS replaced 1 tasks" in each for each in events()) == 1
    health.decide()
    wait_for(lambda: sick["lastStatus"] == "STOPPED" and len(running()) == 2)
    assert len(tasks()) == 4


def test_those_that_have_been_replaced_are_the_first_to_stop(health: Health) -> None:
    service = steady(desired=3)
    first, second, third = tasks("RUNNING")
    third[REPLACES] = second["taskArn"]
    service["deploymentConfiguration"]["maximumPercent"] = 100
    health.fail(first, second)
    wait_for(lambda: first["healthStatus"] == second["healthStatus"] == "UNHEALTHY")
    sick = deployed_tasks.unhealthy_of(service)
    assert [task["taskArn"] for task, _ in sick] == [second["taskArn"], first["taskArn"]]
