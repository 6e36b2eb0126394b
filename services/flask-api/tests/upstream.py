"""What plays transaction-processor: it answers what it is told to, late or not at all."""

import contextlib
import socket
import threading
import time
from collections.abc import Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Self

from tests.postgres import closed_port


class Upstream:
    """Listens on a port of 127.0.0.1 within a `with` block, and again after `leave` and `come`."""

    def __init__(self) -> None:
        self.status = 200
        self.body = b'{"items":[],"nextCursor":null}'
        # Seconds before the next answers.
        self.delays: list[float] = []
        # Seconds between two bytes of the body.
        self.dribble_s = 0.0
        # So many of the next requests get no answer.
        self.hang_ups = 0
        # The next answers have these, and then `status`.
        self.statuses: list[int] = []
        # What was asked with GET, and what with PUT and POST.
        self.paths: list[str] = []
        self.deeds: list[tuple[str, str, bytes]] = []
        # Of the answers to PUT and POST; of the next ones first.
        self.deed_status = 200
        self.deed_statuses: list[int] = []
        # Set once the next PUT or POST has come, which then gets no answer for some seconds.
        self.deed_hangs: threading.Event | None = None
        self.headers: list[Mapping[str, str]] = []
        self.connections = 0
        # Somebody hung up before an answer's end.
        self.given_up = threading.Event()
        self._port = closed_port()
        self._server: ThreadingHTTPServer | None = None
        self._open: list[Handler] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._port}"

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
        self._server = ThreadingHTTPServer(("127.0.0.1", self._port), self._handler())
        # They may still be dribbling when the test is over.
        self._server.daemon_threads = True
        self._server.block_on_close = False
        threading.Thread(target=self._server.serve_forever, args=(0.02,)).start()

    def leave(self) -> None:
        """Ends as a task does that is stopped, with all its connections."""
        if self._server:
            self._server.shutdown()
            self._server.server_close()
            self._server = None
        for handler in self._open:
            handler.end()
        self._open.clear()

    def vanish(self) -> None:
        """Whoever is connected gets no word any more; who connects from now on is answered."""
        for handler in self._open:
            handler.vanished = True

    def _handler(self) -> "type[Handler]":
        upstream = self

        class Bound(Handler):
            def setup(self) -> None:
                self.upstream = upstream
                upstream.connections += 1
                upstream._open.append(self)
                super().setup()

        return Bound


class Handler(BaseHTTPRequestHandler):
    """One connection."""

    protocol_version = "HTTP/1.1"
    upstream: Upstream
    vanished = False

    def end(self) -> None:
        with contextlib.suppress(OSError):
            self.connection.shutdown(socket.SHUT_RDWR)

    def do_PUT(self) -> None:
        upstream = self.upstream
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        upstream.deeds.append((self.command, self.path, body))
        upstream.headers.append(dict(self.headers))
        if hanging := upstream.deed_hangs:
            upstream.deed_hangs = None
            hanging.set()
            time.sleep(3)
        given = upstream.deed_statuses
        try:
            self._answer(given.pop(0) if given else upstream.deed_status, b"{}")
        except OSError:
            self.close_connection = True

    do_POST = do_PUT

    def do_GET(self) -> None:
        upstream = self.upstream
        upstream.paths.append(self.path)
        upstream.headers.append(dict(self.headers))
        if self.vanished:
            time.sleep(5)
            return
        if upstream.hang_ups:
            upstream.hang_ups -= 1
            self.close_connection = True
            return
        if upstream.delays:
            time.sleep(upstream.delays.pop(0))
        status = upstream.statuses.pop(0) if upstream.statuses else upstream.status
        try:
            self._answer(status, upstream.body)
        except OSError:
            self.close_connection = True
            upstream.given_up.set()

    def _answer(self, status: int, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        if status == 429:
            self.send_header("Retry-After", "7")
        self.end_headers()
        if self.upstream.dribble_s == 0:
            self.wfile.write(body)
            return
        for byte in body:
            self.wfile.write(bytes([byte]))
            time.sleep(self.upstream.dribble_s)

    def log_message(self, format: str, *args: object) -> None:
        """Says nothing."""
