"""The login of ECR's registry: the password that GetAuthorizationToken returns, for twelve hours.

MiniStack gives everybody the same password and asks for none. The password holds the time when it
ends and a proof that only the root's secret gives, so it outlasts a restart.
https://docs.aws.amazon.com/AmazonECR/latest/userguide/registry_auth.html
"""

import base64
import hashlib
import hmac
import json
import os
import time
from collections.abc import Callable
from typing import Any

from docker.models.images import ImageCollection
from ministack.services import ecr

from .. import seam
from .root_key import secret

Answer = tuple[int, dict[str, str], bytes]

_HOURS = 12
_EXPIRED = "Your authorization token has expired. Reauthenticate and try again."


def password(now: float) -> str:
    """A password that is valid for twelve hours from now."""
    ends = str(int(now) + _HOURS * 3600)
    return f"{ends}.{_proof(ends)}"


def _proof(ends: str) -> str:
    return hmac.new(secret().encode(), f"registry {ends}".encode(), hashlib.sha256).hexdigest()


def refusal(authorization: str, now: float) -> Answer | None:
    """Return the answer to a request for the registry without a valid login; None if it has one."""
    kind, _, encoded = authorization.partition(" ")
    try:
        user, _, given = base64.b64decode(encoded, validate=True).decode().partition(":")
    except ValueError:
        user = given = ""
    ends, _, proof = given.partition(".")
    proven = hmac.compare_digest(proof.encode(), _proof(ends).encode())
    if kind.lower() != "basic" or user != "AWS" or not proven:
        return _answer(401, "UNAUTHORIZED", "authentication required")
    return None if now < int(ends) else _answer(403, "DENIED", _EXPIRED)


def _answer(status: int, code: str, message: str) -> Answer:
    headers = {"Content-Type": "application/json"}
    headers["Docker-Distribution-Api-Version"] = "registry/2.0"
    if status == 401:
        realm = f"http://127.0.0.1:{os.environ.get('GATEWAY_PORT', '4566')}/"
        headers["WWW-Authenticate"] = f'Basic realm="{realm}",service="ecr.amazonaws.com"'
    return status, headers, json.dumps({"errors": [{"code": code, "message": message}]}).encode()


def _with_password(original: Callable[..., Any]) -> Callable[..., Any]:
    def token(data: dict[str, Any]) -> Any:
        status, headers, body = original(data)
        document, now = json.loads(body), time.time()
        for each in document.get("authorizationData") or []:
            encoded = base64.b64encode(f"AWS:{password(now)}".encode()).decode()
            each.update(authorizationToken=encoded, expiresAt=int(now) + _HOURS * 3600)
        return status, headers, json.dumps(document).encode()

    return token


def _own_login(image: str) -> dict[str, str] | None:
    """The login for an image in this registry, which Fargate gets with the task execution role."""
    port = os.environ.get("GATEWAY_PORT", "4566")
    if not image.startswith((f"127.0.0.1:{port}/", f"localhost:{port}/")):
        return None
    return {"username": "AWS", "password": password(time.time())}


def _logged_in(original: Callable[..., Any]) -> Callable[..., Any]:
    def ask(self: ImageCollection, image: str, *arguments: Any, **settings: Any) -> Any:
        if not settings.get("auth_config") and (login := _own_login(image)):
            settings["auth_config"] = login
        return original(self, image, *arguments, **settings)

    return ask


def install() -> None:
    seam.wrap(ecr, "_get_authorization_token", "data", _with_password)
    seam.wrap(ImageCollection, "pull", "self repository tag all_tags kwargs", _logged_in)
    seam.wrap(ImageCollection, "get_registry_data", "self name auth_config", _logged_in)
