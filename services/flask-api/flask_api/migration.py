"""Brings a database to the state that this image needs.

Own code, because yoyo's lock is a row, which outlives a task that is killed, Alembic has no lock,
and neither notices that an applied file was changed."""

import hashlib
from collections.abc import Sequence
from pathlib import Path
from time import monotonic, sleep

from psycopg import Connection
from psycopg.rows import TupleRow

from flask_api.apply_migration import Migration, MigrationError, apply_migration

# Any number that no other user of the same database takes.
LOCK = 20_261_123

# Seconds between two looks whether another task's migration has ended.
LOOK_S = 0.25


def read_migrations(folder: Path) -> list[Migration]:
    """The SQL files of a folder, in the order of their names."""
    files = sorted(folder.glob("*.sql"))
    texts = [(file.name, file.read_text("utf-8")) for file in files]
    return [Migration(name, sql, hashlib.sha256(sql.encode()).hexdigest()) for name, sql in texts]


def migrate(
    connection: Connection[TupleRow], migrations: Sequence[Migration], wait_s: float = 25.0
) -> list[str]:
    """Applies what is not applied yet, file by file, while the service runs, and says which. Of
    several that start at once one does the work, and the others find it done.

    The connection is in autocommit mode. `wait_s` limits the waits for others, taken together."""
    deadline = monotonic() + wait_s
    _lock(connection, deadline)
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
        apply_migration(connection, migration, deadline)
    return [migration.name for migration in due]


def _lock(connection: Connection[TupleRow], deadline: float) -> None:
    """Of the session: it is let go with the connection, whatever happens. Asked for again and
    again, because an index that is built beside the service waits for every statement that runs,
    and would wait for one that waits for this lock."""
    while connection.execute("SELECT pg_try_advisory_lock(%s)", [LOCK]).fetchone() != (True,):
        if monotonic() > deadline:
            raise MigrationError("another migration runs and does not end")
        sleep(LOOK_S)
