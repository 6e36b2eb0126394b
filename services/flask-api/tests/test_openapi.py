"""The document says what the routes do."""

from typing import Any
from unittest.mock import Mock

import pytest
from flask.testing import FlaskClient

ROUTES = {
    ("/", "get"): {200},
    ("/health", "get"): {200},
    ("/ready", "get"): {200, 503},
    ("/accounts", "get"): {200, 400, 401, 429, 503},
    ("/accounts", "post"): {201, 400, 401, 409, 413, 415, 429, 503},
    ("/accounts/{id}", "get"): {200, 400, 401, 404, 429, 503},
    ("/accounts/{id}/close", "post"): {200, 400, 401, 404, 429, 503},
    ("/accounts/{id}/transactions", "get"): {200, 400, 401, 404, 429, 503},
    ("/accounts/{id}/summary", "get"): {200, 400, 401, 404, 429, 503},
}


@pytest.fixture
def document(client: FlaskClient) -> Any:  # noqa: ANN401
    return client.get("/openapi.json").json


def test_every_route_and_every_status_is_described(document: Any) -> None:  # noqa: ANN401
    described = {
        (path, method): {int(status) for status in operation["responses"]}
        for path, operations in document["paths"].items()
        for method, operation in operations.items()
    }
    assert described == ROUTES


def test_what_needs_a_bearer_token_says_so(document: Any) -> None:  # noqa: ANN401
    assert document["components"]["securitySchemes"]["bearer"]["scheme"] == "bearer"
    for path, operations in document["paths"].items():
        for operation in operations.values():
            guarded = path.startswith("/accounts")
            assert operation.get("security") == ([{"bearer": []}] if guarded else None)
            if guarded:
                assert "WWW-Authenticate" in operation["responses"]["401"]["headers"]
                assert "Retry-After" in operation["responses"]["429"]["headers"]


def test_every_error_is_a_problem(document: Any) -> None:  # noqa: ANN401
    for operations in document["paths"].values():
        for operation in operations.values():
            for status, response in operation["responses"].items():
                media_type = (
                    "application/problem+json" if int(status) >= 400 else "application/json"
                )
                assert list(response["content"]) == [media_type]


def test_a_body_is_described_by_the_model_that_checks_it(document: Any) -> None:  # noqa: ANN401
    schema = document["components"]["schemas"]["NewAccount"]
    assert schema["required"] == ["owner", "currency"]
    assert schema["additionalProperties"] is False
    assert schema["properties"]["owner"]["maxLength"] == 200
    assert "EUR" in schema["properties"]["currency"]["enum"]


def test_parameters_are_described_by_the_models_that_check_them(document: Any) -> None:  # noqa: ANN401
    path, limit, cursor = document["paths"]["/accounts/{id}/transactions"]["get"]["parameters"]
    assert (path["name"], path["in"], path["required"]) == ("id", "path", True)
    assert limit == {
        "name": "limit",
        "in": "query",
        "required": False,
        "schema": {"type": "integer", "minimum": 1, "maximum": 100, "default": 20},
    }
    assert cursor["schema"] == {"type": "string", "maxLength": 200}
    (key,) = document["paths"]["/accounts"]["post"]["parameters"]
    assert (key["name"], key["in"], key["required"]) == ("Idempotency-Key", "header", False)


def test_every_reference_leads_somewhere(client: FlaskClient, document: Any) -> None:  # noqa: ANN401
    text = client.get("/openapi.json").text
    names = {part.split('"')[0] for part in text.split("#/components/schemas/")[1:]}
    assert names <= set(document["components"]["schemas"])


def test_it_is_made_once(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    first = client.get("/openapi.json").json
    monkeypatch.setattr("flask_api.openapi.models_json_schema", Mock(side_effect=AssertionError))
    assert client.get("/openapi.json").json == first
