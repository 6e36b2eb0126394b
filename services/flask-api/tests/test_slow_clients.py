"""Clients that take their time hold a little memory and no thread, and each only for a while."""

import contextlib
import os
import signal
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

# As much as the server reads, without an end.
LARGEST_HEAD = b"GET / HTTP/1.1\r\nHost: flask-api\r\nX: " + b"x" * (HEAD - 100)
LARGEST_BODY = HEAD_OF_BODY + b"Content-Length: 1000001\r\n\r\n" + b"x" * 1_000_000


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


@pytest.mark.parametrize("sent", [LARGEST_HEAD, LARGEST_BODY], ids=["a head", "a body"])
def test_clients_that_send_all_at_once_take_little_memory(tmp_path: Path, sent: bytes) -> None:
    with serve(tmp_path) as server, contextlib.ExitStack() as clients:
        (worker,) = children(server.process.pid)
        before = memory(worker)
        # All is there when it reads for the first time.
        os.kill(worker, signal.SIGSTOP)
        for _ in range(CONNECTIONS - 50):
            client = clients.enter_context(socket.create_connection(("127.0.0.1", server.port), 5))
            client.setblocking(False)
            client.send(sent)
        os.kill(worker, signal.SIGCONT)
        assert server.get("/health")[0] == 200
        assert memory(worker) - before < 48 * 1024 * 1024


def memory(process: int) -> int:
    """Bytes that it keeps."""
    command = ["ps", "-o", "rss=", "-p", str(process)]
    listed = subprocess.run(command, capture_output=True, check=True)  # noqa: S603
    return int(listed.stdout) * 1024
