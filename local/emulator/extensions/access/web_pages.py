"""Requests that a web page makes a browser send: only the local AWS's own pages may.

A page of any site may send requests to this machine. Its browser says so with `Origin` or
`Sec-Fetch-Site` (https://www.w3.org/TR/fetch-metadata/). Where the page's own name leads to this
machine (DNS rebinding), it counts as the same origin, but then `Host` is that name.
"""

import contextlib
import functools
import os
import socket
from collections.abc import Iterable

Headers = Iterable[tuple[bytes, bytes]]
Refusal = tuple[int, str]

# A link that a person types or opens from a bookmark, and the requests of a page from here.
_OWN_SITES = {"none", "same-origin"}


@functools.cache
def own_hosts() -> set[str]:
    """The names and addresses of the local AWS: on this machine, and in its Docker network."""
    port = os.environ.get("GATEWAY_PORT", "4566")
    names = {"127.0.0.1", "localhost", "[::1]"}
    if name := os.environ.get("HOSTNAME"):
        names.add(name.lower())
        # Without a container, a machine may not know its own name.
        with contextlib.suppress(OSError):
            names.add(socket.gethostbyname(name))
    return {f"{each}:{port}" for each in names}


def refusal(headers: Headers, hosts: set[str]) -> Refusal | None:
    """Return status and reason if the local AWS must not answer; None otherwise."""
    given = [(name.lower(), value.decode("latin-1").strip()) for name, value in headers]

    def values(name: bytes) -> list[str]:
        return [value.lower() for each, value in given if each == name]

    named = values(b"host")
    if len(named) != 1 or named[0] not in hosts:
        shown = ", ".join(named) or "missing"
        known = ", ".join(sorted(hosts))
        return 421, f"The Host header is {shown}; the local AWS is {known}."
    for origin in values(b"origin"):
        if origin != f"http://{named[0]}":
            return 403, f"The local AWS answers no web page of another origin: {origin}."
    for site in values(b"sec-fetch-site"):
        if site not in _OWN_SITES:
            return (
                403,
                f"The local AWS answers no web page of another site: Sec-Fetch-Site: {site}.",
            )
    return None


def without_permission(headers: Headers) -> list[tuple[bytes, bytes]]:
    """An answer's headers, except those that let pages of other origins read it (CORS)."""
    prefix = b"access-control-"
    return [(name, value) for name, value in headers if not name.lower().startswith(prefix)]
