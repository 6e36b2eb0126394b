"""The process as the image starts it: a real gunicorn, with the real configuration."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path

from tests.certificate import Authority
from tests.conftest import PASSWORD, ROOT
from tests.postgres import closed_port

GUNICORN = [sys.executable, "-m", "gunicorn"]

# How long a health check waits for its answer.
HEALTH_CHECK_S = 4


def database(port: int, authority: Authority) -> dict[str, str]:
    """The variables that the platform sets for one."""
    return {
        "DATABASE_HOST": "127.0.0.1",
        "DATABASE_PORT": str(port),
        "DATABASE_NAME": "accounts",
        "DATABASE_USER": "flask_api",
        "DATABASE_PASSWORD": PASSWORD,
        "DATABASE_SSLMODE": "verify-full",
        "DATABASE_CA": authority.pem,
    }


NONE: Mapping[str, str] = {}


@dataclass
class Server:
    port: int
    process: subprocess.Popen[bytes]
    output: Path
    # Goes along with each request.
    authorization: str = ""

    def get(self, path: str) -> tuple[int, bytes]:
        return self.ask("GET", path)

    def open_account(self, key: str) -> tuple[int, bytes]:
        headers = {"Content-Type": "application/json", "Idempotency-Key": key}
        return self.ask("POST", "/accounts", b'{"owner":"Ada","currency":"GBP"}', headers)

    def ask(
        self, method: str, path: str, body: bytes | None = None, headers: Mapping[str, str] = NONE
    ) -> tuple[int, bytes]:
        connection = HTTPConnection("127.0.0.1", self.port, timeout=10)
        try:
            authorization = {"Authorization": self.authorization}
            connection.request(method, path, body, {**headers, **authorization})
            answer = connection.getresponse()
            return answer.status, answer.read()
        finally:
            connection.close()

    def begin_drain(self) -> float:
        """Sends a SIGTERM, and returns when that was, once the server sends its callers away."""
        started = time.monotonic()
        self.process.send_signal(signal.SIGTERM)
        while self.sends_away() != "close":
            time.sleep(0.05)
        return started

    def sends_away(self) -> str | None:
        """What the server says about the connection of a request."""
        connection = HTTPConnection("127.0.0.1", self.port, timeout=10)
        try:
            connection.request("GET", "/health")
            return connection.getresponse().getheader("Connection")
        finally:
            connection.close()

    def stop(self) -> tuple[int, float]:
        """The exit status after a SIGTERM, and the seconds until then."""
        started = time.monotonic()
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(15), time.monotonic() - started


@contextmanager
def serve(folder: Path, *arguments: str, **environment: str) -> Iterator[Server]:
    port = closed_port()
    output = folder / "output"
    with output.open("wb") as stream:
        process = subprocess.Popen(  # noqa: S603
            [*GUNICORN, "--bind", f"127.0.0.1:{port}", *arguments],
            cwd=ROOT,
            env={"PATH": os.environ["PATH"], **environment},
            stdout=stream,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        try:
            server = Server(port, process, output)
            await_answer(server)
            yield server
        finally:
            end_with_workers(process)


def end_with_workers(process: subprocess.Popen[bytes]) -> None:
    """A killed arbiter leaves its workers behind. All are of the session that it leads."""
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def await_answer(server: Server) -> None:
    deadline = time.monotonic() + 60
    while True:
        try:
            assert server.get("/health") == (200, b'{"status":"healthy"}')
        except OSError:
            assert server.process.poll() is None, server.output.read_text()
            assert time.monotonic() < deadline, server.output.read_text()
            time.sleep(0.05)
        else:
            return


def children(process: int) -> list[int]:
    """gunicorn's workers."""
    command = ["ps", "-o", "pid=", "--ppid", str(process)]
    listed = subprocess.run(command, capture_output=True, check=True)  # noqa: S603
    return [int(word) for word in listed.stdout.split()]
