"""The process as the image starts it: a real gunicorn, with the real configuration."""

import json
import os
import re
import signal
import socket
import subprocess
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPConnection
from pathlib import Path
from unittest.mock import Mock

import pytest
from flask.testing import FlaskClient

from flask_api.settings import DatabaseSettings
from tests.certificate import Authority
from tests.conftest import PASSWORD, ROOT
from tests.issuer import Issuer
from tests.postgres import Postgres
from tests.server import GUNICORN, HEALTH_CHECK_S, children, database, serve
from tests.upstream import Upstream

# Seconds: less than gunicorn waits for what does not end. A busy machine takes its share.
AT_ONCE = 7

UNFINISHED = b"POST /accounts HTTP/1.1\r\nHost: flask-api\r\nContent-Length: 9\r\n\r\n"


@pytest.fixture
def settings(postgres: Postgres, authority: Authority) -> dict[str, str]:
    """Of a service whose database is `postgres`."""
    return database(postgres.port, authority)


@pytest.fixture
def joined(
    migrated: DatabaseSettings, upstream: Upstream, authority: Authority, issuer: Issuer
) -> dict[str, str]:
    """Of a service with all that it needs: `upstream` plays transaction-processor."""
    return database(migrated.port, authority) | {
        "DATABASE_NAME": migrated.name,
        "TRANSACTION_PROCESSOR_URL": upstream.url,
        **issuer.environment,
    }


@pytest.fixture
def address(accounts: FlaskClient) -> str:
    """The path of an account."""
    answer = accounts.post("/accounts", json={"owner": "Ada", "currency": "EUR"})
    return answer.headers["Location"]


def test_it_serves_without_any_setting_and_stops_at_once(tmp_path: Path) -> None:
    with serve(tmp_path) as server:
        status, body = server.get("/ready")
        assert (status, json.loads(body)["detail"]) == (503, "no database is configured")
        status, seconds = server.stop()
    assert status == 0
    assert seconds < AT_ONCE


def test_it_goes_on_accepting_for_the_drain_and_sends_its_callers_away(tmp_path: Path) -> None:
    with serve(tmp_path, DRAIN_SECONDS="3") as server:
        kept = HTTPConnection("127.0.0.1", server.port, timeout=10)
        kept.request("GET", "/health")
        answer = kept.getresponse()
        answer.read()
        assert answer.getheader("Connection") is None
        started = server.begin_drain()
        kept.request("GET", "/health")
        answer = kept.getresponse()
        assert (answer.status, answer.getheader("Connection")) == (200, "close")
        answer.read()
        while time.monotonic() - started < 2:
            assert server.get("/health")[0] == 200
            time.sleep(0.05)
        status = server.process.wait(10)
        seconds = time.monotonic() - started
    assert status == 0
    assert 3 <= seconds < 3 + AT_ONCE


def test_a_second_sigterm_ends_the_drain(tmp_path: Path) -> None:
    with serve(tmp_path, DRAIN_SECONDS="30") as server:
        server.begin_drain()
        status, seconds = server.stop()
    assert status == 0
    assert seconds < AT_ONCE


def test_a_client_that_never_ends_has_no_more_than_the_drain_and_the_rest(tmp_path: Path) -> None:
    with (
        serve(tmp_path, "--graceful-timeout", "1", DRAIN_SECONDS="1") as server,
        socket.create_connection(("127.0.0.1", server.port)) as client,
    ):
        client.sendall(UNFINISHED)
        time.sleep(0.3)
        _, seconds = server.stop()
    assert 2 <= seconds < 2 + AT_ONCE


def test_a_request_in_flight_at_sigterm_is_finished(
    tmp_path: Path, postgres: Postgres, settings: dict[str, str]
) -> None:
    with (
        serve(tmp_path, **settings) as server,
        ThreadPoolExecutor(1) as threads,
    ):
        postgres.answering.clear()
        answer = threads.submit(server.get, "/ready")
        assert postgres.asked.wait(5)
        time.sleep(0.2)
        server.process.send_signal(signal.SIGTERM)
        time.sleep(0.5)
        postgres.answering.set()
        assert answer.result(5) == (200, b'{"status":"ready"}')
        assert server.process.wait(10) == 0


