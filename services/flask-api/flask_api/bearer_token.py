"""Who calls: the subject of the bearer token that comes with a request (RFC 6750, RFC 9068)."""

import re
from typing import Any, NewType

import jwt
from jwt import PyJWTError
from werkzeug.exceptions import Unauthorized

from flask_api.issuer_keys import ALGORITHMS, IssuerKeys
from flask_api.settings import IdentitySettings

# The token's `sub`.
Caller = NewType("Caller", str)

# Seconds by which the issuer's clock and this one may differ.
SKEW_S = 30
# Bytes of a token, and characters of a subject.
LONGEST_TOKEN = 8 * 1024
LONGEST_SUBJECT = 255

FORM = re.compile(r"[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+", re.ASCII)

REASONS = {
    jwt.ExpiredSignatureError: "has expired",
    jwt.ImmatureSignatureError: "is not valid yet",
    jwt.InvalidIssuerError: "is of another issuer",
    jwt.MissingRequiredClaimError: "lacks a claim: exp and sub are required",
    jwt.InvalidSignatureError: "is not signed by its issuer",
}


class Unauthenticated(Unauthorized):
    """With a challenge as RFC 6750 writes it, which werkzeug leaves without its quotes."""

    def __init__(self, detail: str, challenge: str = "Bearer") -> None:
        super().__init__(detail)
        self._challenge = challenge

    def get_headers(self, *arguments: Any, **keywords: Any) -> list[tuple[str, str]]:  # noqa: ANN401
        headers = super().get_headers(*arguments, **keywords)
        return [*headers, ("WWW-Authenticate", self._challenge)]


class InvalidToken(Unauthenticated):
    def __init__(self, why: str) -> None:
        super().__init__(f"the bearer token {why}", 'Bearer error="invalid_token"')


class BearerTokens:
    """Of one issuer, for one audience."""

    def __init__(self, settings: IdentitySettings) -> None:
        self._settings = settings
        self._keys = IssuerKeys(settings)

    def caller(self, authorization: str | None) -> Caller:
        """`authorization` is the header: of several, all with commas between them."""
        scheme, _, token = (authorization or "").partition(" ")
        if scheme.lower() != "bearer":
            raise Unauthenticated("a bearer token is required")
        if len(token) > LONGEST_TOKEN:
            raise InvalidToken(f"must not exceed {LONGEST_TOKEN} bytes")
        token = token.strip(" ")
        if not FORM.fullmatch(token):
            raise InvalidToken("is no signed JWT")
        claims = self._claims(token)
        self._check_use(claims)
        subject = claims["sub"]
        if not (1 <= len(subject) <= LONGEST_SUBJECT and subject.isprintable()):
            raise InvalidToken(f"has a sub that is not 1 to {LONGEST_SUBJECT} printable characters")
        return Caller(subject)

    def _claims(self, token: str) -> dict[str, Any]:
        try:
            header = jwt.get_unverified_header(token)
            # Before the key is looked for: nothing but a token of the right form asks the issuer.
            if header.get("alg") not in ALGORITHMS:
                raise InvalidToken(f"must be signed with {' or '.join(ALGORITHMS)}")
            kid = header.get("kid")
            # One without it would be taken until its issuer has a second key beside the first:
            # https://openid.net/specs/openid-connect-core-1_0.html#RotateSigKeys
            key = self._keys.find(kid) if isinstance(kid, str) and kid else None
            if key is None:
                raise InvalidToken("is signed with a key that its issuer does not have")
            return jwt.decode(
                token,
                key,
                algorithms=[key.algorithm_name],
                issuer=self._settings.issuer,
                leeway=SKEW_S,
                # Of the audience there are two forms.
                options={"require": ["exp", "sub", "iss"], "verify_aud": False},
            )
        except PyJWTError as error:
            raise InvalidToken(REASONS.get(type(error), "is not valid")) from error

    def _check_use(self, claims: dict[str, Any]) -> None:
        """Cognito's access tokens name their client, and no audience. Its ID tokens say who
        somebody is, and are for the client alone.

        https://docs.aws.amazon.com/cognito/latest/developerguide/amazon-cognito-user-pools-using-the-access-token.html
        """
        audience = claims["aud"] if "aud" in claims else claims.get("client_id")
        audiences = audience if isinstance(audience, list) else [audience]
        if self._settings.audience not in audiences:
            raise InvalidToken("is for another audience")
        if claims.get("token_use", "access") != "access":
            raise InvalidToken("is no access token")
