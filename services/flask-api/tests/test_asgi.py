"""What the application gets of a request, and the server of an answer."""

import asyncio
from collections.abc import Iterable, Iterator
from typing import Any

import pytest

from flask_api import drain
from flask_api.asgi import LARGEST_READ, WholeRequests
from flask_api.json_body import LIMIT

Environ = dict[str, Any]


class Application:
    """A WSGI application that keeps what it is called with."""

    def __init__(self) -> None:
        self.environ: Environ = {}
        self.body = b""
        self.closed = False

    def __call__(self, environ: Environ, start_response: Any) -> Iterable[bytes]:  # noqa: ANN401
        self.environ, self.body = environ, environ["wsgi.input"].read()
        write = start_response("201 Created", [("X-Kind", "caf\u00e9")])
        write(b"writ")
        return self._parts()

    def _parts(self) -> Iterator[bytes]:
        try:
            yield b"ten"
        finally:
            self.closed = True


def serve(application: Application, *parts: bytes, ends: bool = True, **scope: Any) -> Any:  # noqa: ANN401
    """The events of the answer."""
    events = [
        {"type": "http.request", "body": part, "more_body": number < len(parts) or not ends}
        for number, part in enumerate(parts, 1)
    ]
    sent: list[Any] = []

    async def receive() -> Any:  # noqa: ANN401
        return events.pop(0) if events else {"type": "http.disconnect"}

    async def send(event: Any) -> None:  # noqa: ANN401
        sent.append(event)

    whole: dict[str, Any] = {
        "type": "http",
        "http_version": "1.1",
        "method": "POST",
        "scheme": "http",
        "raw_path": b"/a",
        "query_string": b"b=c",
        "headers": [],
        "server": ("127.0.0.1", 5000),
        "client": ("10.0.0.1", 1),
    }
    asyncio.run(WholeRequests(application)(whole | scope, receive, send))
    return sent


@pytest.fixture
def application() -> Application:
    return Application()


def test_an_answer_is_sent_when_all_of_it_is_there(application: Application) -> None:
    start, body = serve(application, b"")
    assert (start["status"], start["headers"]) == (201, [(b"x-kind", b"caf\xe9")])
    assert body["body"] == b"written"
    assert application.closed


def test_a_body_comes_in_one_piece(application: Application) -> None:
    headers = [(b"content-type", b"text/plain"), (b"content-length", b"7")]
    serve(application, b"in ", b"", b"part", headers=headers)
    assert application.body == b"in part"
    assert application.environ["CONTENT_LENGTH"] == "7"
    assert application.environ["CONTENT_TYPE"] == "text/plain"
    assert "HTTP_CONTENT_LENGTH" not in application.environ


def test_of_a_client_that_goes_away_the_application_does_not_hear(application: Application) -> None:
    assert serve(application, b"half", ends=False) == []
    assert application.environ == {}


def test_of_a_body_above_the_limit_one_byte_more_is_kept(application: Application) -> None:
    start, _ = serve(application, b"x" * LIMIT, b"x" * LIMIT)
    assert len(application.body) == LIMIT + 1
    assert application.environ["CONTENT_LENGTH"] == str(2 * LIMIT)
    assert (b"connection", b"close") not in start["headers"]


def test_a_body_without_end_is_not_read_to_the_end(application: Application) -> None:
    start, _ = serve(application, b"x" * LARGEST_READ, b"x", ends=False)
    assert len(application.body) == LIMIT + 1
    assert (b"connection", b"close") in start["headers"]


def test_a_path_is_bytes(application: Application) -> None:
    serve(application, b"", raw_path=b"/%ff%C3%A9")
    assert application.environ["PATH_INFO"].encode("latin-1") == b"/\xff\xc3\xa9"
    assert application.environ["QUERY_STRING"] == "b=c"


def test_of_a_header_that_is_given_twice_both_are_seen(application: Application) -> None:
    serve(application, b"", headers=[(b"authorization", b"a"), (b"authorization", b"b")])
    assert application.environ["HTTP_AUTHORIZATION"] == "a,b"


def test_an_underscore_passes_for_no_hyphen(application: Application) -> None:
    serve(application, b"", headers=[(b"idempotency_key", b"k"), (b"x-request-id", b"r")])
    assert "HTTP_IDEMPOTENCY_KEY" not in application.environ
    assert application.environ["HTTP_X_REQUEST_ID"] == "r"


def test_in_the_drain_callers_are_sent_away(
    application: Application, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(drain, "has_begun", lambda: True)
    start, _ = serve(application, b"")
    assert (b"connection", b"close") in start["headers"]


def test_a_body_with_two_lengths_ends_its_connection(application: Application) -> None:
    lengths = [(b"content-length", b"5"), (b"transfer-encoding", b"chunked")]
    start, _ = serve(application, b"", headers=lengths)
    assert (b"connection", b"close") in start["headers"]
    for length in lengths:
        start, _ = serve(application, b"", headers=[length])
        assert (b"connection", b"close") not in start["headers"]


def test_it_serves_nothing_but_http(application: Application) -> None:
    with pytest.raises(NotImplementedError):
        serve(application, type="websocket")
