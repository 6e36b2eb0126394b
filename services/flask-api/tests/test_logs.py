import json
import logging.config

import pytest
from flask import Flask

from flask_api.logs import logging_config

pytestmark = pytest.mark.usefixtures("logging_put_back")


def lines(capsys: pytest.CaptureFixture[str]) -> list[dict[str, object]]:
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def test_a_line_is_one_json_object(capsys: pytest.CaptureFixture[str]) -> None:
    logging.config.dictConfig(logging_config("info"))
    logging.getLogger("flask_api").warning('two\nlines and a "quote"', extra={"account": 7})
    (line,) = lines(capsys)
    assert str(line.pop("timestamp")).endswith("+00:00")
    assert line == {
        "level": "WARNING",
        "logger": "flask_api",
        "message": 'two\nlines and a "quote"',
        "account": 7,
    }


def test_an_exception_is_on_the_same_line(capsys: pytest.CaptureFixture[str]) -> None:
    logging.config.dictConfig(logging_config("info"))
    try:
        raise ValueError("no")
    except ValueError:
        logging.getLogger("flask_api").exception("failed")
    (line,) = lines(capsys)
    assert "ValueError: no" in str(line["exception"])


def test_every_line_of_a_request_has_its_id(app: Flask, capsys: pytest.CaptureFixture[str]) -> None:
    logging.config.dictConfig(logging_config("info"))
    app.add_url_rule("/fail", view_func=lambda: str(1 / 0))
    app.test_client().get("/fail", headers={"X-Request-ID": "abc"})
    assert [line["request_id"] for line in lines(capsys)] == ["abc", "abc"]


def test_below_the_level_nothing_is_logged(capsys: pytest.CaptureFixture[str]) -> None:
    logging.config.dictConfig(logging_config("error"))
    logging.getLogger("flask_api").warning("nothing much")
    assert lines(capsys) == []


def test_the_pool_logs_failures_only(capsys: pytest.CaptureFixture[str]) -> None:
    logging.config.dictConfig(logging_config("info"))
    logging.getLogger("psycopg.pool").info("connection requested")
    logging.getLogger("psycopg.pool").warning("error connecting")
    assert [line["message"] for line in lines(capsys)] == ["error connecting"]


def test_what_callers_put_into_an_address_is_not_logged(
    capsys: pytest.CaptureFixture[str],
) -> None:
    logging.config.dictConfig(logging_config("debug"))
    logging.getLogger("urllib3.connectionpool").debug("GET /v1/transactions?cursor=private")
    assert lines(capsys) == []
