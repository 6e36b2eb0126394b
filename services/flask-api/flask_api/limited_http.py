"""HTTP connections of which none lasts for ever, however slowly its client sends and reads.

uvicorn limits how long a connection idles after an answer, and nothing else."""

import json
import logging
from asyncio import TimerHandle, Transport
from http import HTTPStatus
from math import inf

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

# Seconds from the first byte of a request to its last, of which there are a few thousand.
REQUEST_S = 10.0
# Seconds in which a client takes all of an answer that it has asked for.
ANSWER_S = 20.0

# Connections at once. Each has at most HEAD, what a READ brings and as much of a body as `asgi.py`
# keeps: some 32 MB in all. The load balancer needs a few for each of its nodes.
CONNECTIONS = 512
# Bytes that are read at once. asyncio's 256 KiB, of all connections in one turn of the loop, are
# half of a task's memory.
READ = 16 * 1024
# Bytes of the request line and the headers together.
HEAD = 32 * 1024
# Bytes of all answers that wait for their clients.
UNREAD = 32 * 1024 * 1024

_log = logging.getLogger(__name__)


class LimitedHttp(H11Protocol):
    """One connection."""

    transport: Transport
    # Runs until a request that has begun is complete, or until the first one begins.
    _reading: TimerHandle | None = None
    _in_request = False
    # Runs until the client has taken what it was sent.
    _writing: TimerHandle | None = None

    def connection_made(self, transport: Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        transport.max_size = READ  # type: ignore[attr-defined]  # asyncio's own, and not documented
        # Each byte that the kernel does not take counts as unread, and not only what is above some
        # size.
        transport.set_write_buffer_limits(0)
        self._watch()
        if len(self.connections) > CONNECTIONS and len(self._open()) > CONNECTIONS:
            self._make_room()

    def connection_lost(self, exc: Exception | None) -> None:
        for timer in (self._reading, self._writing):
            if timer:
                timer.cancel()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        self._watch()

    def on_response_complete(self) -> None:
        super().on_response_complete()
        self._watch()

    def pause_writing(self) -> None:
        super().pause_writing()
        self._writing = self.loop.call_later(ANSWER_S, self._give_up, "its client does not read")
        # Those that are closing too: they are closed when their answers are read.
        unread = sum(one.transport.get_write_buffer_size() for one in self._every())
        if unread > UNREAD:
            self._give_up("too many clients do not read")

    def resume_writing(self) -> None:
        super().resume_writing()
        if self._writing:
            self._writing.cancel()
            self._writing = None

    def send_400_response(self, msg: str) -> None:
        """For what is no request; `msg` is uvicorn's."""
        if len(self.conn.trailing_data[0]) > HEAD:
            self._refuse(431, f"the request line and the headers must not exceed {HEAD} bytes")
        else:
            self._refuse(400, "the request is not HTTP/1.1 as RFC 9112 has it")

    def _watch(self) -> None:
        """A clock that runs for a request goes on with each of its bytes."""
        their_state = self.conn.their_state
        begun = their_state is h11.SEND_BODY or (
            their_state is h11.IDLE and bool(self.conn.trailing_data[0])
        )
        if begun and self._in_request:
            return
        if self._reading:
            self._reading.cancel()
            self._reading = None
        self._in_request = begun
        if begun:
            self._reading = self.loop.call_later(REQUEST_S, self._time_out)
        elif self.cycle is None:
            # After an answer this is uvicorn's own clock.
            self._reading = self.loop.call_later(
                self.timeout_keep_alive, self.timeout_keep_alive_handler
            )

    def _make_room(self) -> None:
        """Instead of refusing the new one, which may be a probe: slow clients displace each other.
        That whose time is over first goes: a request is given less than a connection that idles."""

        def due(one: LimitedHttp) -> float:
            clock = one._reading or one.timeout_keep_alive_task
            # One that is being answered has no clock, and is the last to go.
            return clock.when() if clock else inf

        min(self._open(), key=due)._give_up("there are too many connections")

    def _every(self) -> list["LimitedHttp"]:
        return [one for one in self.connections if isinstance(one, LimitedHttp)]

    def _open(self) -> list["LimitedHttp"]:
        """Without those that are closed in this turn of the loop."""
        return [one for one in self._every() if not one.transport.is_closing()]

    def _time_out(self) -> None:
        self._refuse(408, f"the request did not arrive within {REQUEST_S:.0f} s")

    def _refuse(self, status: int, detail: str) -> None:
        if self.conn.our_state not in (h11.IDLE, h11.SEND_RESPONSE):
            self._give_up("the rest of a request was not sent")
            return
        _log.info("a request is refused with %d", status)
        if self.cycle is not None:
            self.cycle.disconnected = True
            self.cycle.message_event.set()
        title = HTTPStatus(status).phrase
        problem = {"type": "about:blank", "title": title, "status": status, "detail": detail}
        body = json.dumps(problem).encode()
        headers = [
            ("content-type", "application/problem+json"),
            ("content-length", str(len(body))),
            ("connection", "close"),
        ]
        for event in (
            h11.Response(status_code=status, headers=headers, reason=title.encode()),
            h11.Data(data=body),
            h11.EndOfMessage(),
        ):
            self.transport.write(self.conn.send(event) or b"")
        self.transport.close()

    def _give_up(self, why: str) -> None:
        _log.info("a connection is closed: %s", why)
        self.transport.abort()
