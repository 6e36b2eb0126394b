"""Authorities and servers' certificates for a day, made by OpenSSL."""

import ssl
import subprocess
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

KEY = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes")


@dataclass(frozen=True)
class Authority:
    """Keeps its files in a folder of its own."""

    folder: Path

    @cached_property
    def pem(self) -> str:
        usage = ("-addext", "keyUsage=critical,keyCertSign", "-subj", "/CN=authority of the tests")
        files = ("-keyout", self.folder / "ca.key", "-out", self.folder / "ca.pem")
        _openssl("req", "-x509", *KEY, *usage, *files, "-days", "2")
        return (self.folder / "ca.pem").read_text()

    def server(self, names: str = "IP:127.0.0.1") -> ssl.SSLContext:
        """What a server needs to present a certificate for `names`, signed by this authority."""
        assert self.pem
        at = self.folder / names.replace(":", "-")
        key, request, signed, extensions = (
            at.with_name(f"{at.name}.{ending}") for ending in ("key", "csr", "pem", "extensions")
        )
        extensions.write_text(f"subjectAltName={names}\n")
        _openssl("req", *KEY, "-subj", "/CN=server", "-keyout", key, "-out", request)
        issuer = ("-CA", self.folder / "ca.pem", "-CAkey", self.folder / "ca.key")
        files = ("-in", request, "-extfile", extensions, "-out", signed)
        _openssl("x509", "-req", *issuer, "-CAcreateserial", *files, "-days", "2")
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(signed, key)
        return context


def _openssl(*arguments: str | Path) -> None:
    subprocess.run(["openssl", *arguments], check=True, capture_output=True)  # noqa: S603, S607
