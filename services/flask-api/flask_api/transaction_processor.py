"""Asks transaction-processor, within a deadline whatever happens."""

import logging
from collections.abc import Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from threading import Lock
from time import monotonic
from typing import TypeVar, cast
from urllib.parse import urlencode, urlsplit

from flask import current_app
from pydantic import BaseModel, ValidationError
from urllib3 import HTTPConnectionPool, HTTPSConnectionPool, Timeout
from urllib3.exceptions import HTTPError, ReadTimeoutError

# Seconds for an answer in all: resolving, connecting, asking, and asking again.
LIMIT_S = 2.0
# Of which the first attempt may take so much, for the second to have a chance.
CONNECT_S = 0.5
FIRST_ANSWER_S = 1.0

# Each deployment changes the addresses behind the name. No connection gets older, so that new
# tasks get their share and none keeps to an address that went.
CONNECTION_S = 30.0

# After so many failures in a row, one caller at a time looks whether it is back. The others are
# told at once: if they all waited, no thread would be left to answer /health.
BREAK_AFTER = 3

# Twice gunicorn.conf.py's threads: a question that was given up may still wait for its end.
THREADS = 16

# Bytes. A page of 100 transactions is a tenth of it.
MAXIMUM_ANSWER = 2 * 1024 * 1024

# A gateway's words for a connection that failed.
WORTH_RETRYING = (502, 503, 504)

Model = TypeVar("Model", bound=BaseModel)
Pool = HTTPConnectionPool | HTTPSConnectionPool

_log = logging.getLogger(__name__)


class TransactionProcessorUnavailable(Exception):
    """No answer for a reason that passes. The message holds no secret and may be answered."""


class QuestionRefused(Exception):
    """transaction-processor answers 400: it does not take what was asked."""


class TransactionProcessor:
    """Answers as models, or `TransactionProcessorUnavailable` within `LIMIT_S`. It is only asked
    with GET, so asking twice is safe."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        self._secure = parts.scheme == "https"
        self._host = parts.hostname or ""
        self._port = parts.port
        self._path = parts.path
        self._pool: tuple[float, Pool] | None = None
        self._failures = 0
        self._retry = Lock()
        # Resolving a name has no time-out of its own: threads let a caller go when time is up.
        self._threads = ThreadPoolExecutor(THREADS, "transaction-processor")

    def get(
        self, path: str, query: Mapping[str, str | int], model: type[Model], request_id: str
    ) -> Model:
        """`query` becomes the address's, `request_id` goes along as X-Request-ID."""
        target = f"{self._path}{path}?{urlencode(query)}"
        if self._failures < BREAK_AFTER:
            return self._counted(target, model, request_id)
        if not self._retry.acquire(blocking=False):
            raise _unavailable("failed lately and is not asked")
        try:
            return self._counted(target, model, request_id)
        finally:
            self._retry.release()

    def close(self) -> None:
        self._threads.shutdown(wait=False, cancel_futures=True)

    def _counted(self, target: str, model: type[Model], request_id: str) -> Model:
        try:
            status, body = self._within_limit(target, request_id)
            answer = _understood(status, body, model)
        except TransactionProcessorUnavailable:
            self._failures += 1
            raise
        except QuestionRefused:
            self._failures = 0
            raise
        self._failures = 0
        return answer

    def _within_limit(self, target: str, request_id: str) -> tuple[int, bytes]:
        headers = {"Accept": "application/json", "X-Request-ID": request_id}
        deadline = monotonic() + LIMIT_S
        asked: Future[tuple[int, bytes]] = self._threads.submit(
            self._ask_twice, target, headers, deadline
        )
        try:
            return asked.result(LIMIT_S)
        except (TimeoutError, ReadTimeoutError) as error:
            asked.cancel()
            raise _unavailable("does not answer in time") from error
        except HTTPError as error:
            raise _unavailable("cannot be connected to") from error

    def _ask_twice(
        self, target: str, headers: Mapping[str, str], deadline: float
    ) -> tuple[int, bytes]:
        """A task that is being replaced takes its connections with it, also those in the pool: the
        second attempt is made on a new one, to an address that was just resolved."""
        try:
            status, body = self._ask(target, headers, min(deadline, monotonic() + FIRST_ANSWER_S))
            if status not in WORTH_RETRYING:
                return status, body
        except HTTPError as error:
            _log.info("transaction-processor is asked again: %s", type(error).__name__)
        self._pool = None
        return self._ask(target, headers, deadline)

    def _ask(self, target: str, headers: Mapping[str, str], deadline: float) -> tuple[int, bytes]:
        left = max(0.001, deadline - monotonic())
        response = self._young_pool().urlopen(
            "GET",
            target,
            headers=headers,
            timeout=Timeout(connect=min(left, CONNECT_S), read=left),
            retries=False,
            redirect=False,
            preload_content=False,
        )
        body = bytearray()
        while chunk := response.read1(65536):
            body += chunk
            if len(body) > MAXIMUM_ANSWER or monotonic() > deadline:
                response.close()
                raise ReadTimeoutError(self._young_pool(), target, "too long")
        response.release_conn()
        return response.status, bytes(body)

    def _young_pool(self) -> Pool:
        """The old one ends with the last question that is asked on it."""
        pool = self._pool
        if pool is None or monotonic() - pool[0] > CONNECTION_S:
            kind = HTTPSConnectionPool if self._secure else HTTPConnectionPool
            pool = self._pool = (monotonic(), kind(self._host, self._port, maxsize=THREADS))
        return pool[1]


def current_transaction_processor() -> TransactionProcessor:
    """The one that the application that serves this request is configured with."""
    processor = cast("TransactionProcessor | None", current_app.extensions["transaction_processor"])
    if processor is None:
        raise TransactionProcessorUnavailable("no transaction-processor is configured")
    return processor


def _understood(status: int, body: bytes, model: type[Model]) -> Model:
    if status == 400:
        raise QuestionRefused
    if status != 200:
        raise _unavailable(f"answers {status}")
    try:
        return model.model_validate_json(body)
    except ValidationError as error:
        raise _unavailable("gives an answer that is not understood") from error


def _unavailable(what: str) -> TransactionProcessorUnavailable:
    return TransactionProcessorUnavailable(f"transaction-processor {what}")
