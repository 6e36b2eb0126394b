"""`python -m flask_api.migrate`, before the service starts: exits 0 when the database is as this
image needs it, and 1 with one line that says why it is not."""

import logging
import logging.config
import os
import sys
from collections.abc import Mapping
from pathlib import Path
from time import monotonic, sleep

from psycopg import Error, OperationalError

from flask_api.apply_migration import MigrationError
from flask_api.database import connection_arguments
from flask_api.limited_connection import LimitedConnection
from flask_api.logs import logging_config
from flask_api.migration import migrate, read_migrations
from flask_api.settings import DatabaseSettings, SettingsError, load_settings

FOLDER = Path(__file__).parent / "migrations"

# Seconds. A cluster that wakes up or is just being made is waited for; so is another task's
# migration. Whatever happens, it ends after TOTAL_S.
CONNECT_S = 60.0
ATTEMPT_S = 5
LOCK_S = 25.0
STATEMENT_S = 30.0
# After which the server lets go of what a migration holds that has gone without a word.
IDLE_S = 30.0
TOTAL_S = 95.0
PAUSE_S = 1.0

# A wrong login or certificate stays wrong.
HOPELESS = ("authentication failed", "does not support SSL", "certificate")

_log = logging.getLogger("flask_api.migrate")


def main(environment: Mapping[str, str], folder: Path = FOLDER) -> int:
    """The exit status."""
    started = monotonic()
    try:
        settings = load_settings(environment)
    except SettingsError as error:
        logging.config.dictConfig(logging_config("info"))
        _log.error("%s", error)
        return 1
    logging.config.dictConfig(logging_config(settings.log_level))
    try:
        if settings.database is None:
            raise MigrationError("no database is configured")
        with _connect(settings.database, started + CONNECT_S) as connection:
            connection.deadline = started + TOTAL_S
            applied = migrate(connection, read_migrations(folder), LOCK_S)
    except (MigrationError, Error) as error:
        # libpq's words may be several lines, one for each address.
        _log.error("the migration failed: %s", "; ".join(str(error).split("\n")).rstrip("; "))
        return 1
    _log.info(
        "the database is up to date",
        extra={"applied": applied, "seconds": round(monotonic() - started, 1)},
    )
    return 0


def _connect(settings: DatabaseSettings, deadline: float) -> LimitedConnection:
    while True:
        try:
            return LimitedConnection.connect(
                **connection_arguments(settings) | {"application_name": "flask-api-migration"},
                connect_timeout=ATTEMPT_S,
                options=f"-c statement_timeout={STATEMENT_S:.0f}s"
                f" -c idle_session_timeout={IDLE_S:.0f}s"
                f" -c idle_in_transaction_session_timeout={IDLE_S:.0f}s",
                autocommit=True,
            )
        except OperationalError as error:
            if any(words in str(error) for words in HOPELESS) or monotonic() > deadline:
                raise
            _log.info("waiting for the database: %s", "; ".join(str(error).splitlines()))
        sleep(PAUSE_S)


if __name__ == "__main__":
    sys.exit(main(os.environ))
