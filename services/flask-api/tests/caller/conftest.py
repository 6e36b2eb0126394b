"""An issuer whose tokens the application takes."""

from collections.abc import Iterator

import pytest
from flask.testing import FlaskClient

from flask_api.app import create_app
from flask_api.settings import Settings
from tests.issuer import Issuer


@pytest.fixture
def own_issuer() -> Iterator[Issuer]:
    """One that a test may change."""
    with Issuer() as server:
        yield server


@pytest.fixture
def client(own_issuer: Issuer) -> FlaskClient:
    return create_app(Settings(identity=own_issuer.settings)).test_client()
