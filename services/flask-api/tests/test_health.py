import logging
import socket
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from unittest.mock import Mock

import pytest
from flask import Flask
from flask.testing import FlaskClient

from flask_api import database
from flask_api.database import Database, DatabaseUnavailable
from tests.certificate import Authority
from tests.conftest import PASSWORD, Connect
from tests.postgres import Postgres, closed_port


@pytest.fixture(autouse=True)
def checked_each_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """What the database does is seen with the next request."""
    monkeypatch.setattr(database, "CHECKED_S", 0.0)


@pytest.fixture
def checked_rarely(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(database, "CHECKED_S", 60.0)


def detail(client: FlaskClient) -> str:
    """Why the service is not ready."""
    answer = client.get("/ready")
    assert answer.status_code == 503
    assert answer.content_type == "application/problem+json"
    assert answer.json is not None
    return str(answer.json["detail"])


def test_health_answers_exactly_this(client: FlaskClient) -> None:
    answer = client.get("/health")
    assert answer.status_code == 200
    assert answer.data == b'{"status":"healthy"}'
    assert answer.content_type == "application/json"


def test_health_never_touches_the_database(app: Flask) -> None:
    database = Mock(spec=Database)
    app.extensions["database"] = database
    assert app.test_client().get("/health").status_code == 200
    assert database.mock_calls == []


def test_without_a_database_the_service_is_healthy_but_not_ready(client: FlaskClient) -> None:
    assert client.get("/health").status_code == 200
    assert detail(client) == "no database is configured"


def test_the_reason_why_the_database_is_unavailable_is_answered(app: Flask) -> None:
    app.extensions["database"] = Mock(spec=Database)
    app.extensions["database"].check.side_effect = DatabaseUnavailable("it is on holiday")
    assert detail(app.test_client()) == "it is on holiday"


def test_ready_when_the_database_answers(connect: Connect) -> None:
    answer = connect().get("/ready")
    assert answer.status_code == 200
    assert answer.data == b'{"status":"ready"}'


def test_no_answer_of_a_probe_is_kept_by_a_cache(client: FlaskClient, connect: Connect) -> None:
    assert client.get("/health").headers["Cache-Control"] == "no-store"
    assert connect().get("/ready").headers["Cache-Control"] == "no-store"


def test_no_connection_is_made_before_one_is_needed(connect: Connect, postgres: Postgres) -> None:
    client = connect()
    client.get("/health")
    assert postgres.logins == 0
    client.get("/ready")
    assert postgres.logins == 1


def test_connections_are_used_again(connect: Connect, postgres: Postgres) -> None:
    client = connect()
    for _ in range(5):
        assert client.get("/ready").status_code == 200
    assert postgres.logins == 1


def test_a_failed_over_database_is_connected_again_at_once(
    connect: Connect, postgres: Postgres
) -> None:
    client = connect()
    client.get("/ready")
    postgres.drop_connections()
    assert client.get("/ready").status_code == 200
    assert postgres.logins > 1


@pytest.mark.usefixtures("impatient")
def test_ready_again_as_soon_as_the_database_is_back(connect: Connect, postgres: Postgres) -> None:
    client = connect()
    postgres.rejects_with = "the database system is shutting down"
    assert detail(client) == "the database is starting or stopping"
    postgres.rejects_with = None
    assert client.get("/ready").status_code == 200


def test_a_database_that_lets_nobody_in_is_given_up_within_two_seconds(
    connect: Connect, postgres: Postgres
) -> None:
    postgres.answers_logins = False
    client = connect()
    started = time.monotonic()
    assert detail(client) == "the database does not answer in time"
    assert time.monotonic() - started < 2


def test_a_database_that_freezes_is_given_up_within_two_seconds(
    connect: Connect, postgres: Postgres
) -> None:
    client = connect()
    client.get("/ready")
    postgres.answering.clear()
    started = time.monotonic()
    assert detail(client) == "the database does not answer in time"
    assert time.monotonic() - started < 2


@pytest.mark.usefixtures("impatient")
class TestReasons:
    def test_nobody_listens(self, connect: Connect) -> None:
        assert detail(connect(port=closed_port())) == "the database refuses connections"

    def test_the_name_does_not_resolve(
        self, connect: Connect, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("socket.getaddrinfo", Mock(side_effect=socket.gaierror("no such name")))
        client = connect(host="aurora.invalid")
        assert detail(client) == "the database's host name does not resolve"

    def test_the_name_is_none(self, connect: Connect) -> None:
        assert detail(connect(host=".invalid")) == "the database cannot be connected to"

    def test_the_login_is_rejected(self, connect: Connect, postgres: Postgres) -> None:
        postgres.rejects_with = 'password authentication failed for user "flask_api"'
        assert detail(connect()) == "the database rejects the login"

    def test_the_server_does_not_encrypt(self, connect: Connect, postgres: Postgres) -> None:
        postgres.certificate = None
        assert detail(connect()) == "the database and the service do not agree on encryption"
        assert postgres.asked_for_tls
        assert postgres.told == b""

    def test_the_server_has_a_certificate_of_another_authority(
        self, connect: Connect, postgres: Postgres, tmp_path: Path
    ) -> None:
        postgres.certificate = Authority(tmp_path).server()
        assert detail(connect()) == "the database's certificate cannot be verified"
        assert postgres.asked_for_tls
        assert postgres.told == b""

    def test_the_server_has_a_certificate_for_another_host(
        self, connect: Connect, postgres: Postgres, authority: Authority
    ) -> None:
        postgres.certificate = authority.server("DNS:other.example.com")
        assert detail(connect()) == "the database's certificate cannot be verified"
        assert postgres.asked_for_tls
        assert postgres.told == b""

    def test_the_server_is_a_standby(self, connect: Connect, postgres: Postgres) -> None:
        postgres.is_standby = True
        assert detail(connect()) == "the database accepts no writes"

    def test_the_server_hangs_up_whenever_it_is_asked(
        self, connect: Connect, postgres: Postgres, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("tests.postgres.ONE_ROW", ((b"E", b"SFATAL\0C57P01\0Mgone\0\0"),))
        assert detail(connect()) == "the database does not answer in time"


@pytest.mark.usefixtures("impatient")
def test_a_failure_names_no_host_user_or_password(
    connect: Connect, postgres: Postgres, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    postgres.rejects_with = 'password authentication failed for user "flask_api"'
    answer = connect().get("/ready")
    for secret in ("127.0.0.1", "flask_api", PASSWORD):
        assert secret not in answer.text
    # The log names the host and the user, for those who mend it. Never the password.
    assert "authentication failed" in caplog.text
    assert PASSWORD not in caplog.text


def test_the_password_is_not_in_any_line_or_representation(
    connect: Connect, postgres: Postgres, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    client = connect()
    client.get("/ready")
    postgres.drop_connections()
    client.get("/ready")
    database = client.application.extensions["database"]
    assert "psycopg.pool" in {record.name for record in caplog.records}
    assert PASSWORD not in caplog.text + repr(database) + repr(client.application.extensions)


def test_while_the_database_is_away_one_request_at_a_time_waits_for_it(
    connect: Connect, postgres: Postgres
) -> None:
    postgres.answers_logins = False
    client = connect()
    detail(client)

    def seconds(_: int) -> float:
        started = time.monotonic()
        assert detail(client) == "the database does not answer in time"
        return time.monotonic() - started

    with ThreadPoolExecutor(8) as threads:
        waited = sorted(threads.map(seconds, range(8)))
    assert waited[6] < 1 < waited[7]


@pytest.mark.usefixtures("checked_rarely")
def test_who_asks_again_and_again_costs_the_database_nothing(
    connect: Connect, postgres: Postgres
) -> None:
    client = connect()
    client.get("/ready")
    postgres.answering.clear()
    postgres.asked.clear()
    assert {client.get("/ready").status_code for _ in range(50)} == {200}
    assert not postgres.asked.is_set()


@pytest.mark.usefixtures("checked_rarely", "impatient")
def test_a_database_that_a_request_finds_away_is_not_ready_at_once(
    connect: Connect, postgres: Postgres
) -> None:
    client = connect()
    client.get("/ready")
    postgres.rejects_with = "the database system is shutting down"
    postgres.drop_connections()
    with pytest.raises(DatabaseUnavailable):
        client.application.extensions["database"].query("SELECT 1", {})
    assert detail(client) == "the database is starting or stopping"
    postgres.rejects_with = None
    assert client.get("/ready").status_code == 200


@pytest.mark.usefixtures("patient")
def test_every_thread_may_ask_at_once_while_the_database_answers(connect: Connect) -> None:
    client = connect()
    with ThreadPoolExecutor(8) as threads:
        answers = list(threads.map(lambda _: client.get("/ready").status_code, range(40)))
    assert set(answers) == {200}


def test_an_unused_database_has_no_thread_and_can_be_closed(connect: Connect) -> None:
    database = connect().application.extensions["database"]
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("database")]
    database.close()
    database.close()
