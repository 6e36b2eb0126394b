"""Who calls is what a token of the issuer says, and nothing else."""

import base64
import hashlib
import hmac
import ipaddress
import json
import logging
import ssl
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

import jwt
import pytest
from cryptography import x509
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)
from flask import Flask
from flask.testing import FlaskClient
from jwt.warnings import InsecureKeyLengthWarning
from werkzeug.test import TestResponse

from flask_api import issuer_keys, peer
from flask_api.app import create_app
from flask_api.bearer_token import LONGEST_TOKEN
from flask_api.settings import IdentitySettings, Settings
from tests.issuer import AUDIENCE, Issuer, ec_key, public, rsa_key
from tests.test_process import serve

# Seconds, as all services of the platform allow.
SKEW_S = 30

# Answers 503 to a caller, for there is no database, and 401 to everybody else.
PATH = "/accounts/9b2f0d6e-0000-4000-8000-000000000000"


@pytest.fixture
def own_issuer() -> Iterator[Issuer]:
    """One that a test may change."""
    with Issuer() as server:
        yield server


@pytest.fixture
def client(own_issuer: Issuer) -> FlaskClient:
    return create_app(Settings(identity=own_issuer.settings)).test_client()


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


WRONG_CLAIMS: dict[str, tuple[dict[str, object], str]] = {
    "another issuer": ({"iss": "https://issuer.example"}, "is of another issuer"),
    "no issuer": ({"iss": None}, "lacks a claim"),
    "another audience": ({"aud": "shop"}, "is for another audience"),
    "other audiences": ({"aud": ["shop", "platform2"]}, "is for another audience"),
    "no audience and no client": ({"aud": None}, "is for another audience"),
    "another client": ({"aud": None, "client_id": "shop"}, "is for another audience"),
    "another audience, whatever the client": (
        {"aud": "shop", "client_id": AUDIENCE},
        "is for another audience",
    ),
    "an audience of nothing": ({"aud": [], "client_id": AUDIENCE}, "is for another audience"),
    "an ID token": ({"token_use": "id"}, "is no access token"),
    "expired": ({"exp": int(time.time()) - SKEW_S - 5}, "has expired"),
    "without an end": ({"exp": None}, "lacks a claim"),
    "an end in words": ({"exp": "tomorrow"}, "is not valid"),
    "an end that is no number": ({"exp": float("inf")}, "is not valid"),
    "not valid yet": ({"nbf": int(time.time()) + 3600}, "is not valid yet"),
    "without a subject": ({"sub": None}, "lacks a claim"),
    "an empty subject": ({"sub": ""}, "has a sub"),
    "a number for a subject": ({"sub": 7}, "is not valid"),
    "too long a subject": ({"sub": "x" * 256}, "has a sub"),
    "a subject that no database keeps": ({"sub": "a\0da"}, "has a sub"),
    "half a character in a subject": ({"sub": "\ud800"}, "has a sub"),
}


@pytest.mark.parametrize(("changes", "why"), WRONG_CLAIMS.values(), ids=WRONG_CLAIMS)
def test_a_token_with_wrong_claims_is_refused(
    client: FlaskClient, own_issuer: Issuer, changes: dict[str, object], why: str
) -> None:
    token = jwt.api_jws.encode(
        json.dumps(own_issuer.claims(**changes)).encode(), rsa_key("rsa"), "RS256", {"kid": "rsa"}
    )
    assert not accepted(client, token)
    assert why in detail(ask(client, f"Bearer {token}"))


RIGHT_CLAIMS: dict[str, dict[str, Any]] = {
    "one of several audiences": {"aud": ["shop", AUDIENCE]},
    "Cognito's access token": {"aud": None, "client_id": AUDIENCE, "token_use": "access"},
    "the longest subject": {"sub": "x" * 255},
}


@pytest.mark.parametrize("changes", RIGHT_CLAIMS.values(), ids=RIGHT_CLAIMS)
def test_a_token_with_right_claims_is_taken(
    client: FlaskClient,
    own_issuer: Issuer,
    changes: Any,  # noqa: ANN401
) -> None:
    assert accepted(client, own_issuer.token(**changes))


