"""TLS before the real PostgreSQL, whose package is built without it."""

import contextlib
import selectors
import socket
import ssl
import threading

from tests.postgres import SSL_REQUEST_BYTES


class TlsFront:
    """Listens on a port of 127.0.0.1 and passes everything on, until `stop`. It refuses, as Aurora
    does, whoever does not begin with TLS."""

    def __init__(self, backend: int, context: ssl.SSLContext) -> None:
        self._backend = backend
        self._context = context
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=64)
        self.port: int = self._listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def stop(self) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                client, _ = self._listener.accept()
                threading.Thread(target=self._serve, args=(client,), daemon=True).start()

    def _serve(self, client: socket.socket) -> None:
        with client, contextlib.suppress(OSError):
            if client.recv(len(SSL_REQUEST_BYTES), socket.MSG_WAITALL) != SSL_REQUEST_BYTES:
                return
            client.sendall(b"S")
            with (
                self._context.wrap_socket(client, server_side=True) as secure,
                socket.socket() as plain,
            ):
                # Not `create_connection`, whose look-up of names some tests replace.
                plain.connect(("127.0.0.1", self._backend))
                _pass_on(secure, plain)


def _pass_on(secure: ssl.SSLSocket, plain: socket.socket) -> None:
    """One thread does both directions: a TLS connection is not for two at once."""
    with selectors.DefaultSelector() as selector:
        selector.register(secure, selectors.EVENT_READ, (secure, plain))
        selector.register(plain, selectors.EVENT_READ, (plain, secure))
        while True:
            for key, _ in selector.select():
                source, target = key.data
                data = source.recv(65536)
                while isinstance(source, ssl.SSLSocket) and source.pending():
                    data += source.recv(65536)
                if not data:
                    return
                target.sendall(data)
