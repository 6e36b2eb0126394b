"""Migrations while the service of the image before goes on."""

import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

import psycopg
import pytest

from flask_api.apply_migration import Migration, MigrationError
from flask_api.migrate import FOLDER
from flask_api.migration import LOCK, migrate, read_migrations
from flask_api.settings import DatabaseSettings
from tests.real_postgres import USER, RealPostgres

SHIPPED = read_migrations(FOLDER)

# As the image from before callers does it, with what its statements may take.
INSERT = """INSERT INTO accounts (owner, currency, idempotency_key) VALUES ('Ada', 'GBP', %s)
    ON CONFLICT (idempotency_key) DO NOTHING RETURNING owner"""
LIMIT_S = 2

INDEX = "CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS x ON accounts (owner);\n"
ALONE = "-- no-transaction\n"
LOCKED = "SELECT pg_try_advisory_lock(%s)"


def made(sql: str, name: str = "9999_made.sql") -> Migration:
    return Migration(name, sql, "1")


class Before:
    """A database as the image from before callers has left it, which still serves."""

    def __init__(self, server: RealPostgres) -> None:
        self._server = server
        self.settings: DatabaseSettings = server.database(migrated=False)
        self.migrate(SHIPPED[:1])

    def connect(self, user: str = USER) -> psycopg.Connection[Any]:
        return self._server.connect(self.settings.name, user)

    def migrate(self, migrations: Sequence[Migration], wait_s: float = 30) -> list[str]:
        with self.connect() as connection:
            return migrate(connection, migrations, wait_s)

    def insert(self, key: str) -> list[Any]:
        with self.connect() as connection:
            connection.execute(f"SET statement_timeout = '{LIMIT_S}s'")
            return connection.execute(INSERT, [key]).fetchall()

    @contextmanager
    def unfinished_write(self) -> Iterator[None]:
        with self.connect() as connection, connection.transaction():
            connection.execute(INSERT, ["unfinished"])
            yield

    def await_lock(self) -> None:
        """Until somebody waits for one."""
        deadline = time.monotonic() + 60
        with self.connect() as connection:
            while not connection.execute("SELECT 1 FROM pg_locks WHERE NOT granted").fetchall():
                assert time.monotonic() < deadline
                time.sleep(0.02)


@pytest.fixture
def before(real_postgres: RealPostgres) -> Before:
    return Before(real_postgres)


@pytest.mark.parametrize(
    "sql",
    [
        "ALTER TABLE accounts ADD COLUMN x int",
        f"{ALONE}CREATE INDEX CONCURRENTLY x ON accounts (owner);\n",
    ],
)
def test_it_holds_nobody_up_while_it_waits(before: Before, sql: str) -> None:
    with ThreadPoolExecutor(1) as threads:
        with before.unfinished_write():
            running = threads.submit(before.migrate, [made(sql)])
            before.await_lock()
            for n in range(20):
                before.insert(f"k-{n}")
        assert running.result(60) == ["9999_made.sql"]


def test_it_is_given_up_when_its_lock_is_not_to_be_had(before: Before) -> None:
    with (
        before.unfinished_write(),
        pytest.raises(MigrationError, match=r"was taken back: canceling .* lock timeout"),
    ):
        before.migrate([made("ALTER TABLE accounts ADD COLUMN x int")], wait_s=0.1)


def test_it_builds_its_indexes_though_others_wait_for_it(before: Before) -> None:
    # Long enough for the others to come, and to wait.
    both = [made("SELECT pg_sleep(1)", "9998_first.sql"), made(ALONE + INDEX)]
    with ThreadPoolExecutor(4) as threads:
        applied = list(threads.map(lambda _: before.migrate(both), range(4)))
    assert sorted(len(names) for names in applied) == [0, 0, 0, 2]


def test_it_builds_an_index_again_that_a_former_attempt_left_unfinished(before: Before) -> None:
    for key in ("a", "b"):
        before.insert(key)
    with pytest.raises(MigrationError, match="is not complete: could not create unique index"):
        before.migrate([made(ALONE + INDEX)])
    with before.connect() as connection:
        connection.execute("DELETE FROM accounts WHERE idempotency_key = 'a'")
        assert before.migrate([made(ALONE + INDEX)]) == ["9999_made.sql"]
        valid = "SELECT indisvalid FROM pg_index WHERE indexrelid = 'x'::regclass"
        assert connection.execute(valid).fetchone() == (True,)


