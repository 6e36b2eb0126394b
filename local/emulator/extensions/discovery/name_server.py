"""A small DNS server that resolves Cloud Map names inside the local AWS, as in a VPC.

MiniStack stores namespaces and instances but does not resolve names. Docker's network aliases do,
but an alias exists before its task is healthy and until its container is gone. Here names resolve
from Cloud Map itself, with the delay of Route 53 (`private_zones`) and the caching of a VPC's
resolver (`resolver_cache`). Docker's own server forwards every name that is not a container's to
this one and caches no answer. Names outside Cloud Map are forwarded to the machine's resolver.
"""

import logging
import random
import socket
import struct
import threading
from collections.abc import Callable
from dataclasses import dataclass
from ipaddress import IPv4Address

from . import private_zones
from .private_zones import Known
from .resolver_cache import ResolverCache

logger = logging.getLogger("name_server")

A, AAAA = 1, 28
_NO_ERROR, _NO_SUCH_NAME = 0, 3
_DOCKER_RESOLVER = ("127.0.0.11", 53)
_FORWARD_SECONDS = 5.0

cache = ResolverCache(private_zones.look_up)


@dataclass(frozen=True)
class Question:
    """The question in a DNS query, and the bytes to repeat in the answer."""

    name: str
    kind: int
    section: bytes


def parse(query: bytes) -> Question:
    """Read the first question of a query."""
    labels, offset = [], 12
    while length := query[offset]:
        labels.append(query[offset + 1 : offset + 1 + length].decode("ascii"))
        offset += 1 + length
    end = offset + 5
    (kind,) = struct.unpack_from("!H", query, offset + 1)
    return Question(".".join(labels).lower(), kind, query[12:end])


def answer(query: bytes, question: Question, known: Known) -> bytes:
    """A resolver's answer: the addresses, none, or a nonexistent name."""
    addresses = known.addresses if question.kind == A else ()
    code = _NO_ERROR if known.exists else _NO_SUCH_NAME
    recursion_desired = query[2] & 1
    flags = 0x8080 | recursion_desired << 8 | code
    header = query[:2] + struct.pack("!5H", flags, 1, len(addresses), 0, 0)
    records = (
        struct.pack("!3HIH", 0xC00C, A, 1, known.ttl, 4) + IPv4Address(address).packed
        for address in random.sample(addresses, len(addresses))
    )
    return header + question.section + b"".join(records)


def forward(query: bytes) -> bytes:
    """The answer of the machine's resolver, obtained through Docker's."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as upstream:
        upstream.settimeout(_FORWARD_SECONDS)
        upstream.sendto(query, _DOCKER_RESOLVER)
        return upstream.recv(4096)


def respond(query: bytes, ask_others: Callable[[bytes], bytes] = forward) -> bytes:
    """The answer to a query."""
    question = parse(query)
    known = cache.look_up(question.name)
    return ask_others(query) if known is None else answer(query, question, known)


def _handle(server: socket.socket, query: bytes, client: tuple[str, int]) -> None:
    try:
        server.sendto(respond(query), client)
    except Exception as error:  # malformed, or no resolver: the client retries
        logger.debug("query from %s: %s", client[0], error)


def _serve(server: socket.socket) -> None:
    while True:
        query, client = server.recvfrom(4096)
        threading.Thread(target=_handle, args=(server, query, client), daemon=True).start()


def install() -> None:
    server = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    server.bind(("0.0.0.0", 53))
    threading.Thread(target=_serve, args=(server,), daemon=True, name="name-server").start()
