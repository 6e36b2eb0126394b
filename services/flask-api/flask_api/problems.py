"""Every error as application/problem+json (RFC 9457), in one place for the whole application."""

import json
import logging
from collections.abc import Sequence
from typing import Annotated, Any

from flask import Flask, Response
from pydantic import BaseModel, Field
from werkzeug.exceptions import BadRequest, HTTPException, ServiceUnavailable

from flask_api.database import DatabaseUnavailable
from flask_api.issuer_keys import KeysUnavailable
from flask_api.transaction_processor import TransactionProcessorUnavailable

# What the service needs is seldom away for long: a failover, a task that is being replaced.
RETRY_AFTER_S = 1

_log = logging.getLogger(__name__)


class FieldError(BaseModel):
    """One wrong field: which it is depends on the part of the request that it stands in."""

    pointer: Annotated[
        str | None, Field(description="JSON pointer of a field of the body, as a URI fragment")
    ] = None
    parameter: Annotated[str | None, Field(description="Name in the path or the query")] = None
    header: str | None = None
    detail: str


class Problem(BaseModel):
    """RFC 9457"""

    type: str
    title: str
    status: int
    detail: str
    errors: list[FieldError] | None = None


class InvalidRequest(BadRequest):
    """A 400 that names each wrong field."""

    def __init__(self, errors: Sequence[FieldError]) -> None:
        super().__init__("the request is not valid")
        self.errors = errors


def answer_errors_as_problems(app: Flask) -> None:
    """Covers exceptions too: Flask logs them and makes them a 500 that tells nothing of them."""
    app.register_error_handler(HTTPException, _problem)
    app.register_error_handler(DatabaseUnavailable, _unavailable)
    app.register_error_handler(TransactionProcessorUnavailable, _unavailable)
    app.register_error_handler(KeysUnavailable, _unavailable)


def _unavailable(error: Exception) -> Response:
    # With its cause, which callers do not learn.
    _log.error("%s", error, exc_info=error)
    return _problem(ServiceUnavailable(str(error), retry_after=RETRY_AFTER_S))


def _problem(error: HTTPException) -> Response:
    # The exception's own response is kept for its headers, such as Allow with a 405.
    response = Response(status=error.code, headers=error.get_response().headers)
    body: dict[str, Any] = {
        "type": "about:blank",
        "title": error.name,
        "status": error.code,
        "detail": error.description,
    }
    if isinstance(error, InvalidRequest):
        body["errors"] = [field.model_dump(exclude_none=True) for field in error.errors]
    response.data = json.dumps(body)
    response.content_type = "application/problem+json"
    return response
