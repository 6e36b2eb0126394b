import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator

import pytest
from flask import Flask
from werkzeug.serving import make_server

import healthcheck
from tests.conftest import ROOT
from tests.postgres import closed_port


@pytest.fixture
def port(app: Flask) -> Iterator[int]:
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield server.server_port
    server.shutdown()
    thread.join()
    server.server_close()


def exit_status(*arguments: str, **environment: str) -> int:
    command = [sys.executable, str(ROOT / "healthcheck.py"), *arguments]
    return subprocess.run(command, env=environment, timeout=10).returncode  # noqa: S603


def test_it_succeeds_on_a_healthy_service(port: int) -> None:
    assert exit_status(f"http://127.0.0.1:{port}/health") == 0


def test_it_looks_at_its_own_containers_port_by_default(port: int) -> None:
    assert exit_status(PORT=str(port)) == 0


@pytest.mark.parametrize("path", ["/ready", "/nowhere", ""])
def test_it_fails_on_any_status_but_200(app: Flask, port: int, path: str) -> None:
    app.view_functions["about.name_and_version"] = lambda: ("", 204)
    assert exit_status(f"http://127.0.0.1:{port}{path}") == 1


def test_it_fails_where_nobody_listens() -> None:
    assert exit_status(f"http://127.0.0.1:{closed_port()}/health") == 1


def test_it_understands_a_url_with_and_without_a_path(port: int) -> None:
    assert healthcheck.healthy(f"http://127.0.0.1:{port}/health")
    assert healthcheck.healthy(f"http://127.0.0.1:{port}")


@pytest.mark.parametrize("url", ["http://127.0.0.1:port/health", "ftp://127.0.0.1", ""])
def test_what_is_no_such_url_is_not_healthy(url: str) -> None:
    assert not healthcheck.healthy(url)


@pytest.mark.parametrize("said", [b"", b"HTTP", b"SSH-2.0-OpenSSH 200"])
def test_who_speaks_no_http_is_not_healthy(said: bytes) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def speak() -> None:
            caller, _ = listener.accept()
            with caller:
                caller.recv(1000)
                caller.sendall(said)

        speaker = threading.Thread(target=speak)
        speaker.start()
        assert not healthcheck.healthy(f"http://127.0.0.1:{listener.getsockname()[1]}/health")
        speaker.join()


def test_a_slow_answer_is_not_waited_for_byte_by_byte(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(healthcheck, "LIMIT_S", 0.3)
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def dribble() -> None:
            caller, _ = listener.accept()
            with caller:
                for byte in b"HTTP/1.1 200":
                    try:
                        caller.sendall(bytes([byte]))
                    except OSError:
                        return
                    time.sleep(0.5)

        dribbler = threading.Thread(target=dribble)
        dribbler.start()
        started = time.monotonic()
        assert not healthcheck.healthy(f"http://127.0.0.1:{listener.getsockname()[1]}/health")
        # The whole takes 6 s.
        assert time.monotonic() - started < 5
        dribbler.join()


def test_it_needs_no_package() -> None:
    """It runs every few seconds on a quarter of a CPU."""
    code = "import sys, healthcheck; print(*sys.modules)"
    modules = subprocess.run(  # noqa: S603
        [sys.executable, "-S", "-c", code], cwd=ROOT, capture_output=True, text=True, timeout=10
    ).stdout.split()
    assert "healthcheck" in modules
    assert not {"flask", "flask_api", "http", "urllib", "ssl", "email"} & set(modules)
