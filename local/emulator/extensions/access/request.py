"""A request as the front door sees it, read as MiniStack reads it."""

import functools
from dataclasses import dataclass
from urllib.parse import parse_qs, quote

from ministack import app
from ministack.core.router import detect_service
from ministack.core.sigv4 import decode_header_value

from .asgi import Scope


@dataclass(frozen=True)
class Request:
    """An HTTP request whose body has arrived."""

    scope: Scope
    body: bytes

    @property
    def method(self) -> str:
        return str(self.scope["method"])

    @property
    def path(self) -> str:
        """The decoded path."""
        return str(self.scope["path"])

    @property
    def raw_path(self) -> str:
        """The path as it was sent and signed."""
        raw = self.scope.get("raw_path") or quote(self.path).encode()
        return str(raw.decode("latin-1"))

    @functools.cached_property
    def query(self) -> dict[str, list[str]]:
        return parse_qs(self.scope.get("query_string", b"").decode(), keep_blank_values=True)

    def headers(self, separator: str = ", ") -> dict[str, str]:
        """The headers by lower-case name; the values of a repeated one are joined."""
        joined: dict[str, str] = {}
        for name, value in self.scope["headers"]:
            key, text = name.decode("latin-1").lower(), decode_header_value(value)
            joined[key] = f"{joined[key]}{separator}{text}" if key in joined else text
        return joined

    @functools.cached_property
    def service(self) -> str:
        """The service that MiniStack hands the request to."""
        headers = self.headers()
        parameters = app._routing_params(self.method, self.path, headers, self.body, self.query)
        return str(detect_service(self.method, self.path, headers, parameters))
