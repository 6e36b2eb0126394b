import asyncio

import pytest

from extensions.access import answer_time

from ..front_door import CALLER, ask, query, signed


@pytest.fixture
def waits(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """How long each answer waited for its time, in seconds."""
    waited: list[float] = []

    async def sleep(seconds: float) -> None:
        waited.append(seconds)

    monkeypatch.setattr(asyncio, "sleep", sleep)
    # Longer than any machine takes.
    monkeypatch.setattr(answer_time, "SHORTEST_SECONDS", 60.0)
    return waited


def test_an_answer_comes_when_its_client_has_written_the_request(waits: list[float]) -> None:
    assert query("sts", CALLER).status == 200
    [waited] = waits
    assert 30 < waited <= 60


def test_so_does_a_refusal(waits: list[float]) -> None:
    assert query("sts", CALLER, headers={}).status == 403
    assert len(waits) == 1


def test_a_request_without_a_body_is_answered_at_once(waits: list[float]) -> None:
    assert ask(url="/", headers=signed("s3", "GET")).status == 200
    assert waits == []


@pytest.mark.usefixtures("balancer")
def test_an_application_behind_a_load_balancer_is_not_slowed(waits: list[float]) -> None:
    assert ask("POST", "/_alb/shop/", body="x").text == "hello"
    assert waits == []
