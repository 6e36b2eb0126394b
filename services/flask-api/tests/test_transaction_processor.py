"""How transaction-processor is asked: on kept connections, in time, and not while it fails."""

import socket
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from flask.testing import FlaskClient

from flask_api import peer, transaction_processor
from tests.test_account_transactions import detail
from tests.upstream import Upstream


def test_connections_are_used_again(
    accounts: FlaskClient, address: str, upstream: Upstream
) -> None:
    for _ in range(5):
        accounts.get(f"{address}/transactions")
    assert upstream.connections == 1


def test_no_connection_gets_old(
    accounts: FlaskClient, address: str, upstream: Upstream, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(peer, "CONNECTION_S", 0.0)
    for _ in range(3):
        assert accounts.get(f"{address}/transactions").status_code == 200
    # The first is the one on which the account was opened.
    assert upstream.connections == 4


def test_a_task_that_is_replaced_makes_no_request_fail(
    accounts: FlaskClient, address: str, upstream: Upstream
) -> None:
    for _ in range(3):
        assert accounts.get(f"{address}/transactions").status_code == 200
        upstream.leave()
        upstream.come()


def test_another_task_is_asked_when_one_behind_the_name_refuses(
    accounts: FlaskClient, address: str, upstream: Upstream, monkeypatch: pytest.MonkeyPatch
) -> None:
    resolve = socket.getaddrinfo

    def both(host: str, port: int, *more: int) -> list[Any]:
        return resolve("127.0.0.2", port, *more) + resolve(host, port, *more)

    monkeypatch.setattr("socket.getaddrinfo", both)
    assert accounts.get(f"{address}/transactions").status_code == 200
    assert upstream.connections == 1


def test_a_task_that_hangs_up_is_asked_once_more(
    accounts: FlaskClient, address: str, upstream: Upstream
) -> None:
    accounts.get(f"{address}/transactions")
    upstream.hang_ups = 1
    assert accounts.get(f"{address}/transactions").status_code == 200
    upstream.hang_ups = 2
    assert (
        detail(accounts.get(f"{address}/transactions"))
        == "transaction-processor cannot be connected to"
    )
    assert len(upstream.paths) == 5


def test_kept_connections_to_nowhere_cost_half_of_the_time(
    accounts: FlaskClient, address: str, upstream: Upstream
) -> None:
    """A task that vanished without a word answers nothing on its connections."""
    upstream.delays = [0.3, 0.3]
    with ThreadPoolExecutor(2) as threads:
        list(threads.map(lambda _: accounts.get(f"{address}/transactions"), range(2)))
    assert upstream.connections == 2
    upstream.vanish()
    started = time.monotonic()
    assert accounts.get(f"{address}/transactions").status_code == 200
    assert time.monotonic() - started < 1.5
    # And they do so once.
    upstream.delays = [0.2, 0.2]
    started = time.monotonic()
    with ThreadPoolExecutor(2) as threads:
        list(threads.map(lambda _: accounts.get(f"{address}/transactions"), range(2)))
    assert time.monotonic() - started < 0.9


def test_where_nobody_listens_is_told_at_once(
    accounts: FlaskClient, address: str, upstream: Upstream
) -> None:
    upstream.leave()
    started = time.monotonic()
    answer = accounts.get(f"{address}/summary")
    assert detail(answer) == "transaction-processor cannot be connected to"
    assert time.monotonic() - started < 1
    upstream.come()
    upstream.body = b'{"currencies":[]}'
    assert accounts.get(f"{address}/summary").status_code == 200


@pytest.fixture(params=["silent", "byte by byte", "a name that is not resolved"])
def slow(
    request: pytest.FixtureRequest,
    upstream: Upstream,
    address: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """After the account has been opened."""
    del address
    if request.param == "silent":
        upstream.delays = [6.0] * 20
    elif request.param == "byte by byte":
        upstream.dribble_s = 0.3
    else:
        monkeypatch.setattr(peer, "CONNECTION_S", 0.0)
        monkeypatch.setattr("socket.getaddrinfo", lambda *_: time.sleep(6))


@pytest.mark.usefixtures("slow")
def test_a_slow_transaction_processor_is_given_up_within_its_limit(
    accounts: FlaskClient, address: str
) -> None:
    started = time.monotonic()
    answer = accounts.get(f"{address}/transactions")
    assert detail(answer) == "transaction-processor does not answer in time"
    assert 1 < time.monotonic() - started < 4


def test_what_is_given_up_is_not_read_on(
    accounts: FlaskClient, address: str, upstream: Upstream
) -> None:
    upstream.dribble_s = 0.2
    upstream.body = b" " * 100
    detail(accounts.get(f"{address}/transactions"))
    assert upstream.given_up.wait(3)


def test_after_some_failures_one_caller_at_a_time_waits(
    accounts: FlaskClient, address: str, upstream: Upstream, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(peer, "LIMIT_S", 1.0)
    upstream.delays = [5.0] * 20
    for _ in range(transaction_processor.BREAK_AFTER):
        accounts.get(f"{address}/transactions")
    # Whoever waits waits for so long that a busy machine cannot be taken for it.
    monkeypatch.setattr(peer, "LIMIT_S", 4.0)

    def seconds(_: int) -> float:
        started = time.monotonic()
        detail(accounts.get(f"{address}/transactions"))
        return time.monotonic() - started

    with ThreadPoolExecutor(4) as threads:
        waited = sorted(threads.map(seconds, range(4)))
    assert waited[2] < 3.5
    assert waited[3] >= 4
    upstream.delays = []
    assert accounts.get(f"{address}/transactions").status_code == 200


def test_what_it_says_of_one_caller_does_not_keep_others_away(
    accounts: FlaskClient, address: str, upstream: Upstream, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A token that expires on the way, or an account that it does not know."""
    monkeypatch.setattr(peer, "LIMIT_S", 30.0)
    upstream.statuses = [401, 404] * transaction_processor.BREAK_AFTER
    for _ in range(2 * transaction_processor.BREAK_AFTER):
        assert accounts.get(f"{address}/transactions").status_code == 503
    upstream.delays = [0.5] * 4
    with ThreadPoolExecutor(4) as threads:
        answers = list(threads.map(lambda _: accounts.get(f"{address}/transactions"), range(4)))
    assert [answer.status_code for answer in answers] == [200] * 4
