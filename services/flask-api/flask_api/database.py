"""The way to Aurora: a lazy pool whose every wait has a limit."""

from math import inf
from threading import Lock
from time import monotonic
from typing import Any, LiteralString, Self, cast

from flask import current_app
from psycopg import OperationalError
from psycopg.errors import QueryCanceled, ReadOnlySqlTransaction
from psycopg.rows import DictRow, dict_row
from psycopg_pool import ConnectionPool, PoolTimeout

from flask_api.authority_file import authority_file
from flask_api.database_failures import reason_of
from flask_api.limited_connection import LimitedConnection
from flask_api.settings import DatabaseSettings

# Seconds from asking for a connection to having one that works: resolving, connecting, logging in
# and checking together. A readiness check may take 2 s, and a quarter of a CPU takes its share.
LIMIT_S = 1.5

# Seconds for a statement, which takes milliseconds. The server gives it up first: it then says so,
# and the connection stays of use.
STATEMENT_S = 2.0
ANSWER_S = 2.5

# Seconds for which a check holds: anyone may ask for one, and as often as they like.
CHECKED_S = 1.0

# Half of the threads of asgi.py: a request is short, and Aurora has many tasks to serve.
MAX_CONNECTIONS = 4

# Seconds after which a connection that is not needed goes, one at a time, so that an idle Aurora
# Serverless may scale down.
IDLE_S = 60.0
# Seconds after which the server ends one of which it hears nothing: its task may be gone without a
# word. The pool's own end comes first, for all of them.
SESSION_S = 600.0


class DatabaseUnavailable(Exception):
    """No working connection within the limit. The message holds no secret and may be answered."""


class Database:
    """Connections that are known to work, or `DatabaseUnavailable` within `LIMIT_S`."""

    def __init__(self, settings: DatabaseSettings) -> None:
        self._failure: str | None = None
        self._unavailable: str | None = None
        self._checked_at = -inf
        self._retry = Lock()
        self._pool = ConnectionPool(
            name="database",
            connection_class=self._reporting_connection(),
            # As keywords, not as a connection string: strings end up in messages.
            kwargs={
                **connection_arguments(settings),
                "connect_timeout": 2,
                "options": f"-c statement_timeout={round(STATEMENT_S * 1000)}"
                f" -c idle_session_timeout={round(SESSION_S * 1000)}",
                # Each statement stands for itself.
                "autocommit": True,
                # What is prepared fails once a newer image's migration has added a column.
                "prepare_threshold": None,
            },
            # With the first use: threads that start before gunicorn forks do not survive it.
            open=False,
            # None is kept for its own sake.
            min_size=0,
            max_idle=IDLE_S,
            max_size=MAX_CONNECTIONS,
            # Retries back off up to this long. More would delay the way back after an outage.
            reconnect_timeout=LIMIT_S,
        )

    def check(self) -> None:
        """Raises `DatabaseUnavailable` unless the database answers a query now, or did so within
        `CHECKED_S` and was not away since."""
        if monotonic() - self._checked_at >= CHECKED_S:
            self._pool.putconn(self._working_connection())

    def query(self, statement: LiteralString, values: dict[str, Any]) -> list[DictRow]:
        """Runs one statement, and raises `DatabaseUnavailable` if its answer does not come: it may
        have been done or not, so each must be such that it can be repeated."""
        connection = self._working_connection()
        try:
            connection.deadline = monotonic() + ANSWER_S
            with connection.cursor(row_factory=dict_row) as cursor:
                return cursor.execute(statement, values).fetchall()
        except (OperationalError, ReadOnlySqlTransaction) as error:
            # A former writer only reads since a failover: a new connection finds the new one.
            if not isinstance(error, QueryCanceled):
                connection.close()
                self._checked_at = -inf
            raise DatabaseUnavailable(reason_of(str(error))) from error
        finally:
            connection.deadline = inf
            self._pool.putconn(connection)

    def close(self) -> None:
        """Ends the pool's connections and threads; a Database that was never used has none."""
        self._pool.close(timeout=2)

    def _working_connection(self) -> LimitedConnection:
        """While the database is away one caller at a time looks whether it is back. The others are
        told at once: if they all waited, no thread would be left to answer /health."""
        unavailable = self._unavailable
        if unavailable is None:
            return self._take()
        if not self._retry.acquire(blocking=False):
            raise DatabaseUnavailable(unavailable)
        try:
            return self._take()
        finally:
            self._retry.release()

    def _take(self) -> LimitedConnection:
        deadline = monotonic() + LIMIT_S
        self._pool.open()
        # After a failover all that lies in the pool may be broken; the one after that is new.
        for _ in range(MAX_CONNECTIONS + 1):
            try:
                connection = self._pool.getconn(timeout=deadline - monotonic())
            except PoolTimeout:
                break
            if _answers(connection, deadline):
                self._unavailable = None
                self._checked_at = monotonic()
                return connection
            connection.close()
            self._pool.putconn(connection)
        self._checked_at = -inf
        self._unavailable = reason_of(self._failure)
        raise DatabaseUnavailable(self._unavailable)

    def _reporting_connection(self) -> type[LimitedConnection]:
        """Connects as usual and keeps the reason of a failure, which the pool only logs."""
        database = self

        class ReportingConnection(LimitedConnection):
            @classmethod
            def connect(cls, conninfo: str = "", **kwargs: Any) -> Self:  # noqa: ANN401
                database._failure = None
                try:
                    return super().connect(conninfo, **kwargs)
                except Exception as error:
                    database._failure = str(error)
                    raise

        return ReportingConnection


def connection_arguments(settings: DatabaseSettings) -> dict[str, Any]:
    """What every connection of this service has in common."""
    return {
        "host": settings.host,
        "port": settings.port,
        "dbname": settings.name,
        "user": settings.user,
        "password": settings.password,
        # Before anything else is sent, the server has to show a certificate for this host from one
        # of these authorities. Without the last setting, Kerberos would come first.
        "sslmode": settings.sslmode,
        "sslrootcert": authority_file(settings.ca),
        "gssencmode": "disable",
        "application_name": "flask-api",
        # A name that still leads to the former writer after a failover is no connection.
        "target_session_attrs": "read-write",
        # A peer that vanished without a word ends a running query, not only the check.
        "tcp_user_timeout": 10_000,
    }


def current_database() -> Database | None:
    """The database of the application that serves this request, if one is configured."""
    return cast("Database | None", current_app.extensions["database"])


def _answers(connection: LimitedConnection, deadline: float) -> bool:
    connection.deadline = deadline
    try:
        connection.execute("SELECT 1", prepare=False)
    except OperationalError:
        return False
    finally:
        connection.deadline = inf
    return True
