"""Asks transaction-processor, and leaves it alone for a while when it fails."""

import json
from collections.abc import Container, Mapping
from threading import Lock
from typing import TypeVar, cast
from urllib.parse import urlencode
from uuid import UUID

from flask import current_app, g, request
from pydantic import BaseModel, ValidationError
from werkzeug.exceptions import TooManyRequests

from flask_api.peer import Answer, Method, Peer, PeerUnavailable

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

    def get(self, path: str, query: Mapping[str, str | int], model: type[Model]) -> Model:
        """`query` becomes the address's."""
        answer = self._ask("GET", f"{path}?{urlencode(query)}", {200})
        try:
            return model.model_validate_json(answer.body)
        except ValidationError as error:
            raise _unavailable("gives an answer that is not understood") from error

    def put_account(self, account_id: UUID, currency: str, *, closed: bool) -> None:
        """From now on it takes transactions of the caller's on this account, if that is open."""
        body = json.dumps({"currency": currency, **({"closed": True} if closed else {})}).encode()
        self._tell("PUT", f"/v1/accounts/{account_id}", {200, 201}, body)

    def close_account(self, account_id: UUID) -> None:
        """From now on it takes none."""
        self._tell("POST", f"/v1/accounts/{account_id}/close", {200})

    def close(self) -> None:
        self._peer.close()

    def _tell(
        self, method: Method, target: str, success: Container[int], body: bytes | None = None
    ) -> None:
        try:
            self._ask(method, target, success, body)
        except QuestionRefused as error:
            # No fault of the caller's, whose account is valid here: the other's version differs, as
            # it does for a while when one of the two is replaced.
            raise _unavailable("answers 400") from error

    def _ask(
        self, method: Method, target: str, success: Container[int], body: bytes | None = None
    ) -> Answer:
        if self._failures < BREAK_AFTER:
            return self._counted(method, target, success, body)
        if not self._retry.acquire(blocking=False):
            raise _unavailable("failed lately and is not asked")
        try:
            return self._counted(method, target, success, body)
        finally:
            self._retry.release()

    def _counted(
        self, method: Method, target: str, success: Container[int], body: bytes | None
    ) -> Answer:
        try:
            answer = self._peer.ask(method, target, _headers(body), body)
        except PeerUnavailable as error:
            self._failures += 1
            raise _unavailable(str(error)) from error
        if answer.status in success:
            self._failures = 0
            return answer
        # What it says of one request, such as of a token that has just expired, is no reason to
        # leave it alone: others would pay for that caller.
        self._failures = 0 if answer.status < 500 else self._failures + 1
        if answer.status in (400, 429):
            raise QuestionRefused if answer.status == 400 else _too_many(answer)
        raise _unavailable(f"answers {answer.status}")


def current_transaction_processor() -> TransactionProcessor:
    """The one that the application that serves this request is configured with."""
    processor = cast("TransactionProcessor | None", current_app.extensions["transaction_processor"])
    if processor is None:
        raise TransactionProcessorUnavailable("no transaction-processor is configured")
    return processor


def _unavailable(what: str) -> TransactionProcessorUnavailable:
    return TransactionProcessorUnavailable(f"transaction-processor {what}")


def _headers(body: bytes | None) -> dict[str, str]:
    """Those of the request that is served go along: transaction-processor verifies its caller."""
    headers = {"Accept": "application/json", "X-Request-ID": g.request_id}
    if authorization := request.headers.get("Authorization"):
        headers["Authorization"] = authorization
    return headers | ({"Content-Type": "application/json"} if body else {})


def _too_many(answer: Answer) -> TooManyRequests:
    given = answer.retry_after or ""
    wait = int(given) if given.isascii() and given.isdigit() else 1
    return TooManyRequests("transaction-processor has had too many requests", retry_after=wait)
