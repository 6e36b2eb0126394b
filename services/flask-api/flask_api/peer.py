"""Another service of the platform, asked within a deadline whatever happens."""

import logging
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from time import monotonic
from typing import Literal, NamedTuple
from urllib.parse import urlsplit

from urllib3 import HTTPConnectionPool, HTTPSConnectionPool, Timeout
from urllib3.exceptions import HTTPError, ReadTimeoutError

# Seconds for an answer in all: resolving, connecting, asking, and asking again.
LIMIT_S = 2.0
# Of which the first attempt may take so much, for the second to have a chance.
CONNECT_S = 0.5
FIRST_ANSWER_S = 1.0

# Each deployment changes the addresses behind a name. No connection gets older, so that new tasks
# get their share and none keeps to an address that went.
CONNECTION_S = 30.0

# Twice the threads of asgi.py: a question that was given up may still wait for its end.
THREADS = 16

# Bytes. A page of 100 transactions is a tenth of it.
MAXIMUM_ANSWER = 2 * 1024 * 1024

# A gateway's words for a connection that failed.
WORTH_RETRYING = (502, 503, 504)

Pool = HTTPConnectionPool | HTTPSConnectionPool

_log = logging.getLogger(__name__)


Method = Literal["GET", "PUT", "POST"]


class Question(NamedTuple):
    method: Method
    target: str
    headers: Mapping[str, str]
    body: bytes | None


class Answer(NamedTuple):
    status: int
    body: bytes
    retry_after: str | None


class PeerUnavailable(Exception):
    """No answer; the message goes on the peer's name, such as "does not answer in time"."""


class Peer:
    """It is only asked for what can be done twice: any question may be repeated."""

    def __init__(self, url: str, name: str, maximum_answer: int = MAXIMUM_ANSWER) -> None:
        parts = urlsplit(url)
        self._secure = parts.scheme == "https"
        self._host = parts.hostname or ""
        self._port = parts.port
        self._path = parts.path
        self._name = name
        self._maximum_answer = maximum_answer
        self._pool: tuple[float, Pool] | None = None
        # Resolving a name has no time-out of its own: threads let a caller go when time is up.
        self._threads = ThreadPoolExecutor(THREADS, name)

    def ask(
        self, method: Method, target: str, headers: Mapping[str, str], body: bytes | None = None
    ) -> Answer:
        """Or `PeerUnavailable` within `LIMIT_S`."""
        deadline = monotonic() + LIMIT_S
        question = Question(method, self._path + target, headers, body)
        asked = self._threads.submit(self._ask_twice, question, deadline)
        try:
            return asked.result(LIMIT_S)
        except (TimeoutError, ReadTimeoutError) as error:
            asked.cancel()
            raise PeerUnavailable("does not answer in time") from error
        except HTTPError as error:
            raise PeerUnavailable("cannot be connected to") from error

    def close(self) -> None:
        """A question that is still asked ends by its own limits."""
        self._threads.shutdown(wait=False, cancel_futures=True)

    def _ask_twice(self, question: Question, deadline: float) -> Answer:
        """A task that is being replaced takes its connections with it, also those in the pool: the
        second attempt is made on a new one, to an address that was just resolved."""
        try:
            answer = self._ask(question, min(deadline, monotonic() + FIRST_ANSWER_S))
            if answer.status not in WORTH_RETRYING:
                return answer
        except HTTPError as error:
            _log.info("%s is asked again: %s", self._name, type(error).__name__)
        self._pool = None
        return self._ask(question, deadline)

    def _ask(self, question: Question, deadline: float) -> Answer:
        left = max(0.001, deadline - monotonic())
        response = self._young_pool().urlopen(
            question.method,
            question.target,
            question.body,
            question.headers,
            timeout=Timeout(connect=min(left, CONNECT_S), read=left),
            retries=False,
            redirect=False,
            preload_content=False,
        )
        body = bytearray()
        while chunk := response.read1(65536):
            body += chunk
            if len(body) > self._maximum_answer:
                response.close()
                raise PeerUnavailable("gives too long an answer")
            if monotonic() > deadline:
                response.close()
                raise TimeoutError
        response.release_conn()
        return Answer(response.status, bytes(body), response.headers.get("Retry-After"))

    def _young_pool(self) -> Pool:
        """The old one ends with the last question that is asked on it."""
        pool = self._pool
        if pool is None or monotonic() - pool[0] > CONNECTION_S:
            kind = HTTPSConnectionPool if self._secure else HTTPConnectionPool
            pool = self._pool = (monotonic(), kind(self._host, self._port, maxsize=THREADS))
        return pool[1]
