"""Liveness and readiness. Only liveness decides whether a task lives."""

import json
from typing import Literal

from flask import Blueprint, Response
from pydantic import BaseModel
from werkzeug.exceptions import ServiceUnavailable

from flask_api.database import DatabaseUnavailable, current_database
from flask_api.operation import Answer, operation

health = Blueprint("health", __name__)


class Healthy(BaseModel):
    status: Literal["healthy"]


class Ready(BaseModel):
    status: Literal["ready"]


@health.get("/health")
@operation("Whether the process serves", answers={200: Answer("It does", Healthy)})
def live() -> Response:
    """Says that the process serves. It must not look further: an outage of the database would end
    every task, and starting new ones mends no database."""
    return _answer("healthy")


@health.get("/ready")
@operation(
    "Whether the service can do its work",
    answers={200: Answer("It can", Ready)},
    problems={503: "The database is not there"},
)
def ready() -> Response:
    """Says that the service can do its work now. Not transaction-processor: without it accounts are
    opened all the same."""
    database = current_database()
    if database is None:
        raise ServiceUnavailable("no database is configured")
    try:
        database.check()
    except DatabaseUnavailable as unavailable:
        raise ServiceUnavailable(str(unavailable)) from unavailable
    return _answer("ready")


def _answer(status: str) -> Response:
    body = json.dumps({"status": status}, separators=(",", ":"))
    return Response(body, mimetype="application/json", headers={"Cache-Control": "no-store"})
