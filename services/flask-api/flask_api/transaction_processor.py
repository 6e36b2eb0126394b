"""Asks transaction-processor, and leaves it alone for a while when it fails."""

from collections.abc import Mapping
from threading import Lock
from typing import TypeVar, cast
from urllib.parse import urlencode

from flask import current_app
from pydantic import BaseModel, ValidationError

from flask_api.peer import Peer, PeerUnavailable

# After so many failures in a row, one caller at a time looks whether it is back. The others are
# told at once: if they all waited, no thread would be left to answer /health.
BREAK_AFTER = 3

Model = TypeVar("Model", bound=BaseModel)


class TransactionProcessorUnavailable(Exception):
    """No answer for a reason that passes. The message holds no secret and may be answered."""


class QuestionRefused(Exception):
    """transaction-processor answers 400: it does not take what was asked."""


class TransactionProcessor:
    """Answers as models, or `TransactionProcessorUnavailable` within `peer.LIMIT_S`."""

    def __init__(self, url: str) -> None:
        self._peer = Peer(url, "transaction-processor")
        self._failures = 0
        self._retry = Lock()

    def get(
        self, path: str, query: Mapping[str, str | int], model: type[Model], request_id: str
    ) -> Model:
        """`query` becomes the address's, `request_id` goes along as X-Request-ID."""
        target = f"{path}?{urlencode(query)}"
        if self._failures < BREAK_AFTER:
            return self._counted(target, model, request_id)
        if not self._retry.acquire(blocking=False):
            raise _unavailable("failed lately and is not asked")
        try:
            return self._counted(target, model, request_id)
        finally:
            self._retry.release()

    def close(self) -> None:
        self._peer.close()

    def _counted(self, target: str, model: type[Model], request_id: str) -> Model:
        try:
            answer = self._answer(target, model, request_id)
        except TransactionProcessorUnavailable:
            self._failures += 1
            raise
        except QuestionRefused:
            self._failures = 0
            raise
        self._failures = 0
        return answer

    def _answer(self, target: str, model: type[Model], request_id: str) -> Model:
        headers = {"Accept": "application/json", "X-Request-ID": request_id}
        try:
            status, body = self._peer.get(target, headers)
        except PeerUnavailable as error:
            raise _unavailable(str(error)) from error
        if status == 400:
            raise QuestionRefused
        if status != 200:
            raise _unavailable(f"answers {status}")
        try:
            return model.model_validate_json(body)
        except ValidationError as error:
            raise _unavailable("gives an answer that is not understood") from error


def current_transaction_processor() -> TransactionProcessor:
    """The one that the application that serves this request is configured with."""
    processor = cast("TransactionProcessor | None", current_app.extensions["transaction_processor"])
    if processor is None:
        raise TransactionProcessorUnavailable("no transaction-processor is configured")
    return processor


def _unavailable(what: str) -> TransactionProcessorUnavailable:
    return TransactionProcessorUnavailable(f"transaction-processor {what}")
