from typing import Any

import pytest

from extensions.container_health import (
    HEALTHY,
    UNHEALTHY,
    UNKNOWN,
    Health,
    HealthCheck,
    Watch,
    publish,
)

CHECK = HealthCheck(("true",), interval=5, timeout=2, retries=2, start_period=8)


@pytest.mark.parametrize(
    ("given", "command"),
    [
        (["CMD", "curl", "-f", "localhost"], ("curl", "-f", "localhost")),
        (["CMD-SHELL", "curl localhost || exit 1"], ("/bin/sh", "-c", "curl localhost || exit 1")),
        (["curl", "localhost"], ("curl", "localhost")),
    ],
)
def test_a_command_is_read_as_ecs_reads_it(given: list[str], command: tuple[str, ...]) -> None:
    check = HealthCheck.of({"healthCheck": {"command": given}})
    assert check == HealthCheck(command, interval=30, timeout=5, retries=3, start_period=0)


@pytest.mark.parametrize("container", [{}, {"healthCheck": {"command": ["NONE"]}}])
def test_there_may_be_no_check(container: dict[str, Any]) -> None:
    assert HealthCheck.of(container) is None


def test_the_first_success_counts_at_once() -> None:
    health = Health(CHECK)
    health.record(passed=False, at=0.5)
    health.record(passed=True, at=1.0)
    assert health.status == HEALTHY
    assert health.pause(1.0) == pytest.approx(4.0)


def test_failures_count_by_interval_and_after_the_start_period() -> None:
    health = Health(CHECK)
    seen = []
    for at in (1, 5, 6, 10, 11, 15):
        health.record(passed=False, at=at)
        seen.append(health.status)
    # 5 is in the start period, 6 and 11 are not due: 10 and 15 count.
    assert seen == [UNKNOWN] * 5 + [UNHEALTHY]


def test_a_success_forgives_earlier_failures() -> None:
    health = Health(CHECK)
    for at, passed in ((10, False), (15, True), (20, False)):
        health.record(passed=passed, at=at)
    assert health.status == HEALTHY


def test_an_essential_container_is_ready_when_healthy() -> None:
    definition = {"name": "app", "healthCheck": {"command": ["CMD", "true"]}}
    watch = Watch("id", definition)
    assert not watch.ready
    assert watch.health is not None
    watch.health.record(passed=True, at=0)
    assert watch.ready


def test_a_helper_is_always_ready() -> None:
    assert Watch("id", {"name": "helper", "essential": False}).ready


def test_health_and_exit_codes_are_published() -> None:
    app = Watch("1", {"name": "app", "healthCheck": {"command": ["CMD", "true"]}})
    init = Watch("2", {"name": "init", "essential": False})
    assert app.health is not None
    app.health.record(passed=True, at=0)
    init.exit_code = 0
    task: dict[str, Any] = {"taskArn": "arn", "containers": [{"name": "app"}, {"name": "init"}]}
    publish(task, [app, init])
    assert task["healthStatus"] == HEALTHY
    assert task["containers"][0] == {"name": "app", "healthStatus": HEALTHY}
    assert task["containers"][1]["exitCode"] == 0
