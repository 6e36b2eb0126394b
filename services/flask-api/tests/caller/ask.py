"""Asks as a caller does, and tells whether the token was taken."""

import base64
import json

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

# Answers 503 to a caller, for there is no database, and 401 to everybody else.
PATH = "/accounts/9b2f0d6e-0000-4000-8000-000000000000"


def ask(client: FlaskClient, authorization: str | None) -> TestResponse:
    headers = {} if authorization is None else {"Authorization": authorization}
    return client.get(PATH, headers=headers)


def detail(answer: TestResponse) -> str:
    assert answer.content_type == "application/problem+json"
    assert answer.json is not None
    return str(answer.json["detail"])


def accepted(client: FlaskClient, token: str, scheme: str = "Bearer") -> bool:
    answer = ask(client, f"{scheme} {token}")
    if answer.status_code == 401:
        assert answer.headers["WWW-Authenticate"] == 'Bearer error="invalid_token"'
        return False
    assert (answer.status_code, detail(answer)) == (503, "no database is configured")
    return True


def unsigned(header: dict[str, object], claims: dict[str, object]) -> str:
    parts = (json.dumps(part).encode() for part in (header, claims))
    return ".".join(base64.urlsafe_b64encode(part).rstrip(b"=").decode() for part in parts)
