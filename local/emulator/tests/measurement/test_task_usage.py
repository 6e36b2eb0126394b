from collections.abc import Iterator
from typing import Any

import pytest

from extensions.measurement import task_usage

MIB = 1024 * 1024
TASK = {"cpu": "256", "memory": "512", "_docker_ids": ["app", "sidecar"]}


class Engine:
    """Has the numbers of each container; one that is gone has none."""

    def __init__(self) -> None:
        self.numbers: dict[str, dict[str, Any]] = {}
        self.containers = self

    def get(self, container_id: str) -> "Engine":
        self.asked = self.numbers[container_id]
        return self

    def stats(self, stream: bool, one_shot: bool) -> dict[str, Any]:
        # The engine would otherwise take a second for a difference of its own.
        assert (stream, one_shot) == (False, True)
        return self.asked

    def counts(self, container_id: str, seconds: float, usage: int = 0, inactive: int = 0) -> None:
        self.numbers[container_id] = {
            "cpu_stats": {"cpu_usage": {"total_usage": seconds * 1e9}},
            "memory_stats": {
                "usage": usage * MIB,
                "stats": {"inactive_file": inactive * MIB},
            },
        }


@pytest.fixture
def engine(monkeypatch: pytest.MonkeyPatch) -> Iterator[Engine]:
    fake = Engine()
    monkeypatch.setattr("ministack.services.ecs._docker", fake)
    yield fake
    task_usage.forget_all_but([])


def test_cpu_is_what_all_containers_used_since_the_last_look_of_the_tasks_size(
    engine: Engine,
) -> None:
    engine.counts("app", 100)
    engine.counts("sidecar", 10)
    assert task_usage.usage(TASK, 0) == (None, None)
    engine.counts("app", 106)
    engine.counts("sidecar", 11.5)
    # 7.5 of 60 seconds are an eighth of a vCPU, of which the task has a quarter.
    assert task_usage.usage(TASK, 60) == (50, None)


def test_memory_is_what_all_containers_hold_without_files_that_may_be_dropped(
    engine: Engine,
) -> None:
    engine.counts("app", 1, usage=250, inactive=50)
    engine.counts("sidecar", 1, usage=56)
    assert task_usage.usage(TASK, 0) == (None, 50)


def test_a_container_that_is_gone_uses_nothing(engine: Engine) -> None:
    engine.counts("app", 1, usage=128)
    assert task_usage.usage(TASK, 0) == (None, 25)
    engine.numbers.clear()
    assert task_usage.usage(TASK, 60) == (None, None)


def test_the_containers_of_ended_tasks_are_forgotten(engine: Engine) -> None:
    engine.counts("app", 1)
    task_usage.usage(TASK, 0)
    task_usage.forget_all_but([TASK])
    assert list(task_usage._counted) == ["app"]
    task_usage.forget_all_but([])
    assert task_usage._counted == {}
