"""Endpoints of HTTP and HTTPS, which SNS reaches over the public internet alone.

MiniStack posts to any address and follows redirects, so that a task could have the local AWS ask
what the task itself cannot reach. AWS supports no private endpoints. Here a host is resolved once
for each message, all of its addresses must be public, and the message goes to one of these; a
redirect is an answer like others. Only IPv4 is used. A host that cannot be resolved when it is
subscribed stays pending, so that an environment with a webhook can be deployed without a network.

https://docs.aws.amazon.com/sns/latest/dg/sns-http-https-endpoint-as-subscriber.html
https://repost.aws/knowledge-center/sns-topic-https-endpoints-notification
"""

import ipaddress
import socket
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import SplitResult, unquote, urlsplit

import urllib3
from ministack.services import sns

from .. import seam

PROTOCOLS = ("http", "https")
_PORTS = {"http": 80, "https": 443}
_SECONDS_TO_ANSWER = 5
# For which a request to subscribe waits, and all others with it.
_SECONDS_TO_RESOLVE = 2

_resolvers = ThreadPoolExecutor(4, thread_name_prefix="endpoints")


class UnreachableError(ValueError):
    """An endpoint of which an address is not on the public internet."""


def address_of(endpoint: SplitResult) -> str:
    """A public address of an endpoint; raises UnreachableError, or OSError if it has none."""
    found = socket.getaddrinfo(
        endpoint.hostname, _port_of(endpoint), socket.AF_INET, socket.SOCK_STREAM
    )
    addresses = [str(address[0]) for *_, address in found]
    for each in addresses:
        if not is_public(each):
            raise UnreachableError(f"{endpoint.hostname} is {each}, which is not public")
    return addresses[0]


def is_public(address: str) -> bool:
    """Whether an address is on the internet: no loopback, private, link-local or reserved one."""
    parsed = ipaddress.ip_address(address)
    return parsed.is_global and not parsed.is_multicast


def _port_of(endpoint: SplitResult) -> int:
    return endpoint.port or _PORTS[endpoint.scheme]


def problem_of(endpoint: str) -> str | None:
    """What AWS says of an endpoint that is not on the public internet."""
    try:
        _resolvers.submit(address_of, urlsplit(endpoint)).result(_SECONDS_TO_RESOLVE)
    except OSError:  # unknown, or not in time
        return None
    except ValueError:  # not public, or no host or port at all
        return "Invalid parameter: Unreachable Endpoint"
    return None


def _to_the_checked_address(original: Callable[..., int]) -> Callable[..., int]:
    del original

    def post(endpoint: str, payload: str, sns_message_type: str) -> int:
        parsed = urlsplit(endpoint)
        headers = {
            "Host": parsed.netloc.rpartition("@")[2],
            "Content-Type": "text/plain; charset=UTF-8",
            "x-amz-sns-message-type": sns_message_type,
            **_credentials(parsed),
        }
        target = parsed._replace(scheme="", netloc="", path=parsed.path or "/", fragment="")
        with _pool(parsed) as pool:
            answer = pool.urlopen(
                "POST", target.geturl(), payload.encode(), headers, retries=False, redirect=False
            )
            return int(answer.status)

    return post


def _credentials(endpoint: SplitResult) -> dict[str, str]:
    if endpoint.username is None:
        return {}
    pair = f"{unquote(endpoint.username)}:{unquote(endpoint.password or '')}"
    return dict(urllib3.make_headers(basic_auth=pair))


def _pool(endpoint: SplitResult) -> urllib3.HTTPConnectionPool:
    """Connections to the address; a certificate must be the host's."""
    address, port, host = address_of(endpoint), _port_of(endpoint), endpoint.hostname
    if endpoint.scheme == "http":
        return urllib3.HTTPConnectionPool(address, port, timeout=_SECONDS_TO_ANSWER)
    return urllib3.HTTPSConnectionPool(
        address, port, timeout=_SECONDS_TO_ANSWER, server_hostname=host, assert_hostname=host
    )


def install() -> None:
    seam.wrap(sns, "_http_post_sync", "endpoint payload sns_message_type", _to_the_checked_address)
