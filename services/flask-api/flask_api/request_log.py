"""An id for each request, and one line in the log."""

import logging
import re
import uuid
from time import perf_counter

from flask import Flask, Response, g, request

PROBES = ("/health", "/ready")

# An id from outside is taken only in a form that cannot disturb a header or a log.
REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{1,128}", re.ASCII)
# "Root=1-67891233-abcdef012345678912345678", from the load balancer; other fields may stand around.
TRACE_ROOT = re.compile(r"(?:^|;)Root=([A-Za-z0-9-]{1,64})(?:;|$)", re.ASCII)

_log = logging.getLogger(__name__)


def log_requests(app: Flask) -> None:
    """The id also goes to the caller, and on every other line that the request logs."""
    app.before_request(_start)
    app.after_request(_finish)


def _start() -> None:
    g.started = perf_counter()
    g.request_id = _request_id()


def _request_id() -> str:
    given = request.headers.get("X-Request-ID", "")
    if REQUEST_ID.fullmatch(given):
        return given
    traced = TRACE_ROOT.search(request.headers.get("X-Amzn-Trace-Id", ""))
    return traced[1] if traced else uuid.uuid4().hex


def _finish(response: Response) -> Response:
    response.headers["X-Request-ID"] = g.request_id
    quiet = request.path in PROBES and response.status_code < 500
    # The path without the query: what callers put there is not for the log.
    _log.log(
        logging.DEBUG if quiet else logging.INFO,
        "%s %s %d",
        request.method,
        request.path,
        response.status_code,
        extra={
            "method": request.method,
            "path": request.path,
            "status": response.status_code,
            "duration_ms": round((perf_counter() - g.started) * 1000, 1),
            # Whose token it was. Never the token.
            **({"caller": g.caller} if "caller" in g else {}),
        },
    )
    return response