def test_clocks_may_differ_by_the_skew(client: FlaskClient, own_issuer: Issuer) -> None:
    now = int(time.time())
    assert accepted(client, own_issuer.token(exp=now - SKEW_S + 15))
    assert accepted(client, own_issuer.token(nbf=now + SKEW_S - 5, iat=now + SKEW_S - 5))
    assert not accepted(client, own_issuer.token(exp=now - SKEW_S - 1))
    assert not accepted(client, own_issuer.token(nbf=now + SKEW_S + 60))


def test_a_token_without_a_signature_is_refused(client: FlaskClient, own_issuer: Issuer) -> None:
    for algorithm in ("none", "None", "NONE", "RS256"):
        token = unsigned({"alg": algorithm, "kid": "rsa"}, own_issuer.claims())
        for signature in ("", ".", ".eA", f".{'A' * 342}"):
            assert not accepted(client, token + signature)


def test_the_public_key_is_no_shared_secret(client: FlaskClient, own_issuer: Issuer) -> None:
    key = rsa_key("rsa").public_key()
    for form in (PublicFormat.SubjectPublicKeyInfo, PublicFormat.PKCS1):
        for encoding in (Encoding.PEM, Encoding.DER):
            secret = key.public_bytes(encoding, form)
            token = unsigned({"alg": "HS256", "kid": "rsa", "typ": "JWT"}, own_issuer.claims())
            signature = hmac.digest(secret, token.encode(), hashlib.sha256)
            text = base64.urlsafe_b64encode(signature).rstrip(b"=").decode()
            assert not accepted(client, f"{token}.{text}")


@pytest.mark.parametrize("algorithm", ["RS384", "RS512", "PS256"])
def test_other_algorithms_are_refused_though_the_key_is_right(
    client: FlaskClient, own_issuer: Issuer, algorithm: str
) -> None:
    assert not accepted(client, own_issuer.token(algorithm=algorithm))


def test_a_key_is_for_its_own_algorithm(client: FlaskClient, own_issuer: Issuer) -> None:
    assert not accepted(client, own_issuer.token(ec_key(), "ES256", "rsa"))
    assert not accepted(client, own_issuer.token(kid="ec"))


def test_a_signature_of_another_key_is_refused(client: FlaskClient, own_issuer: Issuer) -> None:
    forged = own_issuer.token(rsa_key("attacker"))
    assert not accepted(client, forged)
    header, claims, signature = own_issuer.token().split(".")
    _, other, _ = own_issuer.token(sub="charles").split(".")
    assert not accepted(client, f"{header}.{other}.{signature}")
    assert accepted(client, f"{header}.{claims}.{signature}")


@pytest.mark.parametrize("name", ["jwk", "jku", "x5u"])
def test_a_key_that_the_token_brings_is_not_used(
    client: FlaskClient, own_issuer: Issuer, name: str
) -> None:
    attacker = rsa_key("attacker")
    brought = public(attacker, "attacker") if name == "jwk" else f"{own_issuer.url}/attacker"
    headers = {"kid": "attacker", name: brought}
    assert not accepted(client, jwt.encode(own_issuer.claims(), attacker, "RS256", headers))
    assert own_issuer.paths == ["/keys"]


@pytest.mark.parametrize("kid", [None, "", 7, ["rsa"], {"rsa": 1}])
def test_a_token_names_its_key(client: FlaskClient, own_issuer: Issuer, kid: object) -> None:
    token = unsigned({"alg": "RS256", "kid": kid}, own_issuer.claims())
    assert not accepted(client, f"{token}.{'A' * 342}")


def test_a_critical_extension_that_is_not_known_is_refused(
    client: FlaskClient, own_issuer: Issuer
) -> None:
    token = jwt.api_jws.encode(
        json.dumps(own_issuer.claims()).encode(),
        rsa_key("rsa"),
        "RS256",
        {"kid": "rsa", "crit": ["exp"], "exp": 1},
    )
    assert not accepted(client, token)


