"""The local AWS asked by an SDK, without a socket."""

import io
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import boto3
from botocore.awsrequest import AWSPreparedRequest, AWSResponse

from .front_door import HOST, ask


class _Body(io.BytesIO):
    def stream(self, *arguments: Any, **settings: Any) -> Iterator[bytes]:
        del arguments, settings
        yield self.read()


def _send(request: AWSPreparedRequest, **event: Any) -> AWSResponse:
    del event
    parts = urlsplit(request.url)
    headers = {
        name: value.decode() if isinstance(value, bytes) else str(value)
        for name, value in request.headers.items()
        if name.lower() != "content-length"
    }
    body = request.body or b""
    content = body.read() if hasattr(body, "read") else body
    url = f"{parts.path}?{parts.query}" if parts.query else parts.path
    answer = ask(request.method, url, {"Host": parts.netloc, **headers}, content)
    return AWSResponse(request.url, answer.status, answer.headers, _Body(answer.body))


def client(service: str, keys: tuple[str, str, str | None] | None = None) -> Any:
    """A client of the root, or with other keys."""
    from .conftest import ROOT_KEY, ROOT_SECRET

    key, secret, token = keys or (ROOT_KEY, ROOT_SECRET, None)
    made = boto3.client(
        service,
        endpoint_url=f"http://{HOST}",
        region_name="us-east-1",
        aws_access_key_id=key,
        aws_secret_access_key=secret,
        aws_session_token=token,
    )
    made.meta.events.register("before-send", _send)
    return made
