import pytest
from flask import Flask, request
from flask.testing import FlaskClient
from werkzeug.test import TestResponse


def assert_problem(answer: TestResponse, status: int, title: str) -> None:
    assert answer.status_code == status
    assert answer.content_type == "application/problem+json"
    assert answer.json is not None
    assert set(answer.json) == {"type", "title", "status", "detail"}
    assert (answer.json["type"], answer.json["status"]) == ("about:blank", status)
    assert answer.json["title"] == title


def test_an_unknown_path_is_a_problem(client: FlaskClient) -> None:
    assert_problem(client.get("/nowhere"), 404, "Not Found")


def test_a_wrong_method_is_a_problem_that_names_the_right_ones(client: FlaskClient) -> None:
    answer = client.delete("/health")
    assert_problem(answer, 405, "Method Not Allowed")
    assert "GET" in answer.headers["Allow"]


def test_a_body_that_is_no_json_is_a_problem(app: Flask) -> None:
    app.add_url_rule("/echo", view_func=lambda: request.get_json(), methods=["POST"])
    answer = app.test_client().post("/echo", data="{", content_type="application/json")
    assert_problem(answer, 400, "Bad Request")


def test_an_exception_is_a_problem_that_tells_nothing_but_the_log(
    app: Flask, caplog: pytest.LogCaptureFixture
) -> None:
    def fail() -> str:
        raise RuntimeError("the safe's number is 1234")

    app.add_url_rule("/fail", view_func=fail)
    answer = app.test_client().get("/fail")
    assert_problem(answer, 500, "Internal Server Error")
    assert "1234" not in answer.text
    assert "1234" in caplog.text


@pytest.mark.parametrize("path", ["//accounts", "/accounts//x/close", "/accounts/x//close"])
def test_an_address_with_an_empty_part_leads_to_no_other(client: FlaskClient, path: str) -> None:
    """Least of all to plain HTTP, as a redirect behind a load balancer would."""
    answer = client.post(environ_overrides={"PATH_INFO": path})
    assert answer.status_code in {404, 503}
    assert "Location" not in answer.headers


def test_a_redirect_is_not_a_problem(app: Flask) -> None:
    app.add_url_rule("/folder/", view_func=lambda: "here")
    answer = app.test_client().get("/folder")
    assert (answer.status_code, answer.headers["Location"]) == (308, "http://localhost/folder/")
