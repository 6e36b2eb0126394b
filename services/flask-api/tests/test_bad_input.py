"""What is wrong with a request is said of each field, and nothing is stored."""

import json
import uuid
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from flask_api.json_body import LIMIT
from tests.test_accounts import stored

GOOD = {"owner": "Ada", "currency": "EUR"}
ID = "9b2f0d6e-0000-4000-8000-000000000000"

KNOWN = "is none of the known codes"
PRINTABLE = "must be printable, with at least one character that is no space"

# Field errors as (which, name, detail), for each body.
BODIES: dict[str, tuple[Any, list[tuple[str, str]]]] = {
    "nothing in it": ({}, [("#/owner", "is required"), ("#/currency", "is required")]),
    "a list": ([GOOD], [("#", "must be an object")]),
    "a text that holds JSON": (json.dumps(GOOD), [("#", "must be an object")]),
    "null": (None, [("#", "must be an object")]),
    "an unknown field": (GOOD | {"id": 7}, [("#/id", "is not known")]),
    "a field with a name that needs escaping": (
        GOOD | {"a/b~c d\u00e9": 1},
        [("#/a~1b~0c%20d%C3%A9", "is not known")],
    ),
    "an owner of nothing": (
        GOOD | {"owner": ""},
        [("#/owner", "must have at least 1 characters")],
    ),
    "an owner of spaces": (GOOD | {"owner": " \u3000 "}, [("#/owner", PRINTABLE)]),
    "an owner with NUL": (GOOD | {"owner": "A\0da"}, [("#/owner", PRINTABLE)]),
    "an owner with a line break": (GOOD | {"owner": "Ada\n"}, [("#/owner", PRINTABLE)]),
    "an owner that turns the text around": (
        GOOD | {"owner": "Ada \u202e9"},
        [("#/owner", PRINTABLE)],
    ),
    "an owner that is not seen": (GOOD | {"owner": "\u200b"}, [("#/owner", PRINTABLE)]),
    "too long an owner": (
        GOOD | {"owner": "x" * 201},
        [("#/owner", "must have at most 200 characters")],
    ),
    "a number for an owner": (GOOD | {"owner": 5}, [("#/owner", "must be a string")]),
    "a currency that is none": (GOOD | {"currency": "EUX"}, [("#/currency", KNOWN)]),
    "a currency in small letters": (GOOD | {"currency": "eur"}, [("#/currency", KNOWN)]),
    "a currency of nothing": (GOOD | {"currency": None}, [("#/currency", "must be a string")]),
    "everything wrong": (
        {"owner": "", "currency": "X", "x": 1},
        [
            ("#/owner", "must have at least 1 characters"),
            ("#/currency", KNOWN),
            ("#/x", "is not known"),
        ],
    ),
}

UNREADABLE = {
    "nothing at all": (b"", "is no JSON"),
    "half an object": (b'{"owner":', "is no JSON"),
    "two objects": (b"{}{}", "is no JSON"),
    "NaN": (b'{"owner":NaN}', "is no JSON"),
    "no UTF-8": (b'{"owner":"\xff"}', "is not well-formed Unicode text"),
    "UTF-16": ('{"owner":"A","currency":"EUR"}'.encode("utf-16"), "is not well-formed"),
    "half a character": (b'{"owner":"\\ud800","currency":"EUR"}', "is not well-formed"),
    "half a character in a name": (b'{"\\udc00":1}', "is not well-formed"),
    "a member twice": (b'{"owner":"A","owner":"B","currency":"EUR"}', "twice"),
    "a deep nest": (b"[" * 8000 + b"]" * 8000, "is nested too deep"),
    "a number of many digits": (b"1" * 16000, "is no JSON"),
}

HEADERS = {
    "an empty key": "",
    "a key with a space": "a b",
    "a key with a letter that is not ASCII": "\u00e9",
    "too long a key": "k" * 256,
}

QUERIES = {
    "limit=0": ("limit", "must be at least 1"),
    "limit=-1": ("limit", "must be at least 1"),
    "limit=101": ("limit", "must be at most 100"),
    "limit=": ("limit", "must be a whole number"),
    "limit=1.0": ("limit", "must be a whole number"),
    "limit=1_0": ("limit", "must be a whole number"),
    "limit=%2B5": ("limit", "must be a whole number"),
    "limit=%D9%A5": ("limit", "must be a whole number"),
    f"limit={'9' * 5000}": ("limit", "must be a whole number"),
    "limit=5&limit=6": ("limit", "is given twice"),
    f"cursor={'c' * 201}": ("cursor", "must have at most 200 characters"),
    "page=2": ("page", "is not known"),
    "%00=%ff": ("\0", "is not known"),
}

