"""Logging for the whole process, gunicorn's included: one JSON object a line, on stdout."""

import logging
from typing import Any

from flask import g, has_request_context


class RequestId(logging.Filter):
    """Puts the id of the request that is being served on the line."""

    def filter(self, record: logging.LogRecord) -> bool:
        if has_request_context() and "request_id" in g:
            record.request_id = g.request_id
        return True


def logging_config(level: str) -> dict[str, Any]:
    """For `logging.config.dictConfig`, with `level` as in `Settings.log_level`."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "json": {
                "()": "pythonjsonlogger.json.JsonFormatter",
                "fmt": ["levelname", "name", "message"],
                "rename_fields": {"levelname": "level", "name": "logger", "exc_info": "exception"},
                "timestamp": True,
            }
        },
        "filters": {"request_id": {"()": RequestId}},
        "handlers": {
            "stdout": {
                "class": "logging.StreamHandler",
                "stream": "ext://sys.stdout",
                "formatter": "json",
                "filters": ["request_id"],
            }
        },
        "root": {"level": level.upper(), "handlers": ["stdout"]},
        "loggers": {
            "gunicorn.error": {"level": level.upper(), "propagate": True, "handlers": []},
            # The application writes the line of each request: it knows the request's id.
            "gunicorn.access": {"propagate": False, "handlers": []},
            # Says at info that a connection was asked for, given and returned: three lines a query.
            "psycopg.pool": {"level": "WARNING"},
            # Says at debug which address was asked for, with what callers put into it.
            "urllib3": {"level": "WARNING"},
        },
    }
