"""An answer takes as long as a network's round trip, as AWS's does.

Terraform's provider writes a request's body, and looks then whether there is more of it. If the
whole answer arrives in between, on a busy machine once in some hundred requests, its HTTP client
takes the connection for broken ("use of closed network connection") and its SDK sends the request
again: what it asked for is created twice, or has gone when it is deleted.
"""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

Send = Callable[[dict[str, Any]], Awaitable[None]]

SHORTEST_SECONDS = 0.025


def as_of_a_network(send: Send) -> Send:
    """Send an answer no sooner than after the shortest time, counted from now."""
    loop = asyncio.get_running_loop()
    earliest = loop.time() + SHORTEST_SECONDS

    async def wait(message: dict[str, Any]) -> None:
        if message["type"] == "http.response.start":
            await asyncio.sleep(earliest - loop.time())
        await send(message)

    return wait
