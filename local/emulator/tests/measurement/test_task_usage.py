import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from extensions.measurement import task_usage

MIB = 1024 * 1024
TASK = {"cpu": "256", "memory": "512", "_docker_ids": ["app", "sidecar"]}


class Container:
    def __init__(self, engine: "Engine", container_id: str) -> None:
        self.engine, self.id = engine, container_id
        self.status = "exited" if container_id in engine.exited else "running"

    def stats(self, stream: bool, one_shot: bool) -> dict[str, Any]:
        # The engine would otherwise take a second more for a difference of its own.
        assert (stream, one_shot) == (False, True)
        self.engine.on_ask()
        return self.engine.numbers[self.id]


class Engine:
    """Has the numbers of each container; one that is gone has none."""

    def __init__(self) -> None:
        self.numbers: dict[str, dict[str, Any]] = {}
        self.exited: set[str] = set()
        self.containers = self
        self.on_ask: Callable[[], Any] = lambda: None

    def get(self, container_id: str) -> Container:
        if container_id not in self.numbers:
            raise LookupError(container_id)
        return Container(self, container_id)

    def counts(
        self, container_id: str, seconds: float, usage: int = 0, inactive: int = 0, at: int = 0
    ) -> None:
        self.numbers[container_id] = {
            "read": f"2026-01-01T00:{at // 60:02}:{at % 60:02}.040395344Z",
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
    assert task_usage.usages([TASK]) == [(None, None)]
    engine.counts("app", 106, at=60)
    engine.counts("sidecar", 11.5, at=60)
    # 7.5 of 60 seconds are an eighth of a vCPU, of which the task has a quarter.
    assert task_usage.usages([TASK]) == [(50, None)]


def test_all_containers_are_asked_at_once_since_each_answer_takes_a_second(engine: Engine) -> None:
    tasks = [{**TASK, "_docker_ids": [f"app-{each}", f"sidecar-{each}"]} for each in range(5)]
    for task in tasks:
        for container_id in task["_docker_ids"]:
            engine.counts(container_id, 1, usage=1)
    together = threading.Barrier(10)
    engine.on_ask = lambda: together.wait(timeout=10)
    assert None not in [memory for _, memory in task_usage.usages(tasks)]


def test_memory_is_what_all_containers_hold_without_files_that_may_be_dropped(
    engine: Engine,
) -> None:
    engine.counts("app", 1, usage=250, inactive=50)
    engine.counts("sidecar", 1, usage=56)
    assert task_usage.usages([TASK]) == [(None, 50)]


def test_a_container_that_is_gone_uses_nothing(engine: Engine) -> None:
    engine.counts("app", 1, usage=128)
    assert task_usage.usages([TASK]) == [(None, 25)]
    engine.numbers.clear()
    assert task_usage.usages([TASK]) == [(None, None)]


def test_a_container_that_does_not_run_uses_nothing(engine: Engine) -> None:
    engine.counts("app", 1, usage=128)
    engine.counts("sidecar", 1, usage=128)
    engine.exited.add("sidecar")
    assert task_usage.usages([TASK]) == [(None, 25)]


def test_a_container_that_was_started_anew_is_seen_for_the_first_time(engine: Engine) -> None:
    engine.counts("app", 100)
    task_usage.usages([TASK])
    engine.counts("app", 3, at=60)
    assert task_usage.usages([TASK]) == [(None, None)]
    engine.counts("app", 10.5, at=120)
    assert task_usage.usages([TASK]) == [(50, None)]


@pytest.mark.parametrize("wrong", [{"read": "never"}, {"cpu_stats": {}}])
def test_numbers_that_the_engine_lacks_take_those_of_no_other_container(
    engine: Engine, wrong: dict[str, Any]
) -> None:
    engine.counts("app", 1, usage=128)
    engine.counts("sidecar", 1, usage=128)
    engine.numbers["sidecar"].update(wrong)
    assert task_usage.usages([TASK]) == [(None, 25)]


def test_the_containers_of_ended_tasks_are_forgotten(engine: Engine) -> None:
    engine.counts("app", 1)
    task_usage.usages([TASK])
    task_usage.forget_all_but([TASK])
    assert list(task_usage._counted) == ["app"]
    task_usage.forget_all_but([])
    assert task_usage._counted == {}
