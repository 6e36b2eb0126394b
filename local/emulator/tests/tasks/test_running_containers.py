import threading
from types import SimpleNamespace
from typing import Any

import pytest

from extensions.tasks import running_containers


class Engine:
    """An engine that counts how often it is asked for the containers that run."""

    def __init__(self, *running: str) -> None:
        self.running, self.asked = set(running), 0
        self.containers = self

    def list(self, **options: Any) -> list[Any]:
        assert options == {"sparse": True, "filters": {"status": "running"}}
        self.asked += 1
        return [type("Container", (), {"id": each}) for each in self.running]


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    now = [100.0]
    monkeypatch.setattr(running_containers, "time", SimpleNamespace(monotonic=lambda: now[0]))
    monkeypatch.setattr(running_containers, "_asked_at", 0.0)
    return now


def test_the_engine_is_asked_once_for_all(clock: list[float]) -> None:
    engine = Engine("app", "side")
    answers: list[bool] = []
    threads = [
        threading.Thread(target=lambda: answers.append(running_containers.includes(engine, "app")))
        for _ in range(20)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == [True] * 20
    assert engine.asked == 1
    assert clock == [100.0]


def test_what_has_ended_is_noticed_soon(clock: list[float]) -> None:
    engine = Engine("app")
    assert running_containers.includes(engine, "app")
    engine.running.clear()
    clock[0] += running_containers.FRESH_SECONDS
    assert running_containers.includes(engine, "app")
    clock[0] += 0.01
    assert not running_containers.includes(engine, "app")
    assert engine.asked == 2


def test_an_engine_without_an_answer_is_asked_again(clock: list[float]) -> None:
    class Gone(Engine):
        def list(self, **options: Any) -> list[Any]:
            raise TimeoutError(options)

    with pytest.raises(TimeoutError):
        running_containers.includes(Gone(), "app")
    assert running_containers.includes(Engine("app"), "app")
    assert clock == [100.0]
