"""Applies one file of SQL while the service goes on."""

import random
import re
from dataclasses import dataclass
from time import monotonic, sleep

from psycopg import Connection, Error, sql
from psycopg.errors import DeadlockDetected, LockNotAvailable
from psycopg.rows import TupleRow

# Seconds. Statements that wait for a lock of a whole table have those of the running service wait
# behind them, so they wait for less than a request takes, and come again.
LOCK_S = 0.5
PAUSE_S = 1.0

# The first line of a file whose statements run one by one, each of which may run twice:
# `CREATE INDEX CONCURRENTLY`, and what takes long and locks out nobody. They end with their line
# and hold no function. All other files run as one transaction, of which no statement may read a
# large table.
NO_TRANSACTION = "-- no-transaction\n"


@dataclass(frozen=True)
class Migration:
    name: str
    sql: str
    checksum: str

    @property
    def runs_alone(self) -> bool:
        """Whether its statements run one by one."""
        return self.sql.startswith(NO_TRANSACTION)


class MigrationError(Exception):
    """A migration that cannot be applied; the message is one sentence."""


def apply_migration(
    connection: Connection[TupleRow], migration: Migration, deadline: float
) -> None:
    """And keeps that it is applied. What it may wait for others ends at `deadline`, a time of
    `monotonic`."""
    while True:
        try:
            if migration.runs_alone:
                _run_one_by_one(connection, migration, deadline)
            else:
                _run_at_once(connection, migration)
            return
        except Error as error:
            refused = isinstance(error, LockNotAvailable | DeadlockDetected)
            if not refused or monotonic() > deadline:
                outcome = "is not complete" if migration.runs_alone else "was taken back"
                reason = str(error).splitlines()[0]
                raise MigrationError(f"{migration.name} failed and {outcome}: {reason}") from error
        sleep(PAUSE_S * (1 + random.random() / 2))  # noqa: S311


def _run_at_once(connection: Connection[TupleRow], migration: Migration) -> None:
    with connection.transaction():
        _set(connection, "lock_timeout", LOCK_S, here=True)
        connection.execute(migration.sql)
        _keep(connection, migration)


def _run_one_by_one(
    connection: Connection[TupleRow], migration: Migration, deadline: float
) -> None:
    _set(connection, "lock_timeout", max(LOCK_S, deadline - monotonic()))
    # The server goes on when this process is ended for taking too long: the next one finds it done.
    _set(connection, "statement_timeout", 0)
    _drop_unfinished_indexes(connection)
    for statement in re.split(r";\n", migration.sql.strip() + "\n"):
        if statement:
            connection.execute(statement)
    _keep(connection, migration)
    connection.execute("RESET statement_timeout")


def _drop_unfinished_indexes(connection: Connection[TupleRow]) -> None:
    """What a `CREATE INDEX CONCURRENTLY` leaves that fails: `IF NOT EXISTS` would take it for the
    index."""
    rows = connection.execute(
        """SELECT relname FROM pg_index JOIN pg_class ON oid = indexrelid
           WHERE NOT indisvalid AND relnamespace = current_schema()::regnamespace"""
    ).fetchall()
    for (name,) in rows:
        connection.execute(sql.SQL("DROP INDEX CONCURRENTLY {}").format(sql.Identifier(name)))


def _set(
    connection: Connection[TupleRow], name: str, seconds: float, *, here: bool = False
) -> None:
    """For the session, or for this transaction."""
    connection.execute("SELECT set_config(%s, %s, %s)", [name, f"{seconds * 1000:.0f}ms", here])


def _keep(connection: Connection[TupleRow], migration: Migration) -> None:
    connection.execute(
        "INSERT INTO migrations (name, checksum) VALUES (%s, %s)",
        [migration.name, migration.checksum],
    )
