import asyncio
from typing import Any

import pytest
from ministack.core.responses import StreamingResponse
from ministack.services import alb

from extensions.load_balancing import answers, routing, target_health

from ..conftest import target_group

ONE, TWO = {"Id": "10.0.0.1", "Port": 80}, {"Id": "10.0.0.2", "Port": 80}


@pytest.fixture
def healthy(monkeypatch: pytest.MonkeyPatch) -> set[str]:
    addresses = {"10.0.0.1", "10.0.0.2"}
    monkeypatch.setattr(
        target_health,
        "state",
        lambda arn, address, port: "healthy" if address in addresses else "unhealthy",
    )
    return addresses


def test_healthy_targets_take_turns(healthy: set[str]) -> None:
    assert healthy
    chosen = [routing.choose("arn", [ONE, TWO])["Id"] for _ in range(4)]
    assert sorted(chosen[:2]) == ["10.0.0.1", "10.0.0.2"]
    assert chosen[:2] == chosen[2:]


def test_an_unhealthy_target_gets_nothing_while_another_is_healthy(healthy: set[str]) -> None:
    healthy.discard("10.0.0.1")
    assert {routing.choose("arn", [ONE, TWO])["Id"] for _ in range(4)} == {"10.0.0.2"}
    healthy.clear()
    assert len({routing.choose("arn", [ONE, TWO])["Id"] for _ in range(4)}) == 2


@pytest.mark.usefixtures("healthy")
def test_a_request_is_in_flight_until_its_last_byte(monkeypatch: pytest.MonkeyPatch) -> None:
    arn = target_group(80)
    alb._targets[arn] = [ONE]
    seen: list[int] = []

    async def proxy(*arguments: Any) -> tuple[int, dict[str, Any], StreamingResponse]:
        del arguments
        seen.append(routing.in_flight("10.0.0.1"))

        async def stream(send: Any, receive: Any) -> None:
            del send, receive
            seen.append(routing.in_flight("10.0.0.1"))

        return 200, {}, StreamingResponse(stream)

    async def ask() -> None:
        _, _, body = await alb._forward_to_tg(arn, "GET", "/", {}, b"", {})
        seen.append(routing.in_flight("10.0.0.1"))
        await body.runner(None, None)

    monkeypatch.setattr(alb, "_proxy_http_target", proxy)
    asyncio.run(ask())
    assert seen == [1, 1, 1]
    assert routing.in_flight("10.0.0.1") == 0


@pytest.mark.usefixtures("healthy")
def test_a_request_that_failed_is_no_longer_in_flight(monkeypatch: pytest.MonkeyPatch) -> None:
    arn = target_group(80)
    alb._targets[arn] = [ONE]

    async def proxy(*arguments: Any) -> None:
        raise ConnectionError(len(arguments))

    monkeypatch.setattr(alb, "_proxy_http_target", proxy)
    with pytest.raises(ConnectionError):
        asyncio.run(alb._forward_to_tg(arn, "GET", "/", {}, b"", {}))
    assert routing.in_flight("10.0.0.1") == 0


def test_a_group_without_targets_answers_503() -> None:
    status, *_ = asyncio.run(alb._forward_to_tg(target_group(80), "GET", "/", {}, b"", {}))
    assert status == 503


@pytest.mark.usefixtures("healthy")
def test_each_answer_of_a_target_is_counted_once(monkeypatch: pytest.MonkeyPatch) -> None:
    arn = target_group(80)
    alb._targets[arn] = [ONE, TWO]
    codes = iter([200, 404])

    async def proxy(*arguments: Any) -> tuple[int, dict[str, Any], bytes]:
        del arguments
        return next(codes), {"date": "Tue, 01 Dec 2026 12:00:00 GMT"}, b""

    monkeypatch.setattr(alb, "_proxy_http_target", proxy)
    answers.take(arn)
    for _ in range(2):
        asyncio.run(alb._forward_to_tg(arn, "GET", "/", {}, b"", {}))
    counted = answers.take(arn)
    assert counted.codes == {2: 1, 4: 1}
    assert len(counted.seconds) == counted.requests == 2
    assert answers.take(arn).requests == 0
