import asyncio
import socket
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from botocore.exceptions import ClientError
from ministack.services import sns

from extensions.topics import http_endpoints

from ..alarms.alarms import TOPIC
from ..sdk import client

NAMES = "getaddrinfo"


def resolve_to(monkeypatch: pytest.MonkeyPatch, *addresses: str) -> list[str]:
    """Let every host have these addresses; return the hosts that are asked for."""
    asked: list[str] = []

    def find(host: str, port: int, *kind: int) -> list[Any]:
        del kind
        asked.append(host)
        ipv4 = (socket.AF_INET, socket.SOCK_STREAM, 0, "")
        return [(*ipv4, (address, port)) for address in addresses]

    monkeypatch.setattr(http_endpoints.socket, NAMES, find)
    return asked


def subscribe(endpoint: str) -> str:
    client("sns").create_topic(Name="alarms")
    protocol = endpoint.partition(":")[0]
    answer = client("sns").subscribe(TopicArn=TOPIC, Protocol=protocol, Endpoint=endpoint)
    return str(answer["SubscriptionArn"])


@pytest.fixture(autouse=True)
def _unasked(monkeypatch: pytest.MonkeyPatch) -> None:
    async def ask(topic_arn: str, subscription: dict[str, Any]) -> None:
        del topic_arn, subscription

    monkeypatch.setattr(sns, "_send_subscription_confirmation", ask)


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1",
        "localhost",
        "10.0.0.5:8080",
        "172.18.0.2",
        "192.168.1.1",
        "169.254.170.2",
        "100.64.0.1",
        "0.0.0.0",
        "224.0.0.1",
        # 127.0.0.1, as libc reads it too.
        "2130706433",
        "user@127.0.0.1",
        ":80",
        "example.com:none",
    ],
)
def test_an_endpoint_that_is_not_on_the_internet_is_refused(host: str) -> None:
    with pytest.raises(ClientError, match=r"InvalidParameter.*Unreachable Endpoint"):
        subscribe(f"http://{host}/alarms")
    assert sns._topics[TOPIC]["subscriptions"] == []


def test_so_is_a_host_of_which_one_address_is_private(monkeypatch: pytest.MonkeyPatch) -> None:
    resolve_to(monkeypatch, "93.184.215.14", "10.0.0.5")
    with pytest.raises(ClientError, match="Unreachable Endpoint"):
        subscribe("https://example.com/alarms")


def test_a_host_that_has_no_address_yet_stays_pending(monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown(*arguments: Any) -> None:
        raise socket.gaierror(len(arguments))

    monkeypatch.setattr(http_endpoints.socket, NAMES, unknown)
    assert subscribe("https://example.com/alarms") == "pending confirmation"


class Webhook(ThreadingHTTPServer):
    """Answers each request with a redirect to this machine."""

    def __init__(self) -> None:
        self.got: list[tuple[str, dict[str, str], str]] = []
        got = self.got

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"])).decode()
                got.append((self.path, dict(self.headers), body))
                self.send_response(302)
                self.send_header("Location", "/elsewhere")
                self.send_header("Content-Length", "0")
                self.end_headers()

            def do_GET(self) -> None:
                got.append((self.path, dict(self.headers), ""))

            def log_message(self, *arguments: Any) -> None:
                pass

        super().__init__(("127.0.0.1", 0), Handler)


@pytest.fixture
def webhook() -> Iterator[Webhook]:
    server = Webhook()
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


@pytest.mark.parametrize(
    ("end", "target"), [("/in?a=1#top", "/in?a=1"), ("?a=1", "/?a=1"), ("", "/")]
)
def test_a_message_goes_to_the_address_that_was_checked_and_no_further(
    monkeypatch: pytest.MonkeyPatch, webhook: Webhook, end: str, target: str
) -> None:
    asked = resolve_to(monkeypatch, "127.0.0.1")
    monkeypatch.setattr(http_endpoints, "is_public", lambda address: True)
    asyncio.run(
        sns._deliver_to_http(
            f"http://ada:p%40ss@example.com:{webhook.server_port}{end}", "the message"
        )
    )
    ((path, headers, body),) = webhook.got
    assert (path, body) == (target, "the message")
    assert headers["Host"] == f"example.com:{webhook.server_port}"
    assert headers["x-amz-sns-message-type"] == "Notification"
    assert headers["authorization"] == "Basic YWRhOnBAc3M="
    # A second look could find another address.
    assert asked.count("example.com") == 1


def test_a_host_whose_address_became_private_gets_no_message(
    monkeypatch: pytest.MonkeyPatch, webhook: Webhook
) -> None:
    resolve_to(monkeypatch, "127.0.0.1")
    asyncio.run(sns._deliver_to_http(f"http://example.com:{webhook.server_port}/", "the message"))
    assert webhook.got == []


def test_a_certificate_must_be_the_host_s(monkeypatch: pytest.MonkeyPatch) -> None:
    resolve_to(monkeypatch, "93.184.215.14")
    with http_endpoints._pool(http_endpoints.urlsplit("https://example.com/in")) as pool:
        assert (pool.host, pool.port) == ("93.184.215.14", 443)
        assert pool.conn_kw["server_hostname"] == pool.assert_hostname == "example.com"
