"""Who calls is what a token of the issuer says, and nothing else."""

import logging
from http.client import HTTPConnection
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.caller.ask import PATH, accepted, ask, detail
from tests.issuer import Issuer, ec_key
from tests.server import serve


@pytest.mark.parametrize("scheme", ["Bearer", "bearer", "BEARER"])
def test_a_good_token_is_taken_however_its_scheme_is_written(
    client: FlaskClient, own_issuer: Issuer, scheme: str
) -> None:
    assert accepted(client, own_issuer.token(), scheme)
    assert accepted(client, own_issuer.token(ec_key(), "ES256", "ec"), scheme)


@pytest.mark.parametrize("authorization", [None, "", "Basic YTpi", "Bearer", "token", "Bearerx y"])
def test_without_a_token_there_is_nothing_but_the_word_that_one_is_needed(
    client: FlaskClient, authorization: str | None
) -> None:
    answer = ask(client, authorization)
    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"].startswith("Bearer")


def test_the_challenge_says_whether_there_was_a_token(client: FlaskClient) -> None:
    assert ask(client, None).headers["WWW-Authenticate"].strip() == "Bearer"
    answer = ask(client, "Bearer x")
    assert answer.headers["WWW-Authenticate"] == 'Bearer error="invalid_token"'


@pytest.mark.parametrize("path", ["/", "/health", "/openapi.json"])
def test_what_is_for_everybody_needs_no_token(client: FlaskClient, path: str) -> None:
    for headers in ({}, {"Authorization": "Bearer x"}):
        assert client.get(path, headers=headers).status_code == 200


def test_a_request_without_a_token_learns_nothing_else(client: FlaskClient) -> None:
    assert client.post("/accounts", data="{").status_code == 401
    assert client.get("/accounts/no-uuid").status_code == 401


def test_two_authorization_headers_are_none(tmp_path: Path, own_issuer: Issuer) -> None:
    with serve(tmp_path, **own_issuer.environment) as server:
        statuses = []
        for count in (1, 2):
            connection = HTTPConnection("127.0.0.1", server.port, timeout=10)
            connection.putrequest("GET", PATH)
            for _ in range(count):
                connection.putheader("Authorization", own_issuer.bearer())
            # One that passes for the real one where hyphens and underscores are the same.
            connection.putheader("X_Request_ID", "smuggled")
            connection.endheaders()
            answer = connection.getresponse()
            statuses.append(answer.status)
            assert answer.getheader("X-Request-ID") != "smuggled"
            connection.close()
    assert statuses == [503, 401]


def test_without_an_issuer_nobody_is_admitted(app: Flask, own_issuer: Issuer) -> None:
    for authorization in (None, own_issuer.bearer()):
        answer = ask(app.test_client(), authorization)
        assert answer.status_code == 503
        assert answer.headers["Retry-After"] == "1"
        assert detail(answer) == "no issuer of tokens is configured"
    assert app.test_client().get("/health").status_code == 200


def test_a_token_is_never_in_the_log_and_its_subject_is(
    client: FlaskClient, own_issuer: Issuer, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    good, bad = own_issuer.token(sub="ada-7"), own_issuer.token(aud="shop")
    ask(client, f"Bearer {good}")
    ask(client, f"Bearer {bad}")
    for token in (good, bad):
        for part in token.split("."):
            assert part not in caplog.text
    callers = [vars(one)["caller"] for one in caplog.records if "caller" in vars(one)]
    assert callers == ["ada-7"]
