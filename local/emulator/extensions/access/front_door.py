"""Every request passes here first: a web page's, an unsigned one, one for a service that is off.

MiniStack answers anybody, with permission for every web page to read the answer.
"""

import json
import time
import uuid
from collections.abc import Callable
from typing import Any

from ministack import app
from ministack.core.iam_evaluator import AuthError

from .. import seam
from . import (
    one_operation,
    open_operations,
    registry_login,
    services_in_use,
    signature,
    web_pages,
)
from .asgi import Application, Receive, Scope, Send
from .request import Request

Answer = tuple[int, dict[str, str], bytes]


def refusal(request: Request) -> Answer | None:
    """Return the answer to a request that must not go on; None for others."""
    if services_in_use.has_path(request.path):
        return _plain(404, "This part of MiniStack is off in the local AWS.")
    if open_operations.is_open(request):
        return None
    if app._is_ecr_registry_path(request.path):
        authorization = request.headers().get("authorization", "")
        return registry_login.refusal(authorization, time.time())
    failed = signature.failure(request)
    if failed is None and not services_in_use.is_on(request.service):
        # What AWS answers an account that may not use a service.
        failed = AuthError("SubscriptionRequiredException", services_in_use.reason(request.service))
    failed = failed or one_operation.failure(request)
    return _failed(request, failed) if failed else None


def _failed(request: Request, failed: AuthError) -> Answer:
    answer: Answer = app._credential_failure(
        request.service, "", str(uuid.uuid4()), failed, request.headers()
    )
    return answer


def _plain(status: int, text: str) -> Answer:
    return status, {"Content-Type": "text/plain; charset=utf-8"}, f"{text}\n".encode()


def _behind_door(original: Application) -> Application:
    async def serve(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            return await original(scope, receive, send)
        if scope["type"] == "websocket":
            # Only services that are off speak it.
            return await send({"type": "websocket.close", "code": 1008})
        hosts = web_pages.own_hosts() | open_operations.hosts_of(scope["method"], scope["path"])
        if foreign := web_pages.refusal(scope["headers"], hosts):
            return await app._send_response(send, *_plain(*foreign))
        body, more = await _body(receive)
        request = Request(scope, body)
        if refused := refusal(request):
            status, headers, text = refused
            text = b"" if request.method == "HEAD" else text
            return await app._send_response(send, status, headers, text)
        sender = send if open_operations.to_load_balancer(request) else _without_cors(send)
        return await original(scope, _again(body, more, receive), sender)

    return serve


async def _body(receive: Receive) -> tuple[bytes, dict[str, Any] | None]:
    """Return the body, and the message that ended it early."""
    parts = []
    while True:
        message = await receive()
        if message["type"] != "http.request":
            return b"".join(parts), message
        parts.append(message.get("body", b""))
        if not message.get("more_body", False):
            return b"".join(parts), None


def _again(body: bytes, ended: dict[str, Any] | None, receive: Receive) -> Receive:
    """Give the body to the application as if it arrived now."""
    waiting = [ended or {"type": "http.request", "body": body, "more_body": False}]

    async def next_message() -> dict[str, Any]:
        return waiting.pop() if waiting else await receive()

    return next_message


def _without_cors(send: Send) -> Send:
    async def strip(message: dict[str, Any]) -> None:
        if message["type"] == "http.response.start":
            message = {**message, "headers": web_pages.without_permission(message["headers"])}
        await send(message)

    return strip


def _to_the_end(original: Callable[..., Any]) -> Callable[..., Any]:
    """No request that was let in for an application goes on to the services of AWS."""

    async def handle(host: str, path: str, *arguments: Any, **settings: Any) -> Any:
        answer = await original(host, path, *arguments, **settings)
        if answer is None and path.startswith(app._ALB_PATH_PREFIX):
            body = json.dumps({"message": "There is no such load balancer."}).encode()
            return 404, {"Content-Type": "application/json"}, body
        return answer

    return handle


def install() -> None:
    request = "host path method headers body query_params raw_query_string raw_path"
    seam.wrap(app, "_handle_alb_request", request, _to_the_end)
    seam.check(app, "_credential_failure", "service iam_action request_id denied headers")
    seam.check(app, "_routing_params", "method path headers body query_params")
    seam.check(app, "_is_ecr_registry_path", "path")
    seam.wrap(app, "app", "scope receive send", _behind_door)
    app._HEALTH_PATHS = (open_operations.HEALTH_PATH,)
