import logging
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

LOGGER = "flask_api.request_log"


@pytest.fixture(autouse=True)
def _every_level(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG, LOGGER)


def line(caplog: pytest.LogCaptureFixture) -> dict[str, Any]:
    """The one line of the one request."""
    (record,) = [record for record in caplog.records if record.name == LOGGER]
    return vars(record)


def test_each_request_is_one_line(client: FlaskClient, caplog: pytest.LogCaptureFixture) -> None:
    client.get("/nowhere?token=secret")
    logged = line(caplog)
    assert (logged["method"], logged["path"], logged["status"]) == ("GET", "/nowhere", 404)
    assert logged["levelname"] == "INFO"
    assert 0 <= logged["duration_ms"] < 1000


def test_a_failing_request_is_one_line_too(app: Flask, caplog: pytest.LogCaptureFixture) -> None:
    app.add_url_rule("/fail", view_func=lambda: str(1 / 0))
    app.test_client().get("/fail")
    assert line(caplog)["status"] == 500


@pytest.mark.parametrize(
    ("path", "level"),
    [("/health", "DEBUG"), ("/ready", "INFO"), ("/", "INFO")],
    ids=["a probe is not", "a failing probe is", "any other request is"],
)
def test_what_is_worth_a_line_at_info(
    client: FlaskClient, caplog: pytest.LogCaptureFixture, path: str, level: str
) -> None:
    client.get(path)
    assert line(caplog)["levelname"] == level


def request_id(client: FlaskClient, headers: dict[str, str]) -> str:
    return client.get("/", headers=headers).headers["X-Request-ID"]


def test_a_callers_request_id_is_kept(client: FlaskClient) -> None:
    assert request_id(client, {"X-Request-ID": "abc-1.2_3"}) == "abc-1.2_3"


@pytest.mark.parametrize("given", ["", "a b", "a" * 129, 'x"}', "é"])
def test_a_request_id_of_another_form_is_replaced(client: FlaskClient, given: str) -> None:
    assert len(request_id(client, {"X-Request-ID": given})) == 32


@pytest.mark.parametrize("trace", ["Root=1-67-ab", "Self=1-68-cd;Root=1-67-ab;Sampled=0"])
def test_the_load_balancers_trace_is_the_request_id(client: FlaskClient, trace: str) -> None:
    assert request_id(client, {"X-Amzn-Trace-Id": trace}) == "1-67-ab"


def test_each_request_without_an_id_gets_its_own(client: FlaskClient) -> None:
    assert request_id(client, {}) != request_id(client, {})
