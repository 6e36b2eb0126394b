"""`python -m flask_api.migrate` against a real PostgreSQL, and against one that is not there."""

import dataclasses
import json
import os
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, LiteralString

import pytest

from flask_api import migrate, migration
from flask_api.settings import DatabaseSettings
from tests.certificate import Authority
from tests.conftest import PASSWORD, ROOT
from tests.postgres import Postgres, closed_port
from tests.real_postgres import RealPostgres

pytestmark = pytest.mark.usefixtures("logging_put_back")

SHIPPED = ["0001_accounts.sql", "0002_callers.sql", "0003_accounts_of_callers.sql"]

Lines = list[dict[str, Any]]
Migrate = Callable[..., tuple[int, Lines]]


def environment(database: DatabaseSettings) -> dict[str, str]:
    return {
        "DATABASE_HOST": database.host,
        "DATABASE_PORT": str(database.port),
        "DATABASE_NAME": database.name,
        "DATABASE_USER": database.user,
        "DATABASE_PASSWORD": database.password,
        "DATABASE_SSLMODE": database.sslmode,
        "DATABASE_CA": database.ca,
    }


@pytest.fixture
def empty(real_postgres: RealPostgres) -> DatabaseSettings:
    """A database without any table."""
    return real_postgres.database(migrated=False)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the migrations, to add to."""
    return Path(shutil.copytree(migrate.FOLDER, tmp_path / "migrations"))


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Migrate:
    """The exit status and the lines of the log, all of which are JSON."""

    def run(database: DatabaseSettings, folder: Path = migrate.FOLDER) -> tuple[int, Lines]:
        status = migrate.main(environment(database), folder)
        output = capsys.readouterr()
        assert output.err == ""
        return status, [json.loads(line) for line in output.out.splitlines()]

    return run


def tables(server: RealPostgres, database: DatabaseSettings) -> set[str]:
    with server.connect(database.name) as connection:
        rows = connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        return {name for (name,) in rows.fetchall()}


def failure(lines: Lines) -> str:
    """The one line that says why."""
    (error,) = [line for line in lines if line["level"] == "ERROR"]
    return str(error["message"])


def test_an_empty_database_gets_its_tables_once(
    run: Migrate, real_postgres: RealPostgres, empty: DatabaseSettings
) -> None:
    status, (line,) = run(empty)
    assert (status, line["message"]) == (0, "the database is up to date")
    assert line["applied"] == SHIPPED
    assert tables(real_postgres, empty) == {"accounts", "migrations"}
    status, (line,) = run(empty)
    assert (status, line["applied"]) == (0, [])


def test_as_a_process_of_its_own_it_ends_with_its_status(empty: DatabaseSettings) -> None:
    for changes, status in (({}, 0), ({"DATABASE_NAME": ""}, 1)):
        ended = subprocess.run(
            [sys.executable, "-m", "flask_api.migrate"],
            cwd=ROOT,
            env={"PATH": os.environ["PATH"], **environment(empty), **changes},
            capture_output=True,
            text=True,
            timeout=20,
        )
        (line,) = ended.stdout.splitlines()
        assert (ended.returncode, ended.stderr) == (status, "")
        assert ("up to date" in json.loads(line)["message"]) == (status == 0)


def test_what_is_new_is_applied_in_order(
    run: Migrate, real_postgres: RealPostgres, empty: DatabaseSettings, folder: Path
) -> None:
    run(empty, folder)
    (folder / "1003_c.sql").write_text("ALTER TABLE b RENAME TO c;")
    (folder / "1002_b.sql").write_text("CREATE TABLE a (); ALTER TABLE a RENAME TO b;")
    (folder / "notes.md").write_text("no migration")
    status, (line,) = run(empty, folder)
    assert (status, line["applied"]) == (0, ["1002_b.sql", "1003_c.sql"])
    assert "c" in tables(real_postgres, empty)


def test_two_at_once_apply_each_migration_once(
    empty: DatabaseSettings, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "1002_slow.sql").write_text("SELECT pg_sleep(0.5); CREATE TABLE slow ();")
    with ThreadPoolExecutor(4) as threads:
        ended = threads.map(lambda _: migrate.main(environment(empty), folder), range(4))
        assert list(ended) == [0] * 4
    applied = [json.loads(line)["applied"] for line in capsys.readouterr().out.splitlines()]
    assert sorted(applied) == [[], [], [], [*SHIPPED, "1002_slow.sql"]]


def test_an_applied_migration_must_not_change(
    run: Migrate, real_postgres: RealPostgres, empty: DatabaseSettings, folder: Path
) -> None:
    run(empty, folder)
    with (folder / "0001_accounts.sql").open("a") as file:
        file.write("-- one more thought")
    (folder / "1002_b.sql").write_text("CREATE TABLE b ();")
    status, lines = run(empty, folder)
    assert status == 1
    assert failure(lines) == (
        "the migration failed: 0001_accounts.sql was changed after it had been applied"
    )
    assert "b" not in tables(real_postgres, empty)


def test_an_older_image_leaves_what_a_newer_one_applied(
    run: Migrate, empty: DatabaseSettings, folder: Path
) -> None:
    (folder / "1002_b.sql").write_text("CREATE TABLE b ();")
    run(empty, folder)
    assert run(empty)[0] == 0


def test_a_migration_that_fails_leaves_nothing_half_done(
    run: Migrate, real_postgres: RealPostgres, empty: DatabaseSettings, folder: Path
) -> None:
    (folder / "1002_b.sql").write_text("CREATE TABLE b (); SELECT 1 / 0;")
    (folder / "1003_c.sql").write_text("CREATE TABLE c ();")
    status, lines = run(empty, folder)
    assert status == 1
    assert failure(lines) == (
        "the migration failed: 1002_b.sql failed and was taken back: division by zero"
    )
    assert tables(real_postgres, empty) == {"accounts", "migrations"}
    (folder / "1002_b.sql").write_text("CREATE TABLE b ();")
    assert run(empty, folder)[0] == 0
    assert tables(real_postgres, empty) == {"accounts", "migrations", "b", "c"}


def test_a_migration_that_cannot_be_remembered_is_taken_back(
    run: Migrate, real_postgres: RealPostgres, empty: DatabaseSettings, folder: Path
) -> None:
    (folder / "1002_b.sql").write_text("CREATE TABLE b (); DROP TABLE migrations;")
    assert run(empty, folder)[0] == 1
    assert tables(real_postgres, empty) == {"accounts", "migrations"}


def test_a_migration_that_does_not_end_is_given_up(
    run: Migrate,
    real_postgres: RealPostgres,
    empty: DatabaseSettings,
    folder: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(migrate, "STATEMENT_S", 1)
    (folder / "1002_b.sql").write_text("CREATE TABLE b (); SELECT pg_sleep(30);")
    status, lines = run(empty, folder)
    assert status == 1
    assert "canceling statement due to statement timeout" in failure(lines)
    assert "b" not in tables(real_postgres, empty)


def test_many_slow_statements_are_given_up_too(
    run: Migrate, empty: DatabaseSettings, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(migrate, "TOTAL_S", 1.0)
    (folder / "1002_b.sql").write_text("SELECT pg_sleep(0.4);" * 20)
    started = time.monotonic()
    status, lines = run(empty, folder)
    assert status == 1
    assert "timeout expired" in failure(lines)
    assert time.monotonic() - started < 3


def test_another_migration_is_not_waited_for_without_end(
    run: Migrate,
    real_postgres: RealPostgres,
    empty: DatabaseSettings,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(migrate, "LOCK_S", 1)
    with real_postgres.connect(empty.name) as other:
        other.execute("SELECT pg_advisory_lock(%s)", [migration.LOCK])
        status, lines = run(empty)
    assert status == 1
    assert failure(lines) == ("the migration failed: another migration runs and does not end")


@pytest.mark.parametrize("statement", ["SELECT 1", "BEGIN"])
def test_a_migration_that_freezes_lets_go(
    real_postgres: RealPostgres,
    empty: DatabaseSettings,
    monkeypatch: pytest.MonkeyPatch,
    statement: LiteralString,
) -> None:
    monkeypatch.setattr(migrate, "IDLE_S", 1)
    frozen = migrate._connect(empty, time.monotonic() + 5)
    frozen.execute("SELECT pg_advisory_lock(%s)", [migration.LOCK])
    frozen.execute(statement)
    with real_postgres.connect(empty.name) as other:
        other.execute("SET lock_timeout = '8s'")
        other.execute("SELECT pg_advisory_lock(%s)", [migration.LOCK])
    frozen.close()


def test_a_database_that_is_not_there_yet_is_waited_for(
    run: Migrate, real_postgres: RealPostgres, empty: DatabaseSettings
) -> None:
    late = dataclasses.replace(empty, name=f"{empty.name}_late")

    def create() -> None:
        time.sleep(1.2)
        with real_postgres.connect("postgres") as connection:
            connection.execute(f"CREATE DATABASE {late.name}")

    creator = threading.Thread(target=create)
    creator.start()
    status, lines = run(late)
    creator.join()
    assert status == 0
    assert lines[0]["message"].startswith("waiting for the database: ")
    assert "does not exist" in lines[0]["message"]


def test_a_database_that_does_not_come_is_given_up(
    run: Migrate, empty: DatabaseSettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(migrate, "CONNECT_S", 1.5)
    status, lines = run(dataclasses.replace(empty, port=closed_port()))
    assert status == 1
    assert "Connection refused" in failure(lines)
    assert [line["level"] for line in lines] == ["INFO", "INFO", "ERROR"]


def test_a_wrong_login_is_not_tried_again(
    run: Migrate, empty: DatabaseSettings, postgres: Postgres
) -> None:
    postgres.rejects_with = 'password authentication failed for user "flask_api"'
    status, lines = run(dataclasses.replace(empty, port=postgres.port, password=PASSWORD))
    assert (status, len(lines)) == (1, 1)
    assert "authentication failed" in failure(lines)
    assert PASSWORD not in json.dumps(lines)


def test_a_server_that_is_not_the_database_gets_no_password_and_is_not_tried_again(
    run: Migrate, empty: DatabaseSettings, postgres: Postgres, tmp_path: Path
) -> None:
    for certificate, words in (
        (None, "does not support SSL"),
        (Authority(tmp_path).server(), "certificate verify failed"),
    ):
        postgres.certificate = certificate
        status, lines = run(dataclasses.replace(empty, port=postgres.port, password=PASSWORD))
        assert (status, len(lines)) == (1, 1)
        assert words in failure(lines)
    assert postgres.asked_for_tls == 2
    assert postgres.told == b""


def test_without_a_database_there_is_nothing_to_migrate(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert migrate.main({}) == 1
    assert failure([json.loads(capsys.readouterr().out)]) == (
        "the migration failed: no database is configured"
    )


def test_it_ends_in_well_under_two_minutes_whatever_happens() -> None:
    # One attempt to connect may begin just before its limit, at each of two addresses.
    assert migrate.CONNECT_S + 2 * migrate.ATTEMPT_S < migrate.TOTAL_S
    assert migrate.TOTAL_S <= 100
    assert migrate.LOCK_S < migrate.STATEMENT_S
