"""gunicorn's worker: uvicorn, whose connections have limits."""

import logging
import signal
from typing import Any, ClassVar

from uvicorn_worker import UvicornWorker  # type: ignore[import-untyped]

from flask_api.limited_http import HEAD, LimitedHttp


class Worker(UvicornWorker):  # type: ignore[misc]
    CONFIG_KWARGS: ClassVar[dict[str, Any]] = {
        "loop": "asyncio",
        "http": LimitedHttp,
        "h11_max_incomplete_event_size": HEAD,
        "ws": "none",
        "lifespan": "off",
        "server_header": False,
    }

    def __init__(self, *arguments: Any, **keywords: Any) -> None:  # noqa: ANN401
        super().__init__(*arguments, **keywords)
        logger = logging.getLogger("uvicorn.error")
        # Lines go to the root's handler, as gunicorn's do: there is no other.
        logger.propagate = True
        # Any client can make it warn, of requests that are none and of upgrades.
        logger.setLevel(logging.ERROR)

    def init_signals(self) -> None:
        """uvicorn repeats the signal that has ended it. By default that would kill the process
        before it has said goodbye to the database."""
        super().init_signals()
        signal.signal(signal.SIGTERM, self.handle_quit)
