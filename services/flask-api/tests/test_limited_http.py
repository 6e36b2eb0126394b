"""Each wait for a client has an end, and so has what all of them together may hold.

The real server in a thread of the test, so that limits can be small."""

import asyncio
import contextlib
import json
import socket
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import uvicorn

from flask_api import limited_http
from flask_api.worker import Worker

LARGE = 16 * 1024 * 1024
GET = b"GET / HTTP/1.1\r\nHost: flask-api\r\n\r\n"
POST = b"POST / HTTP/1.1\r\nHost: flask-api\r\nContent-Length: 9\r\n\r\n"

Connect = Callable[..., socket.socket]


async def application(scope: Any, receive: Any, send: Any) -> None:  # noqa: ANN401
    """/large answers more than a kernel keeps; any other path is answered after its body."""
    while (event := await receive()).get("more_body"):
        pass
    if event["type"] == "http.request":
        body = b"x" * LARGE if scope["path"] == "/large" else b"ok"
        headers = [(b"content-length", str(len(body)).encode())]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": body})


@pytest.fixture
def connect() -> Iterator[Connect]:
    """Makes a connection to the server, and sends something."""
    listener = socket.create_server(("127.0.0.1", 0))
    config = uvicorn.Config(
        application, log_config=None, **Worker.CONFIG_KWARGS | {"timeout_keep_alive": 30}
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=lambda: asyncio.run(server.serve([listener])))
    port = listener.getsockname()[1]
    thread.start()
    clients: list[socket.socket] = []

    def make(sent: bytes = b"") -> socket.socket:
        client = socket.create_connection(("127.0.0.1", port), 10)
        clients.append(client)
        client.sendall(sent)
        return client

    yield make
    for client in clients:
        client.close()
    server.should_exit = True
    thread.join(10)
    listener.close()


def everything(client: socket.socket) -> bytes:
    """What comes until the server hangs up."""
    received = b""
    try:
        while part := client.recv(65536):
            received += part
    except ConnectionResetError:
        pass
    return received


def answered(client: socket.socket) -> bool:
    """Whether the small answer comes, whole."""
    received = b""
    with contextlib.suppress(ConnectionResetError):
        while part := client.recv(65536):
            received += part
            if received.endswith(b"ok"):
                return True
    return False


def stays(client: socket.socket) -> bool:
    """Whether the server has not hung up, after whatever it has sent."""
    client.settimeout(0.05)
    try:
        while client.recv(65536):
            pass
    except TimeoutError:
        return True
    except ConnectionResetError:
        pass
    return False


def problem(answer: bytes, status: int) -> dict[str, Any]:
    head, _, body = answer.partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 %d " % status), answer
    assert b"application/problem+json" in head
    found: dict[str, Any] = json.loads(body)
    assert found["status"] == status
    return found


@pytest.mark.parametrize("sent", [b"G", GET[:-2], POST, POST + b"12345678"])
def test_a_request_that_does_not_end_is_refused_in_time(
    connect: Connect, monkeypatch: pytest.MonkeyPatch, sent: bytes
) -> None:
    monkeypatch.setattr(limited_http, "REQUEST_S", 0.5)
    started = time.monotonic()
    assert "did not arrive" in problem(everything(connect(sent)), 408)["detail"]
    assert time.monotonic() - started > 0.4


def test_each_byte_gives_no_more_time(connect: Connect, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limited_http, "REQUEST_S", 1.0)
    client = connect(b"GET / HTTP/1.1\r\nX: ")
    client.settimeout(0.1)
    started = time.monotonic()
    while True:
        client.sendall(b"x")
        try:
            answer = client.recv(1, socket.MSG_PEEK)
            break
        except TimeoutError:
            assert time.monotonic() - started < 20
    client.settimeout(10)
    assert answer
    problem(everything(client), 408)


def test_the_clock_starts_anew_for_each_request(
    connect: Connect, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limited_http, "REQUEST_S", 3.0)
    client = connect(POST)
    for _ in range(7):
        time.sleep(0.5)
        client.sendall(b"123456789" + POST)
        assert answered(client)
    assert problem(everything(client), 408)


def test_a_request_behind_another_has_its_clock_too(
    connect: Connect, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limited_http, "REQUEST_S", 0.5)
    answers = everything(connect(GET + GET + POST))
    assert answers.count(b"200 OK") == 2
    assert b"HTTP/1.1 408 " in answers


def test_an_answer_that_is_not_read_is_given_up(
    connect: Connect, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limited_http, "ANSWER_S", 0.5)
    client = connect(b"GET /large HTTP/1.1\r\nHost: flask-api\r\n\r\n")
    time.sleep(2)
    assert len(everything(client)) < LARGE


def test_an_answer_that_is_read_in_pieces_has_no_more_time(
    connect: Connect, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limited_http, "ANSWER_S", 1.0)
    client = connect(b"GET /large HTTP/1.1\r\nHost: flask-api\r\n\r\n")
    received = 0
    for _ in range(20):
        time.sleep(0.1)
        received += len(client.recv(65536))
    assert received + len(everything(client)) < LARGE


def test_an_answer_that_is_read_is_whole(connect: Connect) -> None:
    client = connect(b"GET /large HTTP/1.1\r\nHost: flask-api\r\nConnection: close\r\n\r\n")
    assert len(everything(client)) > LARGE


def test_answers_that_are_not_read_do_not_fill_the_memory(
    connect: Connect, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limited_http, "UNREAD", LARGE)
    large = b"GET /large HTTP/1.1\r\nHost: flask-api\r\nConnection: close\r\n\r\n"
    clients = [connect(large) for _ in range(3)]
    time.sleep(1)
    assert sum(len(everything(client)) > LARGE for client in clients) == 1


@pytest.mark.parametrize("sent", [b"", b"G", GET, POST])
def test_too_many_connections_displace_each_other_and_not_the_newest(
    connect: Connect, monkeypatch: pytest.MonkeyPatch, sent: bytes
) -> None:
    monkeypatch.setattr(limited_http, "CONNECTIONS", 20)
    clients = []
    for _ in range(60):
        clients.append(connect(sent))
        # One that is being answered is the last to go.
        assert sent != GET or answered(clients[-1])
    time.sleep(0.3)
    assert answered(connect(GET))
    gone = [client for client in clients if not stays(client)]
    assert 40 <= len(gone) <= 42
    assert gone == clients[: len(gone)]


def test_slow_requests_are_displaced_before_connections_that_wait(
    connect: Connect, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limited_http, "CONNECTIONS", 10)
    waiting = [connect(GET) for _ in range(5)]
    for client in waiting:
        assert answered(client)
    slow = [connect(POST) for _ in range(5)]
    time.sleep(1.5)
    for _ in range(5):
        assert answered(connect(GET))
    for client in slow:
        assert everything(client) == b""
    for client in waiting:
        client.sendall(GET)
        assert answered(client)


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        (b"\x16\x03\x01\x02\x00\x01\x00\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\nHost : a\r\n\r\n", 400),
        (b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1, 2\r\n\r\n", 400),
        (b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nx\r\n", 400),
        (b"GET / HTTP/1.1\r\nX: " + b"x" * limited_http.HEAD, 431),
        (b"GET /" + b"x" * limited_http.HEAD, 431),
    ],
)
def test_what_is_no_request_is_a_problem(connect: Connect, sent: bytes, status: int) -> None:
    problem(everything(connect(sent)), status)