def test_a_question_to_transaction_processor_in_flight_at_sigterm_is_finished(
    tmp_path: Path,
    address: str,
    joined: dict[str, str],
    upstream: Upstream,
    issuer: Issuer,
) -> None:
    with serve(tmp_path, **joined) as server, ThreadPoolExecutor(1) as threads:
        server.authorization = issuer.bearer()
        assert server.get(f"{address}/transactions")[0] == 200
        asked = len(upstream.paths)
        upstream.delays = [0.8]
        answer = threads.submit(server.get, f"{address}/transactions")
        while len(upstream.paths) == asked:
            time.sleep(0.05)
        status, seconds = server.stop()
        assert answer.result(5)[0] == 200
    assert status == 0
    assert seconds < AT_ONCE


def test_a_transaction_processor_that_hangs_does_not_stop_it_from_stopping(
    tmp_path: Path,
    address: str,
    joined: dict[str, str],
    upstream: Upstream,
    issuer: Issuer,
) -> None:
    upstream.delays = [30.0] * 10
    with serve(tmp_path, **joined) as server, ThreadPoolExecutor(8) as threads:
        server.authorization = issuer.bearer()
        asked = [threads.submit(server.get, f"{address}/summary") for _ in range(4)]
        time.sleep(0.5)
        assert server.get("/health")[0] == 200
        _, seconds = server.stop()
        assert {answer.result(5)[0] for answer in asked} == {503}
    assert seconds < 10


def test_an_account_that_a_killed_process_was_opening_is_opened_by_a_repetition(
    tmp_path: Path,
    accounts: FlaskClient,
    joined: dict[str, str],
    upstream: Upstream,
    issuer: Issuer,
) -> None:
    told = upstream.deed_hangs = threading.Event()
    with serve(tmp_path, **joined) as server, ThreadPoolExecutor(1) as threads:
        server.authorization = issuer.bearer()
        opening = threads.submit(server.open_account, "k-1")
        assert told.wait(10)
        for child in children(server.process.pid):
            os.kill(child, signal.SIGKILL)
        with pytest.raises(OSError):  # noqa: PT011
            opening.result(10)
    assert accounts.get("/accounts").json == {"items": [], "nextCursor": None}
    with serve(tmp_path, **joined) as server:
        server.authorization = issuer.bearer()
        status, body = server.open_account("k-1")
    assert status == 201
    assert accounts.get("/accounts").json == {"items": [json.loads(body)], "nextCursor": None}
    assert len(set(upstream.deeds)) == 1


def test_a_client_that_never_ends_does_not_stop_it_from_stopping(tmp_path: Path) -> None:
    with (
        serve(tmp_path, "--graceful-timeout", "1") as server,
        socket.create_connection(("127.0.0.1", server.port)) as client,
    ):
        client.sendall(UNFINISHED)
        time.sleep(0.3)
        _, seconds = server.stop()
    assert 1 <= seconds < 1 + AT_ONCE


def test_a_kept_connection_does_not_stop_it_from_stopping(tmp_path: Path) -> None:
    with serve(tmp_path) as server:
        connection = HTTPConnection("127.0.0.1", server.port, timeout=10)
        connection.request("GET", "/health")
        connection.getresponse().read()
        status, seconds = server.stop()
        connection.close()
    assert status == 0
    assert seconds < AT_ONCE


def test_every_line_of_its_output_is_json_without_a_secret(
    tmp_path: Path, postgres: Postgres, settings: dict[str, str]
) -> None:
    postgres.rejects_with = 'password authentication failed for user "flask_api"'
    with serve(tmp_path, LOG_LEVEL="debug", **settings) as server:
        assert server.get("/ready")[0] == 503
        assert server.get("/")[0] == 200
        server.stop()
        output = server.output.read_text()
    lines = [json.loads(line) for line in output.splitlines()]
    assert {"gunicorn.error", "psycopg.pool", "flask_api.request_log"} <= {
        line["logger"] for line in lines
    }
    assert [line["status"] for line in lines if line.get("path") == "/"] == [200]
    assert PASSWORD not in output


