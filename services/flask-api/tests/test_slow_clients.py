"""Clients that take their time hold a little memory and no thread, and each only for a while."""

import contextlib
import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

import healthcheck
from tests.test_process import Server, serve

HEAD = b"POST /accounts HTTP/1.1\r\nHost: flask-api\r\nContent-Type: application/json\r\n"

# What a client sends at first, and then again and again.
SLOW = {
    "nothing": (b"", b""),
    "a request line": (b"", b"G"),
    "headers": (b"GET / HTTP/1.1\r\nHost: flask-api\r\nX-Slow: ", b"x"),
    "a body": (HEAD + b"Content-Length: 10000\r\n\r\n", b"x"),
    "a body in chunks": (HEAD + b"Transfer-Encoding: chunked\r\n\r\n", b"1\r\nx\r\n"),
}


@contextlib.contextmanager
def slow_clients(port: int, count: int, first: bytes, more: bytes) -> Iterator[None]:
    """Each sends a piece a second, and comes back at once when it is sent away."""
    over = threading.Event()

    def attack() -> None:
        clients: list[socket.socket] = []
        while not over.is_set():
            clients += [connected(port, first) for _ in range(count - len(clients))]
            over.wait(1)
            clients = [client for client in clients if goes_on(client, more)]
        for client in clients:
            client.close()

    attacker = threading.Thread(target=attack)
    attacker.start()
    time.sleep(2)
    try:
        yield
    finally:
        over.set()
        attacker.join(10)


def connected(port: int, first: bytes) -> socket.socket:
    client = socket.create_connection(("127.0.0.1", port), 5)
    client.sendall(first)
    return client


def goes_on(client: socket.socket, more: bytes) -> bool:
    try:
        client.sendall(more)
    except OSError:
        client.close()
        return False
    return True


def slowest_health(server: Server, seconds: float) -> float:
    slowest, until = 0.0, time.monotonic() + seconds
    while time.monotonic() < until:
        started = time.monotonic()
        assert server.get("/health")[0] == 200
        slowest = max(slowest, time.monotonic() - started)
        time.sleep(0.1)
    return slowest


@pytest.mark.parametrize(("first", "more"), SLOW.values(), ids=SLOW)
def test_liveness_answers_in_time_beside_200_slow_clients(
    tmp_path: Path, first: bytes, more: bytes
) -> None:
    with serve(tmp_path) as server, slow_clients(server.port, 200, first, more):
        assert slowest_health(server, 4) < healthcheck.LIMIT_S
