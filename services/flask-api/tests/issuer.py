"""An issuer of tokens: it signs with keys of its own, and serves the public halves."""

import contextlib
import json
import ssl
import threading
import time
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Self

import jwt
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from jwt.algorithms import ECAlgorithm, RSAAlgorithm

from flask_api.settings import IdentitySettings
from tests.postgres import closed_port

AUDIENCE = "platform"

PrivateKey = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey


@cache
def rsa_key(name: str, bits: int = 2048) -> rsa.RSAPrivateKey:
    """The same for the same name: making one takes a while."""
    del name
    return rsa.generate_private_key(65537, bits)


@cache
def ec_key() -> ec.EllipticCurvePrivateKey:
    return ec.generate_private_key(ec.SECP256R1())


def public(key: PrivateKey, kid: str, **more: str) -> dict[str, Any]:
    """As a JSON Web Key."""
    if isinstance(key, rsa.RSAPrivateKey):
        described = RSAAlgorithm.to_jwk(key.public_key(), as_dict=True)
    else:
        described = ECAlgorithm.to_jwk(key.public_key(), as_dict=True)
    return described | {"kid": kid, "use": "sig", **more}


class Issuer:
    """Listens on a port of 127.0.0.1 within a `with` block, and again after `leave` and `come`."""

    def __init__(self) -> None:
        self.keys: list[Any] = [public(rsa_key("rsa"), "rsa"), public(ec_key(), "ec")]
        self.status = 200
        # In place of the keys.
        self.body: bytes | None = None
        # Seconds before each answer.
        self.delay = 0.0
        # What was asked for.
        self.paths: list[str] = []
        self.configuration: dict[str, Any] = {}
        # With one, it is asked with https.
        self.tls: ssl.SSLContext | None = None
        self._port = closed_port()
        self._server: ThreadingHTTPServer | None = None
        self.configuration = {"issuer": self.url, "jwks_uri": f"{self.url}/keys"}

    @property
    def url(self) -> str:
        return f"{'https' if self.tls else 'http'}://127.0.0.1:{self._port}"

    @property
    def settings(self) -> IdentitySettings:
        return IdentitySettings(self.url, AUDIENCE, f"{self.url}/keys")

    @property
    def environment(self) -> dict[str, str]:
        return {
            "IDENTITY_ISSUER": self.url,
            "IDENTITY_AUDIENCE": AUDIENCE,
            "IDENTITY_KEYS_URL": f"{self.url}/keys",
        }

    def claims(self, **changes: object) -> dict[str, Any]:
        """Of a good token; a change to None leaves the claim out."""
        now = int(time.time())
        good = {"iss": self.url, "aud": AUDIENCE, "sub": "ada", "iat": now, "exp": now + 300}
        return {name: value for name, value in (good | changes).items() if value is not None}

    def token(
        self,
        key: PrivateKey | None = None,
        algorithm: str = "RS256",
        kid: str | None = "rsa",
        **changes: object,
    ) -> str:
        headers = {"kid": kid} if kid else {}
        return jwt.encode(self.claims(**changes), key or rsa_key("rsa"), algorithm, headers)

    def bearer(self, sub: str = "ada") -> str:
        """The header of a caller, which is good for as long as any test takes."""
        return f"Bearer {self.token(sub=sub, exp=int(time.time()) + 3600)}"

    def __enter__(self) -> Self:
        self.come()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.leave()

    def come(self) -> None:
        issuer = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                issuer.paths.append(self.path)
                time.sleep(issuer.delay)
                body = json.dumps({"keys": issuer.keys}).encode()
                if self.path == "/.well-known/openid-configuration":
                    body = json.dumps(issuer.configuration).encode()
                elif issuer.body is not None:
                    body = issuer.body
                self.send_response(issuer.status)
                self.send_header("Content-Length", str(len(body)))
                self.send_header("Location", "/keys")
                self.end_headers()
                # Who waits no longer hangs up.
                with contextlib.suppress(OSError):
                    self.wfile.write(body)

            def log_message(self, format: str, *args: object) -> None:
                """Says nothing."""

        self._server = ThreadingHTTPServer(("127.0.0.1", self._port), Handler)
        if self.tls:
            self._server.socket = self.tls.wrap_socket(self._server.socket, server_side=True)
        self._server.daemon_threads = True
        self._server.block_on_close = False
        threading.Thread(target=self._server.serve_forever, args=(0.02,)).start()

    def leave(self) -> None:
        if self._server:
            self._server.shutdown()
            self._server.server_close()
            self._server = None
