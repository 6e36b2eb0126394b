"""Statements: what they answer, and how long they may take."""

import threading
import time
from collections.abc import Iterator

import psycopg
import pytest

from flask_api import database
from flask_api.database import Database, DatabaseUnavailable
from flask_api.settings import DatabaseSettings
from tests.conftest import Connect
from tests.postgres import Postgres
from tests.real_postgres import RealPostgres


@pytest.fixture
def bank(migrated: DatabaseSettings) -> Iterator[Database]:
    opened = Database(migrated)
    yield opened
    opened.close()


def test_a_statement_that_takes_too_long_is_given_up_and_its_connection_is_of_use(
    migrated: DatabaseSettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database, "STATEMENT_S", 0.3)
    bank = Database(migrated)
    before = bank.query("SELECT pg_backend_pid() AS pid", {})
    with pytest.raises(DatabaseUnavailable, match="the database does not answer in time"):
        bank.query("SELECT pg_sleep(5)", {})
    assert bank.query("SELECT pg_backend_pid() AS pid", {}) == before
    bank.close()


def test_a_server_that_freezes_in_a_statement_is_given_up(
    connect: Connect, postgres: Postgres, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It answers the check, and then nothing: not even that the statement takes too long."""
    monkeypatch.setattr(database, "ANSWER_S", 0.5)
    bank: Database = connect().application.extensions["database"]
    bank.check()
    started = time.monotonic()
    with monkeypatch.context() as answered:
        answered.setattr(database, "_answers", lambda *_: True)
        postgres.answering.clear()
        with pytest.raises(DatabaseUnavailable, match="the database does not answer in time"):
            bank.query("SELECT 1", {})
    assert time.monotonic() - started < 1.5


def test_a_check_holds_no_longer_once_a_statement_has_failed(
    connect: Connect, postgres: Postgres, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database, "ANSWER_S", 0.1)
    monkeypatch.setattr(database, "CHECKED_S", 60.0)
    bank: Database = connect().application.extensions["database"]
    bank.check()
    with monkeypatch.context() as answered:
        answered.setattr(database, "_answers", lambda *_: True)
        postgres.answering.clear()
        with pytest.raises(DatabaseUnavailable):
            bank.query("SELECT 1", {})
    with pytest.raises(DatabaseUnavailable):
        bank.check()


def connections(server: RealPostgres, settings: DatabaseSettings) -> int:
    with server.connect("postgres") as connection:
        row = connection.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = %s", [settings.name]
        ).fetchone()
    assert row is not None
    return int(row[0])


def await_the_end_of_all(server: RealPostgres, settings: DatabaseSettings) -> None:
    deadline = time.monotonic() + 10
    while connections(server, settings):
        assert time.monotonic() < deadline
        time.sleep(0.1)


def test_a_connection_that_is_not_needed_ends(
    real_postgres: RealPostgres, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database, "IDLE_S", 0.3)
    settings = real_postgres.database()
    bank = Database(settings)
    bank.check()
    assert connections(real_postgres, settings) == 1
    await_the_end_of_all(real_postgres, settings)
    bank.check()
    bank.close()


def test_the_server_ends_a_connection_of_which_it_hears_nothing(
    real_postgres: RealPostgres, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database, "SESSION_S", 0.3)
    settings = real_postgres.database()
    bank = Database(settings)
    bank.check()
    await_the_end_of_all(real_postgres, settings)
    bank.check()
    bank.close()


def test_the_pool_ends_its_connections_before_the_server_does() -> None:
    assert (database.MAX_CONNECTIONS + 1) * database.IDLE_S < database.SESSION_S


def test_a_connection_that_breaks_in_a_statement_is_not_used_again(
    bank: Database, real_postgres: RealPostgres, migrated: DatabaseSettings
) -> None:
    def fail_over() -> None:
        time.sleep(0.3)
        with real_postgres.connect("postgres") as connection:
            connection.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s",
                [migrated.name],
            )

    breaker = threading.Thread(target=fail_over)
    breaker.start()
    with pytest.raises(DatabaseUnavailable):
        bank.query("SELECT pg_sleep(1.5)", {})
    breaker.join()
    assert bank.query("SELECT 1 AS one", {}) == [{"one": 1}]


def test_a_former_writer_is_left_for_the_new_one(bank: Database) -> None:
    before = bank.query("SELECT pg_backend_pid() AS pid", {})
    bank.query("SELECT set_config('default_transaction_read_only', 'on', false)", {})
    with pytest.raises(DatabaseUnavailable, match="the database accepts no writes"):
        bank.query("DELETE FROM accounts RETURNING id", {})
    assert bank.query("SELECT pg_backend_pid() AS pid", {}) != before


def test_a_statement_that_is_wrong_is_no_outage(bank: Database) -> None:
    with pytest.raises(psycopg.errors.UndefinedTable):
        bank.query("SELECT * FROM nowhere", {})
    assert bank.query("SELECT 1 AS one", {}) == [{"one": 1}]
