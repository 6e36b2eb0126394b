"""An answer takes as long as a network's round trip, as AWS's does.

Terraform's provider writes a request's body, and looks then whether there is more of it. If the
whole answer arrives in between, on a busy machine once in some hundred requests, its HTTP client
takes the connection for broken ("use of closed network connection") and its SDK sends the request
again: what it asked for is created twice, or has gone when it is deleted.
"""

import asyncio
from typing import Any

from ministack import app

from .. import seam
from .asgi import Application, Receive, Scope, Send

SHORTEST_SECONDS = 0.025


def _as_of_a_network(original: Application) -> Application:
    """Answer no sooner than after the shortest time, counted from a request's body."""

    async def serve(scope: Scope, receive: Receive, send: Send) -> None:
        # An application behind a load balancer is as fast as it is.
        if scope["type"] != "http" or scope["path"].startswith(app._ALB_PATH_PREFIX):
            return await original(scope, receive, send)
        loop = asyncio.get_running_loop()
        earliest: float | None = None

        async def read() -> dict[str, Any]:
            nonlocal earliest
            message = await receive()
            if message.get("body"):
                earliest = loop.time() + SHORTEST_SECONDS
            return message

        async def answer(message: dict[str, Any]) -> None:
            if message["type"] == "http.response.start" and earliest is not None:
                await asyncio.sleep(earliest - loop.time())
            await send(message)

        return await original(scope, read, answer)

    return serve


def install() -> None:
    seam.wrap(app, "app", "scope receive send", _as_of_a_network)
