"""A token is signed by its issuer, with a key that it names."""

import base64
import hashlib
import hmac
import json

import jwt
import pytest
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    PublicFormat,
)
from flask.testing import FlaskClient

from flask_api.bearer_token import LONGEST_TOKEN
from tests.caller.ask import accepted, ask, detail, unsigned
from tests.issuer import Issuer, ec_key, public, rsa_key


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
    # Nor is one that only one key of its issuer fits.
    assert not accepted(client, own_issuer.token(kid=None))
    assert own_issuer.paths == []


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
