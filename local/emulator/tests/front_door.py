"""The local AWS asked over HTTP, without a socket."""

import asyncio
import json
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from ministack import app

HOST = "127.0.0.1:4566"

# Of STS: anybody with a key may ask who it is.
CALLER = "Action=GetCallerIdentity&Version=2011-06-15"


@dataclass(frozen=True)
class Answer:
    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode()


def signed(
    service: str,
    method: str = "POST",
    url: str = "/",
    body: str | bytes = "",
    headers: dict[str, str] | None = None,
    keys: tuple[str, str, str | None] | None = None,
) -> dict[str, str]:
    """The headers of a request, with its signature by the root or by other keys."""
    from .conftest import ROOT_KEY, ROOT_SECRET

    request = AWSRequest(method, f"http://{HOST}{url}", dict(headers or {}), body)
    key, secret, token = keys or (ROOT_KEY, ROOT_SECRET, None)
    SigV4Auth(Credentials(key, secret, token), service, "us-east-1").add_auth(request)
    return {"Host": HOST, **dict(request.headers.items())}


def ask(
    method: str = "GET",
    url: str = "/",
    headers: dict[str, str] | list[tuple[str, str]] | None = None,
    body: str | bytes = b"",
) -> Answer:
    """Send a request with these headers and no others; without any, with the right `Host`."""
    parts = urlsplit(url)
    given = {"Host": HOST} if headers is None else headers
    pairs = list(given.items()) if isinstance(given, dict) else given
    content = body.encode() if isinstance(body, str) else body
    if content:
        pairs = [*pairs, ("Content-Length", str(len(content)))]
    scope = {
        "type": "http",
        "method": method,
        "path": parts.path,
        "raw_path": parts.path.encode(),
        "query_string": parts.query.encode(),
        "headers": [(name.lower().encode(), value.encode()) for name, value in pairs],
        "client": ("127.0.0.1", 1),
        "scheme": "http",
    }
    return asyncio.run(_run(scope, content))


async def _run(scope: dict[str, Any], body: bytes) -> Answer:
    sent: list[dict[str, Any]] = []
    messages = [{"type": "http.request", "body": body, "more_body": False}]

    async def receive() -> dict[str, Any]:
        return messages.pop() if messages else {"type": "http.disconnect"}

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    await app.app(scope, receive, send)
    headers = {name.decode().lower(): value.decode() for name, value in sent[0]["headers"]}
    return Answer(sent[0]["status"], headers, b"".join(each.get("body", b"") for each in sent[1:]))


def ecs(operation: str, document: dict[str, Any], **settings: Any) -> Answer:
    """Call an operation of ECS as the root."""
    target = f"AmazonEC2ContainerServiceV20141113.{operation}"
    headers = {"X-Amz-Target": target, "Content-Type": "application/x-amz-json-1.1"}
    body = json.dumps(document)
    return ask("POST", "/", signed("ecs", body=body, headers=headers, **settings), body)


def query(service: str, form: str, headers: dict[str, str] | None = None) -> Answer:
    """Call an operation of the query protocol as the root, or with these headers."""
    kind = {"Content-Type": "application/x-www-form-urlencoded"}
    given = headers if headers is not None else signed(service, body=form, headers=kind)
    return ask("POST", "/", {"Host": HOST, **kind, **given}, form)
