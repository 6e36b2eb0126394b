import logging
from collections.abc import Callable, Iterator
from pathlib import Path
from ssl import SSLContext

import pytest
from flask import Flask
from flask.testing import FlaskClient

from flask_api import database
from flask_api.app import create_app
from flask_api.logs import logging_config
from flask_api.settings import DatabaseSettings, Settings
from tests.certificate import Authority
from tests.issuer import Issuer
from tests.postgres import Postgres
from tests.real_postgres import RealPostgres
from tests.upstream import Upstream

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


@pytest.fixture(scope="session")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    """The one that signs the certificates of databases."""
    return Authority(tmp_path_factory.mktemp("authority"))


@pytest.fixture(scope="session")
def certificate(authority: Authority) -> SSLContext:
    """A database's, on this machine."""
    return authority.server()


@pytest.fixture
def postgres(certificate: SSLContext) -> Iterator[Postgres]:
    with Postgres(certificate) as server:
        yield server


@pytest.fixture
def connect(postgres: Postgres, authority: Authority, request: pytest.FixtureRequest) -> Connect:
    """Makes a client of the application whose database is at the given port, or at `postgres`."""

    def make(
        port: int = postgres.port, host: str = "127.0.0.1", ca: str = authority.pem
    ) -> FlaskClient:
        settings = DatabaseSettings(host, "accounts", "flask_api", PASSWORD, ca, port)
        app = create_app(Settings(database=settings))
        request.addfinalizer(app.extensions["database"].close)
        request.addfinalizer(postgres.drop_connections)
        return app.test_client()

    return make


@pytest.fixture(scope="session")
def real_postgres(authority: Authority) -> Iterator[RealPostgres]:
    server = RealPostgres(authority)
    yield server
    server.stop()


@pytest.fixture
def upstream() -> Iterator[Upstream]:
    """What plays transaction-processor."""
    with Upstream() as server:
        yield server


@pytest.fixture(scope="session")
def migrated(real_postgres: RealPostgres) -> DatabaseSettings:
    """A database with the service's tables."""
    return real_postgres.database()


@pytest.fixture(scope="session")
def issuer() -> Iterator[Issuer]:
    """Whose tokens are taken."""
    with Issuer() as server:
        yield server


@pytest.fixture
def accounts(
    migrated: DatabaseSettings, upstream: Upstream, issuer: Issuer
) -> Iterator[FlaskClient]:
    """A client of the application with a database without accounts, and with `upstream`. Its
    caller is Ada, whoever else may call too."""
    app = create_app(
        Settings(
            database=migrated, transaction_processor_url=upstream.url, identity=issuer.settings
        )
    )
    with pytest.MonkeyPatch.context() as busy:
        busy.setattr(database, "LIMIT_S", 30.0)
        app.extensions["database"].query("DELETE FROM accounts RETURNING id", {})
    yield calling(app, issuer, "ada")
    for part in ("database", "transaction_processor"):
        app.extensions[part].close()


@pytest.fixture
def address(accounts: FlaskClient) -> str:
    """The path of an open account of Ada's."""
    opened = accounts.post("/accounts", json={"owner": "Ada", "currency": "EUR"})
    return opened.headers["Location"]


def calling(app: Flask, issuer: Issuer, sub: str) -> FlaskClient:
    """A client that calls with a token of this subject's."""
    client = app.test_client()
    client.environ_base["HTTP_AUTHORIZATION"] = issuer.bearer(sub)
    return client


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """For tests in which the limit passes, and which are about something else. A busy machine needs
    much of it to find out what is wrong."""
    monkeypatch.setattr(database, "LIMIT_S", 2.0)


@pytest.fixture
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """For tests in which the database is well, on a machine that may be busy."""
    monkeypatch.setattr(database, "LIMIT_S", 30.0)


@pytest.fixture
def logging_put_back() -> Iterator[None]:
    """For tests that configure logging as the process does."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers[:], root.level = handlers, level
    for name in logging_config("info")["loggers"]:
        logger = logging.getLogger(name)
        logger.handlers.clear()
        logger.propagate = True
        logger.setLevel(logging.NOTSET)