NO_TOKENS = {
    "words": "a b",
    "two parts": "e30.e30",
    "four parts": "e30.e30.e30.e30",
    "no base64": "~.~.~",
    "no JSON": "eHg.eHg.eHg",
    "a list": "W10.W10.W10",
    "a deep nest": f"{base64.b64encode(b'[' * 3999).decode()}.e30.e30",
    "no UTF-8": "_w.e30.e30",
    "not ASCII": "\u00e9.\u00e9.\u00e9",
}


@pytest.mark.parametrize("token", NO_TOKENS.values(), ids=NO_TOKENS)
def test_what_is_no_token_is_refused_and_asks_nobody(
    client: FlaskClient, own_issuer: Issuer, token: str
) -> None:
    assert not accepted(client, token)
    assert own_issuer.paths == []


def test_a_huge_token_is_refused_before_it_is_looked_at(
    client: FlaskClient, own_issuer: Issuer
) -> None:
    assert accepted(client, own_issuer.token(padding="x" * 4000))
    token = own_issuer.token(padding="x" * LONGEST_TOKEN)
    assert not accepted(client, token)
    assert "must not exceed" in detail(ask(client, f"Bearer {token}"))


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


def self_signed(folder: Path) -> Path:
    """A certificate of 127.0.0.1 and its key, in one file."""
    key, now = ec_key(), datetime.now(UTC)
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "issuer")])
    address = x509.IPAddress(ipaddress.ip_address("127.0.0.1"))
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([address]), critical=False)
        .sign(key, SHA256())
    )
    file = folder / "issuer.pem"
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    file.write_bytes(certificate.public_bytes(Encoding.PEM) + private)
    return file


