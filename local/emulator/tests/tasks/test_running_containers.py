import threading
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest

from extensions.tasks import running_containers


class Engine:
    """An engine that counts how often it is asked for the containers that run."""

    def __init__(self, *running: str, on_asked: Callable[[], None] = lambda: None) -> None:
        self.running, self.asked, self.on_asked = set(running), 0, on_asked
        self.all_wait = threading.Event()
        self.containers = self

    def list(self, **options: Any) -> list[Any]:
        assert options == {"sparse": True, "filters": {"status": "running"}}
        self.asked += 1
        self.all_wait.wait(1)
        self.on_asked()
        return [SimpleNamespace(id=each) for each in self.running]


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    now = [100.0]
    monkeypatch.setattr(running_containers, "time", SimpleNamespace(monotonic=lambda: now[0]))
    monkeypatch.setattr(running_containers, "_last", running_containers._Answer(0.0))
    return now


def ask_at_once(engine: Engine, count: int = 20) -> list[Any]:
    """Ask of many threads, all of which wait for the first one's answer; what each gets."""
    answers: list[Any] = []

    def ask() -> None:
        try:
            answers.append(running_containers.includes(engine, "app"))
        except TimeoutError as error:
            answers.append(error)

    threads = [threading.Thread(target=ask) for _ in range(count)]
    for thread in threads:
        thread.start()
    engine.all_wait.set()
    for thread in threads:
        thread.join()
    return answers


def test_an_engine_that_is_slow_is_asked_once_for_all(clock: list[float]) -> None:
    engine = Engine("app", "side", on_asked=lambda: clock.__setitem__(0, clock[0] + 10))
    assert ask_at_once(engine) == [True] * 20
    assert engine.asked == 1


def test_an_engine_without_an_answer_is_asked_once_for_all_and_then_again(
    clock: list[float],
) -> None:
    def fail() -> None:
        clock[0] += 10
        raise TimeoutError

    gone = Engine("app", on_asked=fail)
    assert [type(each) for each in ask_at_once(gone)] == [TimeoutError] * 20
    assert gone.asked == 1
    assert running_containers.includes(Engine("app"), "app")


def test_what_has_ended_is_noticed_soon(clock: list[float]) -> None:
    engine = Engine("app")
    engine.all_wait.set()
    assert running_containers.includes(engine, "app")
    engine.running.clear()
    clock[0] += running_containers.FRESH_SECONDS
    assert running_containers.includes(engine, "app")
    clock[0] += 0.01
    assert not running_containers.includes(engine, "app")
    assert engine.asked == 2
