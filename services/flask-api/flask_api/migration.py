"""Brings a database to the state that this image needs.

Own code, because yoyo's lock is a row, which outlives a task that is killed, Alembic has no lock,
and neither notices that an applied file was changed."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from psycopg import Connection, Error
from psycopg.errors import LockNotAvailable
from psycopg.rows import TupleRow

# Any number that no other user of the same database takes.
LOCK = 20_261_123


@dataclass(frozen=True)
class Migration:
    name: str
    sql: str

    @property
    def checksum(self) -> str:
        return hashlib.sha256(self.sql.encode()).hexdigest()


class MigrationError(Exception):
    """A migration that cannot be applied; the message is one sentence."""


def read_migrations(folder: Path) -> list[Migration]:
    """The SQL files of a folder, in the order of their names."""
    files = sorted(folder.glob("*.sql"))
    return [Migration(file.name, file.read_text("utf-8")) for file in files]


def migrate(connection: Connection[TupleRow], migrations: Sequence[Migration]) -> list[str]:
    """Applies what is not applied yet, each file in a transaction of its own, and says which. Of
    several that start at once one does the work, and the others find it done.

    The connection is in autocommit mode, and its `lock_timeout` limits the wait for the others."""
    try:
        # Of the session: it is let go with the connection, whatever happens.
        connection.execute("SELECT pg_advisory_lock(%s)", [LOCK])
    except LockNotAvailable as error:
        raise MigrationError("another migration runs and does not end") from error
    connection.execute(
        """CREATE TABLE IF NOT EXISTS migrations (
             name text PRIMARY KEY, checksum text NOT NULL,
             applied_at timestamptz NOT NULL DEFAULT now())"""
    )
    rows = connection.execute("SELECT name, checksum FROM migrations").fetchall()
    applied: dict[str, str] = dict(rows)
    # All of them before the first is applied. One that this image does not know is from a newer
    # image, and is left alone: going back to the older one must work.
    for migration in migrations:
        if applied.get(migration.name, migration.checksum) != migration.checksum:
            raise MigrationError(f"{migration.name} was changed after it had been applied")
    due = [migration for migration in migrations if migration.name not in applied]
    for migration in due:
        _apply(connection, migration)
    return [migration.name for migration in due]


def _apply(connection: Connection[TupleRow], migration: Migration) -> None:
    try:
        with connection.transaction():
            connection.execute(migration.sql)
            connection.execute(
                "INSERT INTO migrations (name, checksum) VALUES (%s, %s)",
                [migration.name, migration.checksum],
            )
    except Error as error:
        reason = str(error).splitlines()[0]
        raise MigrationError(f"{migration.name} failed and was taken back: {reason}") from error
