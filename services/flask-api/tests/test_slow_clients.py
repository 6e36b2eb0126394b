"""Clients that take their time hold a little memory and no thread, and each only for a while."""

import contextlib
import socket
import subprocess
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from flask_api.limited_http import CONNECTIONS, HEAD
from tests.server import HEALTH_CHECK_S, Server, children, serve

HEAD_OF_BODY = b"POST /accounts HTTP/1.1\r\nHost: flask-api\r\nContent-Type: application/json\r\n"

# What a client sends at first, and then again and again.
SLOW = {
    "nothing": (b"", b""),
    "a request line": (b"", b"G"),
    "headers": (b"GET / HTTP/1.1\r\nHost: flask-api\r\nX-Slow: ", b"x"),
    "a body": (HEAD_OF_BODY + b"Content-Length: 10000\r\n\r\n", b"x"),
    "a body in chunks": (HEAD_OF_BODY + b"Transfer-Encoding: chunked\r\n\r\n", b"1\r\nx\r\n"),
}


@contextlib.contextmanager
def slow_clients(port: int, count: int) -> Iterator[None]:
    """As many of each kind. Each sends a piece a second, and comes back when it is sent away."""
    over = threading.Event()
    kinds = [*SLOW.values()] * (count // len(SLOW))

    def attack() -> None:
        clients: list[tuple[socket.socket, bytes]] = []
        while not over.is_set():
            clients += [(connected(port, kind[0]), kind[1]) for kind in kinds[len(clients) :]]
            over.wait(1)
            clients = [client for client in clients if goes_on(*client)]
        for client, _ in clients:
            client.close()

    attacker = threading.Thread(target=attack)
    attacker.start()
    time.sleep(1.5)
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


# Of each kind alone there are more than threads; and there are more than connections.
@pytest.mark.parametrize("count", [200, CONNECTIONS + 100])
def test_liveness_answers_in_time_beside_slow_clients(tmp_path: Path, count: int) -> None:
    with serve(tmp_path) as server, slow_clients(server.port, count):
        assert slowest_health(server, 3) < HEALTH_CHECK_S


def test_slow_clients_take_little_memory(tmp_path: Path) -> None:
    """As much of a head, and then of a body, as the server keeps."""
    with serve(tmp_path) as server:
        before = memory(server.process.pid)
        head = b"GET / HTTP/1.1\r\nHost: flask-api\r\nX: " + b"x" * (HEAD - 100)
        body = HEAD_OF_BODY + b"Content-Length: 200001\r\n\r\n" + b"x" * 200_000
        for sent in (head, body):
            clients = [connected(server.port, sent) for _ in range(CONNECTIONS - 50)]
            assert server.get("/health")[0] == 200
            assert memory(server.process.pid) - before < 96 * 1024 * 1024
            for client in clients:
                client.close()


def memory(arbiter: int) -> int:
    """Bytes that gunicorn's worker keeps."""
    (worker,) = children(arbiter)
    command = ["ps", "-o", "rss=", "-p", str(worker)]
    listed = subprocess.run(command, capture_output=True, check=True)  # noqa: S603
    return int(listed.stdout) * 1024
