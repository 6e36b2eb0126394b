"""Every error as application/problem+json (RFC 9457), in one place for the whole application."""

import json

from flask import Flask, Response
from werkzeug.exceptions import HTTPException


def answer_errors_as_problems(app: Flask) -> None:
    """Covers exceptions too: Flask logs them and makes them a 500 that tells nothing of them."""
    app.register_error_handler(HTTPException, _problem)


def _problem(error: HTTPException) -> Response:
    # The exception's own response is kept for its headers, such as Allow with a 405.
    response = Response(status=error.code, headers=error.get_response().headers)
    response.data = json.dumps(
        {
            "type": "about:blank",
            "title": error.name,
            "status": error.code,
            "detail": error.description,
        }
    )
    response.content_type = "application/problem+json"
    return response
