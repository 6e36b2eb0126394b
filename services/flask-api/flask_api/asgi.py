"""The application as its server calls it: uvicorn's loop waits for clients, threads do the work.

A thread gets a request when all of it is here, and is free again when it has answered: slow clients
hold no thread. Own code, because a2wsgi lets a thread read and write at its client's pace, and
asgiref runs one request at a time."""

import asyncio
import sys
from collections.abc import Awaitable, Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import unquote_to_bytes

from flask_api import drain
from flask_api.json_body import LIMIT

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

Event = Mapping[str, Any]
Receive = Callable[[], Awaitable[Event]]
Send = Callable[[Event], Awaitable[None]]

# A quarter of a vCPU runs no two Python processes at once; threads wait for the database. A larger
# task sets WEB_CONCURRENCY, gunicorn's own variable, to its number of vCPUs.
THREADS = 8

# Bytes of a body that are read, though what is above the application's limit is thrown away: a
# client that is cut off while it still sends does not get to read why.
LARGEST_READ = 1024 * 1024


class Body(NamedTuple):
    kept: bytes
    length: int


class Answer(NamedTuple):
    status: int
    headers: list[tuple[bytes, bytes]]
    body: bytes


class WholeRequests:
    """An ASGI application made of a WSGI one, for HTTP only."""

    def __init__(self, application: "WSGIApplication") -> None:
        self._application = application
        self._threads = ThreadPoolExecutor(THREADS, "request")

    async def __call__(self, scope: Event, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            raise NotImplementedError(scope["type"])
        body = await _body(receive)
        if body is None:
            return
        loop = asyncio.get_running_loop()
        environ = _environ(scope, body)
        answer = await loop.run_in_executor(self._threads, self._answer, environ)
        headers = answer.headers
        # Callers that keep connections open learn with their next answer that they should open
        # others.
        if drain.has_begun() or body.length > LARGEST_READ or _has_two_lengths(scope):
            headers = [*headers, (b"connection", b"close")]
        await send({"type": "http.response.start", "status": answer.status, "headers": headers})
        await send({"type": "http.response.body", "body": answer.body})

    def _answer(self, environ: dict[str, Any]) -> Answer:
        started: list[tuple[str, list[tuple[str, str]]]] = []
        written: list[bytes] = []

        def start_response(
            status: str, headers: list[tuple[str, str]], _error: object = None
        ) -> Callable[[bytes], object]:
            started.append((status, headers))
            return written.append

        parts: Iterable[bytes] = self._application(environ, start_response)
        try:
            written.extend(parts)
        finally:
            getattr(parts, "close", lambda: None)()
        status, headers = started[-1]
        return Answer(int(status.split(" ")[0]), list(map(_encoded, headers)), b"".join(written))


def _encoded(header: tuple[str, str]) -> tuple[bytes, bytes]:
    name, value = header
    return name.lower().encode("latin-1"), value.encode("latin-1")


def _has_two_lengths(scope: Event) -> bool:
    """What one server on the way takes for its body, another may take for the next request.

    https://www.rfc-editor.org/rfc/rfc9112#section-6.1-15"""
    names = {name for name, _ in scope["headers"]}
    return names >= {b"content-length", b"transfer-encoding"}


async def _body(receive: Receive) -> Body | None:
    """What the client sends, or None if it goes away before the end. The deadline is the
    connection's (`limited_http.py`)."""
    kept, length = bytearray(), 0
    while length <= LARGEST_READ:
        event = await receive()
        if event["type"] != "http.request":
            return None
        length += len(event["body"])
        # One byte above the limit is enough for the application to refuse it.
        kept += event["body"][: LIMIT + 1 - len(kept)]
        if not event["more_body"]:
            break
    return Body(bytes(kept), length)


def _environ(scope: Event, body: Body) -> dict[str, Any]:
    """As PEP 3333 has it."""
    host, port = scope["server"] or ("", None)
    environ: dict[str, Any] = {
        "REQUEST_METHOD": scope["method"],
        "SCRIPT_NAME": "",
        # Not `path`, in which bytes that are no UTF-8 are already replaced.
        "PATH_INFO": unquote_to_bytes(scope["raw_path"]).decode("latin-1"),
        "QUERY_STRING": scope["query_string"].decode("latin-1"),
        "SERVER_NAME": host,
        "SERVER_PORT": str(port or ""),
        "SERVER_PROTOCOL": f"HTTP/{scope['http_version']}",
        "REMOTE_ADDR": (scope["client"] or ("",))[0],
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": scope["scheme"],
        "wsgi.input": BytesIO(body.kept),
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
    }
    for name, value in scope["headers"]:
        # A name with an underscore would pass for the one with a hyphen.
        if b"_" not in name:
            key = f"HTTP_{name.decode('latin-1').upper().replace('-', '_')}"
            before = f"{environ[key]}," if key in environ else ""
            environ[key] = before + value.decode("latin-1")
    environ["CONTENT_TYPE"] = environ.pop("HTTP_CONTENT_TYPE", "")
    environ.pop("HTTP_CONTENT_LENGTH", None)
    environ["CONTENT_LENGTH"] = str(body.length)
    return environ
