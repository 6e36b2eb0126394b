"""The public keys of the tokens' issuer: asked for seldom, and of use for a while without it.

Own code, because PyJWT's client asks for each unknown key, with no limit of size, and forgets its
keys while the issuer is away."""

import json
import logging
import re
from collections.abc import Mapping
from contextlib import closing
from threading import Lock
from time import monotonic
from typing import Any

from jwt import PyJWK, PyJWTError

from flask_api.peer import Peer, PeerUnavailable
from flask_api.settings import IdentitySettings, is_address

# https://www.rfc-editor.org/rfc/rfc7518#section-3.1
ALGORITHMS = ("RS256", "ES256")
# Bits, as RFC 7518 asks for with RS256.
SHORTEST_RSA = 2048

# Seconds for which keys are taken as they are: one that its issuer withdraws is of use so long.
FRESH_S = 300.0
# Seconds for which they are of use while the issuer cannot be asked.
STALE_S = 4 * 3600.0
# Seconds between two questions. Tokens that name unknown keys, which anybody can make, cost the
# issuer no more than that; a key that the issuer has begun to use is known after it.
PAUSE_S = 30.0
# The same after a failure.
RETRY_S = 2.0
# Seconds that a request waits for another's question.
WAIT_S = 2.0

# Bytes. A key takes some hundred.
MAXIMUM_ANSWER = 64 * 1024

ISSUER = "the issuer of tokens"

# https://www.rfc-editor.org/rfc/rfc3986#section-3.4
QUERY = re.compile(r"[A-Za-z0-9._~!$&'()*+,;=:@%/?-]*")

_log = logging.getLogger(__name__)


class KeysUnavailable(Exception):
    """The keys are not known. The message holds no secret and may be answered."""


class IssuerKeys:
    """Keys by their `kid`."""

    def __init__(self, settings: IdentitySettings) -> None:
        self._settings = settings
        self._keys: Mapping[str, PyJWK] = {}
        self._fetched = -STALE_S
        # What the last question failed with.
        self._failure: str | None = None
        self._next_question = 0.0
        self._asking = Lock()

    def find(self, kid: str) -> PyJWK | None:
        """None if the issuer has no such key."""
        age = monotonic() - self._fetched
        if age > FRESH_S or kid not in self._keys:
            self._refresh()
        known = monotonic() - self._fetched <= STALE_S
        key = self._keys.get(kid) if known else None
        if key is None and (self._failure or not known):
            raise KeysUnavailable(f"{ISSUER} {self._failure or 'does not answer in time'}")
        return key

    def _refresh(self) -> None:
        """While the issuer is away one request at a time asks. The others go on at once: if they
        all waited, no thread would be left to answer /health."""
        if not self._asking.acquire(timeout=0 if self._failure else WAIT_S):
            return
        try:
            if monotonic() < self._next_question:
                return
            self._keys, self._failure = self._ask(), None
            self._fetched = monotonic()
            self._next_question = self._fetched + PAUSE_S
        except PeerUnavailable as error:
            self._failure = str(error)
            self._next_question = monotonic() + RETRY_S
            _log.warning("%s %s", ISSUER, error, exc_info=error.__cause__)
        finally:
            self._asking.release()

    def _ask(self) -> dict[str, PyJWK]:
        document = _document(self._settings.keys_url or self._discovered())
        usable: dict[str, PyJWK] = {}
        described = document.get("keys")
        # An issuer may withdraw all of its keys: that is an answer, and no outage.
        if described == []:
            return usable
        for one in described if isinstance(described, list) else []:
            try:
                key = PyJWK(one)
            except (PyJWTError, TypeError, ValueError, AttributeError):
                continue
            if key.key_id and _is_usable(key):
                usable[key.key_id] = key
        if not usable:
            raise PeerUnavailable("gives no key that is of use")
        return usable

    def _discovered(self) -> str:
        """https://openid.net/specs/openid-connect-discovery-1_0.html"""
        issuer = self._settings.issuer
        document = _document(f"{issuer.rstrip('/')}/.well-known/openid-configuration")
        if document.get("issuer") != issuer:
            raise PeerUnavailable("describes another issuer than itself")
        address = document.get("jwks_uri")
        # Some, such as Azure AD B2C, tell their policies apart by a query.
        place, _, query = address.partition("?") if isinstance(address, str) else ("", "", "")
        if not is_address(place) or not QUERY.fullmatch(query):
            raise PeerUnavailable("does not say where its keys are")
        if issuer.startswith("https:") and not place.startswith("https:"):
            raise PeerUnavailable("leads away from https")
        return str(address)


def _is_usable(key: PyJWK) -> bool:
    if key.public_key_use not in (None, "sig") or key.algorithm_name not in ALGORITHMS:
        return False
    return key.key_type != "RSA" or getattr(key.key, "key_size", 0) >= SHORTEST_RSA


def _document(url: str) -> dict[str, Any]:
    place, mark, query = url.partition("?")
    with closing(Peer(place, ISSUER, MAXIMUM_ANSWER)) as peer:
        answer = peer.ask("GET", mark + query, {"Accept": "application/json"})
    if answer.status != 200:
        raise PeerUnavailable(f"answers {answer.status}")
    try:
        document = json.loads(answer.body)
    except (ValueError, RecursionError) as error:
        raise PeerUnavailable("gives an answer that is not understood") from error
    if not isinstance(document, dict):
        raise PeerUnavailable("gives an answer that is not understood")
    return document
