"""As much of a PostgreSQL server as the tests need: it logs in, answers, and fails on demand."""

import contextlib
import socket
import ssl
import struct
import threading
from types import TracebackType
from typing import Self

SSL_REQUEST_BYTES = struct.pack("!ii", 8, 80877103)

ONE_ROW = (
    (b"T", struct.pack("!h", 1) + b"one\0" + struct.pack("!ihihih", 0, 0, 23, 4, -1, 0)),
    (b"D", struct.pack("!hi", 1, 1) + b"1"),
    (b"C", b"SELECT 1\0"),
    (b"Z", b"I"),
)


class Postgres:
    """Listens on a port of 127.0.0.1 within a `with` block.

    Without a certificate it says that it has no TLS, and `told` is what it then hears all the same:
    from a service that verifies its database, nothing."""

    def __init__(self, certificate: ssl.SSLContext | None = None) -> None:
        self.certificate = certificate
        self.asked_for_tls = 0
        self.told = b""
        self.answers_logins = True
        self.is_standby = False
        self.rejects_with: str | None = None
        self.answering = threading.Event()
        self.answering.set()
        self.logins = 0
        self.goodbyes = 0
        self.asked = threading.Event()
        self._sockets: list[socket.socket] = []
        self._threads: list[threading.Thread] = []
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]

    def __enter__(self) -> Self:
        self._run(self._accept)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self.answering.set()
        self.drop_connections()
        for thread in self._threads:
            thread.join(5)

    def drop_connections(self) -> None:
        """What a failover does to those that are connected."""
        for client in self._sockets:
            with contextlib.suppress(OSError):
                client.shutdown(socket.SHUT_RDWR)

    def _run(self, work: object, *arguments: object) -> None:
        thread = threading.Thread(target=work, args=arguments)  # type: ignore[arg-type]
        self._threads.append(thread)
        thread.start()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                client, _ = self._listener.accept()
                self._sockets.append(client)
                self._run(self._serve, client)

    def _serve(self, client: socket.socket) -> None:
        with client, contextlib.suppress(OSError, struct.error):
            begun = client.recv(len(SSL_REQUEST_BYTES), socket.MSG_WAITALL)
            self.asked_for_tls += begun == SSL_REQUEST_BYTES
            if begun != SSL_REQUEST_BYTES or self.certificate is None:
                client.sendall(b"N")
                while said := client.recv(65536):
                    self.told += said
                return
            client.sendall(b"S")
            with self.certificate.wrap_socket(client, server_side=True) as secure:
                self._sockets.append(secure)
                self._serve_securely(secure)

    def _serve_securely(self, client: socket.socket) -> None:
        with client.makefile("rb") as stream:
            (length,) = struct.unpack("!i", stream.read(4))
            self.told += stream.read(length - 4)
            self.asked.set()
            if self.answers_logins:
                self._log_in(client)
                while kind := stream.read(1):
                    (length,) = struct.unpack("!i", stream.read(4))
                    stream.read(length - 4)
                    # Terminate: the client says that it goes.
                    self.goodbyes += kind == b"X"
                    if kind == b"Q":
                        self.asked.set()
                        self.answering.wait(10)
                        _send(client, *ONE_ROW)
            else:
                stream.read()

    def _log_in(self, client: socket.socket) -> None:
        if self.rejects_with:
            fields = f"SFATAL\0C28P01\0M{self.rejects_with}\0\0".encode()
            _send(client, (b"E", fields))
            client.shutdown(socket.SHUT_RDWR)
            return
        self.logins += 1
        standby = b"on\0" if self.is_standby else b"off\0"
        _send(
            client,
            (b"R", struct.pack("!i", 0)),
            (b"S", b"server_version\x0017.0\0"),
            (b"S", b"client_encoding\0UTF8\0"),
            (b"S", b"in_hot_standby\0" + standby),
            (b"S", b"default_transaction_read_only\0" + standby),
            (b"K", struct.pack("!ii", 1, 1)),
            (b"Z", b"I"),
        )


def _send(client: socket.socket, *messages: tuple[bytes, bytes]) -> None:
    client.sendall(b"".join(k + struct.pack("!i", len(body) + 4) + body for k, body in messages))


def closed_port() -> int:
    """A port of 127.0.0.1 where nobody listens."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
    return port
