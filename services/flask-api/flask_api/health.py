"""Liveness and readiness. Only liveness decides whether a task lives."""

import json

from flask import Blueprint, Response
from werkzeug.exceptions import ServiceUnavailable

from flask_api.database import DatabaseUnavailable, current_database

health = Blueprint("health", __name__)


@health.get("/health")
def live() -> Response:
    """Says that the process serves. It must not look further: an outage of the database would end
    every task, and starting new ones mends no database."""
    return _answer("healthy")


@health.get("/ready")
def ready() -> Response:
    """Says that the service can do its work now."""
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