def test_liveness_answers_while_the_database_hangs_and_everyone_asks_for_it(
    tmp_path: Path, postgres: Postgres, settings: dict[str, str]
) -> None:
    postgres.answers_logins = False
    with (
        serve(tmp_path, **settings) as server,
        ThreadPoolExecutor(40) as threads,
    ):
        server.get("/ready")
        flood = [threads.submit(server.get, "/ready") for _ in range(400)]
        slowest = 0.0
        while not all(answer.done() for answer in flood):
            started = time.monotonic()
            assert server.get("/health")[0] == 200
            slowest = max(slowest, time.monotonic() - started)
            time.sleep(0.05)
        assert {answer.result()[0] for answer in flood} == {503}
    assert slowest < HEALTH_CHECK_S


def test_partial_settings_stop_the_start_with_one_sentence(tmp_path: Path) -> None:
    started = subprocess.run(  # noqa: S603
        GUNICORN,
        cwd=ROOT,
        env={
            "PATH": os.environ["PATH"],
            "DATABASE_HOST": "aurora.internal",
            "DATABASE_PASSWORD": PASSWORD,
        },
        capture_output=True,
        text=True,
        timeout=15,
    )
    assert started.returncode == 1
    assert started.stdout == ""
    assert started.stderr == (
        "flask-api cannot start: other DATABASE_ settings are given, "
        "but not DATABASE_NAME, DATABASE_USER, DATABASE_CA.\n"
    )


def configuration(**environment: str) -> dict[str, str]:
    printed = subprocess.run(  # noqa: S603
        [*GUNICORN, "--print-config"],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], **environment},
        capture_output=True,
        text=True,
        check=True,
        timeout=15,
    ).stdout
    return dict(re.findall(r"^(\w+)\s+= (.*)$", printed, re.MULTILINE))


def test_it_listens_on_all_addresses_at_the_port_that_it_is_given() -> None:
    assert configuration()["bind"] == "['0.0.0.0:5000']"
    assert configuration(PORT="8080")["bind"] == "['0.0.0.0:8080']"


def test_idle_connections_outlive_the_load_balancers_60_seconds() -> None:
    assert int(configuration()["keepalive"]) > 60


def test_a_connection_that_idles_is_closed_before_its_first_request_and_after_an_answer(
    tmp_path: Path,
) -> None:
    with serve(tmp_path, "--keep-alive", "1") as server:
        for first in (b"", b"GET /health HTTP/1.1\r\nHost: flask-api\r\n\r\n"):
            with socket.create_connection(("127.0.0.1", server.port), 10) as client:
                client.sendall(first)
                while client.recv(65536):
                    pass


def test_at_its_end_it_says_goodbye_to_the_database(
    tmp_path: Path, postgres: Postgres, settings: dict[str, str]
) -> None:
    with serve(tmp_path, **settings) as server:
        assert server.get("/ready")[0] == 200
        assert server.stop()[0] == 0
        lines = [json.loads(line) for line in server.output.read_text().splitlines()]
    assert postgres.goodbyes == postgres.logins > 0
    assert {line["level"] for line in lines} == {"INFO"}


def test_stopping_ends_within_ten_seconds_after_the_drain() -> None:
    assert int(configuration()["graceful_timeout"]) <= 8


def test_it_writes_no_file_outside_of_tmp() -> None:
    settings = configuration()
    # The worker's heartbeat file then is where Python puts temporary files.
    assert settings["worker_tmp_dir"] == "None"
    assert settings["control_socket_disable"] == "True"


def test_connections_and_threads_are_ended_at_exit(
    monkeypatch: pytest.MonkeyPatch, authority: Authority
) -> None:
    settings = database(5432, authority) | {
        "TRANSACTION_PROCESSOR_URL": "http://transaction-processor"
    }
    for name, value in settings.items():
        monkeypatch.setenv(name, value)
    register = Mock()
    monkeypatch.setattr("atexit.register", register)
    from flask_api import wsgi

    for part in ("database", "transaction_processor"):
        register.assert_any_call(wsgi.app.extensions[part].close)