def test_the_lock_is_not_kept_beyond_the_connection(before: Before) -> None:
    before.migrate(SHIPPED)
    with before.connect() as connection:
        # The server notices a moment later that a connection has ended.
        deadline = time.monotonic() + 5
        while connection.execute(LOCKED, [LOCK]).fetchone() != (True,):
            assert time.monotonic() < deadline
            time.sleep(0.01)


def touched(connection: psycopg.Connection[Any], migration: Migration) -> list[str]:
    """The tables that were there before, of which it reads or changes a row."""
    with connection.transaction(force_rollback=True):
        rows = connection.execute("SELECT relid FROM pg_stat_user_tables").fetchall()
        connection.execute(migration.sql)
        found = connection.execute(
            """SELECT relname FROM pg_stat_xact_user_tables WHERE relid = ANY (%s)
               AND seq_tup_read + n_tup_ins + n_tup_upd + n_tup_del > 0""",
            [[relid for (relid,) in rows]],
        ).fetchall()
    return [name for (name,) in found]


def test_none_reads_or_changes_a_row_while_it_locks_a_table_of_the_image_before(
    before: Before,
) -> None:
    for n in range(20):
        before.insert(f"k-{n}")
    for number, migration in enumerate(SHIPPED[1:], 2):
        if not migration.runs_alone:
            # A new connection has counted nothing yet.
            with before.connect() as connection:
                assert touched(connection, migration) == [], migration.name
        before.migrate(SHIPPED[:number])


def test_accounts_from_before_there_were_callers_belong_to_nobody(before: Before) -> None:
    assert before.insert("k") == [("Ada",)]
    assert len(before.migrate(SHIPPED)) == len(SHIPPED) - 1
    # It still serves, or again after this image was taken back.
    assert before.insert("k") == []
    assert before.insert("l") == [("Ada",)]
    with before.connect() as connection:
        rows = connection.execute("SELECT owner, caller, registered_at FROM accounts").fetchall()
    assert rows == [("Ada", None, None)] * 2


def test_connections_whose_prepared_statements_the_new_columns_break_are_replaced(
    before: Before,
) -> None:
    with before.connect() as connection, before.connect() as other:
        connection.execute("SET application_name = 'flask-api'")
        for one in (connection, other):
            for _ in range(10):
                one.execute("SELECT * FROM accounts")
        before.migrate(SHIPPED)
        with pytest.raises(psycopg.OperationalError):
            connection.execute("SELECT 1")
        # Nobody else's are ended.
        with pytest.raises(psycopg.errors.FeatureNotSupported):
            other.execute("SELECT * FROM accounts")


def test_a_connection_that_is_busy_meanwhile_is_replaced_too(before: Before) -> None:
    with before.connect() as busy, ThreadPoolExecutor(1) as threads:
        busy.execute("SET application_name = 'flask-api'")
        for _ in range(10):
            busy.execute("SELECT * FROM accounts")
        request = threads.submit(busy.execute, "SELECT pg_sleep(3)")
        before.migrate(SHIPPED)
        assert request.result(60).fetchall()
        with pytest.raises(psycopg.OperationalError):
            busy.execute("SELECT * FROM accounts")


def test_connections_of_a_login_that_acts_as_the_owner_are_replaced(before: Before) -> None:
    """As the database setup makes it: the login is not the role that its statements run as."""
    login, owner = f"{before.settings.name}.692", before.settings.name
    with before.connect() as connection:
        connection.execute(
            f"""CREATE ROLE "{owner}"; CREATE ROLE "{login}" LOGIN;
                GRANT "{owner}" TO "{login}"; ALTER ROLE "{login}" SET role TO "{owner}";
                ALTER TABLE accounts OWNER TO "{owner}"; ALTER TABLE migrations OWNER TO "{owner}";
                GRANT CREATE ON SCHEMA public TO "{owner}" """
        )
    with before.connect(login) as serving, before.connect(login) as migrating:
        serving.execute("SET application_name = 'flask-api'")
        for _ in range(10):
            serving.execute("SELECT * FROM accounts")
        migrate(migrating, SHIPPED, 30)
        assert migrating.execute("SELECT current_user").fetchone() == (owner,)
        with pytest.raises(psycopg.OperationalError):
            serving.execute("SELECT * FROM accounts")
