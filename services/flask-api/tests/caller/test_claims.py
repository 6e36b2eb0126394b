"""What a token says: of whom it is, for whom, and until when."""

import json
import time
from typing import Any

import jwt
import pytest
from flask.testing import FlaskClient

from tests.caller.ask import accepted, ask, detail
from tests.issuer import AUDIENCE, Issuer, rsa_key

# Seconds, as all services of the platform allow.
SKEW_S = 30

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
