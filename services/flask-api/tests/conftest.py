from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from flask_api import database
from flask_api.app import create_app
from flask_api.settings import DatabaseSettings, Settings
from tests.postgres import Postgres

ROOT = Path(__file__).parent.parent
PASSWORD = "correct horse battery staple"

Connect = Callable[..., FlaskClient]


@pytest.fixture
def app() -> Flask:
    """The application without a database."""
    return create_app(Settings())


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


@pytest.fixture
def postgres() -> Iterator[Postgres]:
    with Postgres() as server:
        yield server


@pytest.fixture
def connect(postgres: Postgres, request: pytest.FixtureRequest) -> Connect:
    """Makes a client of the application whose database is at the given port, or at `postgres`."""

    def make(
        port: int = postgres.port, host: str = "127.0.0.1", sslmode: str = "prefer"
    ) -> FlaskClient:
        settings = DatabaseSettings(host, port, "accounts", "flask_api", PASSWORD, sslmode)
        app = create_app(Settings(database=settings))
        request.addfinalizer(app.extensions["database"].close)
        request.addfinalizer(postgres.drop_connections)
        return app.test_client()

    return make


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """For tests in which the limit passes, and which are about something else."""
    monkeypatch.setattr(database, "LIMIT_S", 0.3)