class TestKeys:
    def test_they_are_asked_for_once(self, client: FlaskClient, own_issuer: Issuer) -> None:
        for _ in range(5):
            assert accepted(client, own_issuer.token())
        assert own_issuer.paths == ["/keys"]

    def test_they_are_asked_for_once_by_many_at_once(
        self, client: FlaskClient, own_issuer: Issuer
    ) -> None:
        own_issuer.delay = 0.3
        token = own_issuer.token()
        with ThreadPoolExecutor(8) as threads:
            assert all(threads.map(lambda _: accepted(client, token), range(8)))
        assert own_issuer.paths == ["/keys"]

    def test_the_issuer_says_where_they_are(self, own_issuer: Issuer) -> None:
        settings = IdentitySettings(own_issuer.url, AUDIENCE)
        client = create_app(Settings(identity=settings)).test_client()
        assert accepted(client, own_issuer.token())
        assert own_issuer.paths == ["/.well-known/openid-configuration", "/keys"]

    @pytest.mark.parametrize(
        ("changes", "why"),
        [
            ({"issuer": "https://issuer.example"}, "describes another issuer than itself"),
            ({"jwks_uri": None}, "does not say where its keys are"),
            ({"jwks_uri": "file:///etc/passwd"}, "does not say where its keys are"),
            ({"jwks_uri": "http://a/keys?a b"}, "does not say where its keys are"),
        ],
    )
    def test_a_description_that_is_none_leads_nowhere(
        self, own_issuer: Issuer, changes: dict[str, object], why: str
    ) -> None:
        own_issuer.configuration |= changes
        settings = IdentitySettings(own_issuer.url, AUDIENCE)
        client = create_app(Settings(identity=settings)).test_client()
        answer = ask(client, own_issuer.bearer())
        assert answer.status_code == 503
        assert detail(answer) == f"the issuer of tokens {why}"
        assert own_issuer.paths == ["/.well-known/openid-configuration"]

    def test_their_address_may_have_a_query(self, own_issuer: Issuer) -> None:
        own_issuer.configuration["jwks_uri"] += "?p=b2c_1_signin"
        settings = IdentitySettings(own_issuer.url, AUDIENCE)
        client = create_app(Settings(identity=settings)).test_client()
        assert accepted(client, own_issuer.token())
        assert own_issuer.paths[1:] == ["/keys?p=b2c_1_signin"]

    def test_an_issuer_with_https_has_them_there_too(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        file = self_signed(tmp_path)
        monkeypatch.setenv("SSL_CERT_FILE", str(file))
        issuer = Issuer()
        issuer.tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        issuer.tls.load_cert_chain(file)
        with issuer, Issuer() as other:
            issuer.configuration = {"issuer": issuer.url, "jwks_uri": f"{other.url}/keys"}
            settings = IdentitySettings(issuer.url, AUDIENCE)
            client = create_app(Settings(identity=settings)).test_client()
            answer = ask(client, issuer.bearer())
        assert detail(answer) == "the issuer of tokens leads away from https"
        assert other.paths == []

    def test_all_may_be_withdrawn(
        self, client: FlaskClient, own_issuer: Issuer, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(issuer_keys, "PAUSE_S", 0.0)
        monkeypatch.setattr(issuer_keys, "FRESH_S", 0.1)
        assert accepted(client, own_issuer.token())
        own_issuer.keys.clear()
        time.sleep(0.2)
        assert ask(client, own_issuer.bearer()).status_code == 401

    def test_a_new_one_is_asked_for_when_it_is_used(
        self, client: FlaskClient, own_issuer: Issuer, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(issuer_keys, "PAUSE_S", 0.2)
        assert accepted(client, own_issuer.token())
        own_issuer.keys.append(public(rsa_key("new"), "new"))
        time.sleep(0.3)
        token = own_issuer.token(rsa_key("new"), kid="new")
        with ThreadPoolExecutor(8) as threads:
            assert all(threads.map(lambda _: accepted(client, token), range(8)))
        assert own_issuer.paths == ["/keys", "/keys"]

    def test_one_that_is_withdrawn_is_forgotten(
        self, client: FlaskClient, own_issuer: Issuer, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(issuer_keys, "PAUSE_S", 0.0)
        monkeypatch.setattr(issuer_keys, "FRESH_S", 0.1)
        assert accepted(client, own_issuer.token())
        own_issuer.keys.pop(0)
        time.sleep(0.2)
        assert not accepted(client, own_issuer.token())

    def test_unknown_ones_do_not_make_us_a_nuisance_to_the_issuer(
        self, client: FlaskClient, own_issuer: Issuer
    ) -> None:
        with ThreadPoolExecutor(8) as threads:
            tokens = (own_issuer.token(rsa_key("attacker"), kid=f"k-{n}") for n in range(100))
            assert not any(threads.map(lambda token: accepted(client, token), tokens))
        assert own_issuer.paths == ["/keys"]
        assert accepted(client, own_issuer.token())

    def test_they_are_of_use_for_a_while_when_the_issuer_is_away(
        self, client: FlaskClient, own_issuer: Issuer, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(issuer_keys, "PAUSE_S", 0.0)
        monkeypatch.setattr(issuer_keys, "FRESH_S", 0.0)
        assert accepted(client, own_issuer.token())
        own_issuer.leave()
        for _ in range(3):
            assert accepted(client, own_issuer.token())
        # Of a key that is not known nobody can say that it is none.
        answer = ask(client, f"Bearer {own_issuer.token(kid='new')}")
        assert (answer.status_code, answer.headers["Retry-After"]) == (503, "1")
        monkeypatch.setattr(issuer_keys, "STALE_S", 0.0)
        answer = ask(client, own_issuer.bearer())
        assert answer.status_code == 503
        assert detail(answer) == "the issuer of tokens cannot be connected to"

    def test_the_issuer_may_come_after_the_service(
        self, client: FlaskClient, own_issuer: Issuer, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(issuer_keys, "RETRY_S", 0.2)
        own_issuer.leave()
        for _ in range(3):
            answer = ask(client, own_issuer.bearer())
            assert (answer.status_code, answer.headers["Retry-After"]) == (503, "1")
        own_issuer.come()
        time.sleep(0.3)
        assert accepted(client, own_issuer.token())

    def test_an_issuer_that_is_away_is_not_asked_by_everybody(
        self, client: FlaskClient, own_issuer: Issuer
    ) -> None:
        own_issuer.status = 500
        for _ in range(20):
            answer = ask(client, own_issuer.bearer())
            assert detail(answer) == "the issuer of tokens answers 500"
        assert len(own_issuer.paths) == 1

    def test_while_the_issuer_hangs_one_request_at_a_time_waits_for_it(
        self, client: FlaskClient, own_issuer: Issuer, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(issuer_keys, "RETRY_S", 0.0)
        own_issuer.delay = 5
        started = time.monotonic()
        assert ask(client, own_issuer.bearer()).status_code == 503
        assert time.monotonic() - started < own_issuer.delay
        waiting = threading.Thread(target=lambda: ask(client, own_issuer.bearer()))
        waiting.start()
        time.sleep(0.5)
        started = time.monotonic()
        for _ in range(8):
            assert ask(client, own_issuer.bearer()).status_code == 503
        # If each waited, it would take eight times the limit.
        assert time.monotonic() - started < 3 * peer.LIMIT_S
        waiting.join()

    @pytest.mark.parametrize(
        "body",
        [
            b"",
            b"<html>",
            b"[]",
            b"{}",
            b'{"keys":{}}',
            b'{"keys":[7,null,{},{"kty":"RSA"}]}',
            b"[" * 20000,
        ],
    )
    def test_an_answer_that_holds_none_is_an_outage(
        self, client: FlaskClient, own_issuer: Issuer, body: bytes
    ) -> None:
        own_issuer.body = body
        assert ask(client, own_issuer.bearer()).status_code == 503

    def test_an_answer_without_end_is_not_read_to_the_end(
        self, client: FlaskClient, own_issuer: Issuer
    ) -> None:
        keys = json.dumps({"keys": own_issuer.keys}).encode()
        own_issuer.body = keys + b" " * issuer_keys.MAXIMUM_ANSWER
        answer = ask(client, own_issuer.bearer())
        assert detail(answer) == "the issuer of tokens gives too long an answer"

    @pytest.mark.parametrize("trusted", [True, False])
    def test_an_issuer_with_https_shows_a_certificate_that_is_trusted(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, trusted: bool
    ) -> None:
        file = self_signed(tmp_path)
        if trusted:
            monkeypatch.setenv("SSL_CERT_FILE", str(file))
        issuer = Issuer()
        issuer.tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        issuer.tls.load_cert_chain(file)
        with issuer:
            client = create_app(Settings(identity=issuer.settings)).test_client()
            answer = ask(client, issuer.bearer())
        assert answer.status_code == 503
        assert detail(answer) == (
            "no database is configured"
            if trusted
            else "the issuer of tokens cannot be connected to"
        )
        assert issuer.paths == (["/keys"] if trusted else [])

    def test_a_redirect_is_not_followed(self, client: FlaskClient, own_issuer: Issuer) -> None:
        own_issuer.status = 302
        assert ask(client, own_issuer.bearer()).status_code == 503
        assert own_issuer.paths == ["/keys"]

    def test_those_that_are_of_no_use_are_left_out(
        self, client: FlaskClient, own_issuer: Issuer
    ) -> None:
        weak = rsa_key("weak", 1024)
        other = rsa_key("other")
        own_issuer.keys += [
            public(weak, "weak"),
            public(other, "encryption", use="enc"),
            public(other, "PS256", alg="PS256"),
            {"kty": "oct", "kid": "secret", "k": "c2VjcmV0", "alg": "HS256"},
        ]
        assert accepted(client, own_issuer.token())
        assert not accepted(client, own_issuer.token(other, kid="encryption"))
        assert not accepted(client, own_issuer.token(other, kid="PS256"))
        with pytest.warns(InsecureKeyLengthWarning):
            token = own_issuer.token(weak, kid="weak")
        assert not accepted(client, token)


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
