from typing import Any

import docker
import pytest
from docker.errors import DockerException

from extensions.tasks.health_check import (
    HEALTHY,
    UNHEALTHY,
    UNKNOWN,
    Health,
    HealthCheck,
    probe,
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


def test_a_check_without_an_answer_of_the_engine_has_failed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def busy(**options: Any) -> None:
        raise DockerException(options)

    monkeypatch.setattr(docker, "from_env", busy)
    assert not probe("app", CHECK)