PATHS = ["7", "%00", "%ff", f"{ID}0", f"{{{ID}}}", ID.replace("-", ""), f"{ID}%0A", "..%5C..", "*"]


def errors(answer: TestResponse) -> list[dict[str, str]]:
    assert answer.status_code == 400, answer.text
    assert answer.content_type == "application/problem+json"
    assert answer.json is not None
    assert answer.json["detail"] == "the request is not valid"
    found: list[dict[str, str]] = answer.json["errors"]
    return found


@pytest.mark.parametrize(("body", "wrong"), BODIES.values(), ids=BODIES)
def test_each_wrong_field_of_a_body_is_named(
    accounts: FlaskClient,
    body: Any,  # noqa: ANN401
    wrong: list[tuple[str, str]],
) -> None:
    answer = accounts.post("/accounts", data=json.dumps(body), content_type="application/json")
    assert errors(answer) == [{"pointer": name, "detail": detail} for name, detail in wrong]
    assert stored(accounts) == 0


@pytest.mark.parametrize(("body", "detail"), UNREADABLE.values(), ids=UNREADABLE)
def test_a_body_that_cannot_be_read_is_wrong_as_a_whole(
    accounts: FlaskClient, body: bytes, detail: str
) -> None:
    answer = accounts.post("/accounts", data=body, content_type="application/json")
    (error,) = errors(answer)
    assert error["pointer"] == "#"
    assert detail in error["detail"]
    assert stored(accounts) == 0


@pytest.mark.parametrize(
    "media_type", [None, "", "text/plain", "application/x-www-form-urlencoded"]
)
def test_a_body_of_another_media_type_is_not_read(
    accounts: FlaskClient, media_type: str | None
) -> None:
    answer = accounts.post("/accounts", data=json.dumps(GOOD), content_type=media_type)
    assert answer.status_code == 415
    assert answer.json is not None
    assert answer.json["detail"] == "the body must be application/json"
    assert stored(accounts) == 0


def test_a_body_up_to_the_limit_is_read_and_a_larger_one_is_not(accounts: FlaskClient) -> None:
    body = json.dumps(GOOD).encode()
    largest = body + b" " * (LIMIT - len(body))
    read = accounts.post("/accounts", data=largest, content_type="application/json")
    assert read.status_code == 201
    refused = accounts.post("/accounts", data=largest + b" ", content_type="application/json")
    assert refused.status_code == 413
    assert refused.json is not None
    assert refused.json["detail"] == f"the body must not exceed {LIMIT} bytes"
    assert stored(accounts) == 1


@pytest.mark.parametrize("key", HEADERS.values(), ids=HEADERS)
def test_a_key_of_another_form_is_refused(accounts: FlaskClient, key: str) -> None:
    answer = accounts.post("/accounts", json=GOOD, headers={"Idempotency-Key": key})
    assert errors(answer) == [
        {"header": "Idempotency-Key", "detail": "must be 1 to 255 visible ASCII characters"}
    ]
    assert stored(accounts) == 0


def test_what_is_wrong_in_several_parts_is_said_at_once(accounts: FlaskClient) -> None:
    answer = accounts.post("/accounts", json={}, headers={"Idempotency-Key": "a b"})
    assert [set(error) - {"detail"} for error in errors(answer)] == [
        {"header"},
        {"pointer"},
        {"pointer"},
    ]


@pytest.mark.parametrize(("query", "wrong"), QUERIES.items(), ids=lambda value: str(value)[:40])
def test_each_wrong_parameter_is_named(
    accounts: FlaskClient, query: str, wrong: tuple[str, str]
) -> None:
    answer = accounts.get(f"/accounts/{uuid.uuid4()}/transactions?{query}")
    assert errors(answer) == [{"parameter": wrong[0], "detail": wrong[1]}]


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("rest", ["", "/transactions", "/summary"])
def test_what_is_no_uuid_names_no_account(accounts: FlaskClient, path: str, rest: str) -> None:
    answer = accounts.get(f"/accounts/{path}{rest}")
    assert errors(answer) == [{"parameter": "id", "detail": "must be a UUID"}]


def test_a_body_of_nonsense_makes_no_long_answer(accounts: FlaskClient) -> None:
    names = [f"{number}{'n' * 100}" for number in range(100)]
    answer = accounts.post("/accounts", json=dict.fromkeys(names, 1))
    found = errors(answer)
    assert len(found) == 50
    assert max(len(error["pointer"]) for error in found) == len("#/") + 64
