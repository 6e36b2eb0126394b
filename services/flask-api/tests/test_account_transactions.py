"""What transaction-processor knows of an account: handed on exactly, or refused in time."""

import json
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from flask_api import peer
from flask_api.app import create_app
from flask_api.settings import DatabaseSettings, Settings
from tests.conftest import calling
from tests.issuer import Issuer
from tests.test_accounts import open_account
from tests.upstream import Upstream

TRANSACTION: dict[str, Any] = {
    "id": "9b2f0d6e-0000-4000-8000-000000000000",
    "accountId": "9b2f0d6e-0000-4000-8000-000000000001",
    "amount": 1_000_000_000_000,
    "currency": "JPY",
    "country": "JP",
    "merchantCategory": "5411",
    "card": "fingerprint",
    "occurredAt": "2026-11-23T10:00:00.000Z",
    "status": "review",
    "score": 55,
    "reasons": [
        {"rule": "amount", "points": 40, "detail": "large"},
        {"rule": "night", "points": 14.5, "detail": "late"},
    ],
    "createdAt": "2026-11-23T10:00:00.001Z",
    "decidedAt": None,
}
NOTHING = {"count": 0, "amount": "0"}
# More than a float keeps, and more than 64 bits.
LARGE = {"count": 9_007_199_254_740_993, "amount": "123456789012345678901234567890"}
CURRENCY = {
    "currency": "JPY",
    "approved": LARGE,
    "review": NOTHING,
    "declined": NOTHING,
    "pending": NOTHING,
}


def page(*transactions: dict[str, Any], cursor: str | None = None) -> bytes:
    return json.dumps({"items": transactions, "nextCursor": cursor}).encode()


def detail(answer: TestResponse) -> str:
    """Why there is no answer for now."""
    assert answer.status_code == 503
    assert answer.content_type == "application/problem+json"
    assert answer.headers["Retry-After"] == "1"
    assert answer.json is not None
    return str(answer.json["detail"])


def asked(upstream: Upstream) -> dict[str, list[str]]:
    return parse_qs(urlsplit(upstream.paths[-1]).query)


def test_a_page_is_handed_on_as_it_is(
    accounts: FlaskClient, address: str, upstream: Upstream
) -> None:
    upstream.body = page(TRANSACTION, cursor="bmV4dA")
    answer = accounts.get(f"{address}/transactions")
    assert answer.status_code == 200
    assert answer.json == {"items": [TRANSACTION], "nextCursor": "bmV4dA"}
    assert upstream.paths[-1].startswith("/v1/transactions?")
    assert asked(upstream) == {"accountId": [address.split("/")[-1]], "limit": ["20"]}


def test_limit_and_cursor_are_handed_on(
    accounts: FlaskClient, address: str, upstream: Upstream
) -> None:
    accounts.get(f"{address}/transactions?limit=100&cursor=a%26b%3D%C3%A9")
    assert (asked(upstream)["limit"], asked(upstream)["cursor"]) == (["100"], ["a&b=\u00e9"])


def test_what_a_newer_transaction_processor_adds_is_left_out(
    accounts: FlaskClient, address: str, upstream: Upstream
) -> None:
    upstream.body = page(TRANSACTION | {"merchantName": "Shop"})
    answer = accounts.get(f"{address}/transactions").json
    assert answer is not None
    assert answer["items"] == [TRANSACTION]


@pytest.mark.parametrize("amount", [2**53 + 1, 2**63, 10**30])
def test_amounts_of_any_size_are_exact(
    accounts: FlaskClient, address: str, upstream: Upstream, amount: int
) -> None:
    upstream.body = page(TRANSACTION | {"amount": amount})
    assert f'"amount":{amount},' in accounts.get(f"{address}/transactions").text


def test_a_summary_is_the_account_and_its_exact_sums(
    accounts: FlaskClient, address: str, upstream: Upstream
) -> None:
    upstream.body = json.dumps({"accountId": "x", "currencies": [CURRENCY]}).encode()
    answer = accounts.get(f"{address}/summary")
    assert answer.status_code == 200
    assert answer.json == {"account": accounts.get(address).json, "currencies": [CURRENCY]}
    assert upstream.paths == [f"/v1/transactions/summary?accountId={address.split('/')[-1]}"]


def test_a_closed_account_still_has_its_transactions(
    accounts: FlaskClient, address: str, upstream: Upstream
) -> None:
    accounts.post(f"{address}/close")
    upstream.body = page(TRANSACTION)
    assert accounts.get(f"{address}/transactions").status_code == 200


def test_the_request_id_goes_along(accounts: FlaskClient, address: str, upstream: Upstream) -> None:
    accounts.get(f"{address}/transactions", headers={"X-Request-ID": "abc-1"})
    assert upstream.headers[-1]["X-Request-ID"] == "abc-1"


def test_a_cursor_that_transaction_processor_refuses_is_a_wrong_parameter(
    accounts: FlaskClient, address: str, upstream: Upstream
) -> None:
    upstream.status = 400
    answer = accounts.get(f"{address}/transactions?cursor=bad")
    assert answer.status_code == 400
    assert answer.json is not None
    assert answer.json["errors"] == [
        {"parameter": "cursor", "detail": "is none that this service gave"}
    ]


@pytest.mark.parametrize("path", ["transactions", "summary"])
def test_any_other_refusal_is_no_fault_of_the_caller(
    accounts: FlaskClient, address: str, upstream: Upstream, path: str
) -> None:
    upstream.status = 400
    answer = accounts.get(f"{address}/{path}")
    assert detail(answer) == "transaction-processor refuses what it is asked"


@pytest.mark.parametrize("path", ["", "/transactions", "/summary"])
def test_without_a_transaction_processor_accounts_are_read_all_the_same(
    accounts: FlaskClient, address: str, migrated: DatabaseSettings, issuer: Issuer, path: str
) -> None:
    app = create_app(Settings(database=migrated, identity=issuer.settings))
    client = calling(app, issuer, "ada")
    answer = client.get(f"{address}{path}")
    if path:
        assert detail(answer) == "no transaction-processor is configured"
    else:
        assert (answer.status_code, answer.json) == (200, accounts.get(address).json)
    assert detail(open_account(client)) == "no transaction-processor is configured"
    assert client.get("/ready").status_code == 200
    app.extensions["database"].close()


GARBAGE = {
    "no JSON": b"<html>",
    "nothing": b"",
    "another object": b"{}",
    "a fraction of a cent": page(TRANSACTION | {"amount": 10.5}),
    "an amount in words": page(TRANSACTION | {"amount": "1000"}),
    "a score that is no number": page(TRANSACTION | {"reasons": [{"points": "NaN"}]}),
    "infinity": page(TRANSACTION).replace(b"14.5", b"1e999"),
    "an unknown status": page(TRANSACTION | {"status": "lost"}),
    "no UTF-8": page(TRANSACTION).replace(b"JPY", b"\xff\xff\xff"),
}


@pytest.mark.parametrize("body", GARBAGE.values(), ids=GARBAGE)
def test_an_answer_that_makes_no_sense_is_not_handed_on(
    accounts: FlaskClient, address: str, upstream: Upstream, body: bytes
) -> None:
    upstream.body = body
    assert (
        detail(accounts.get(f"{address}/transactions"))
        == "transaction-processor gives an answer that is not understood"
    )


def test_an_answer_that_makes_no_sense_is_not_in_the_log(
    accounts: FlaskClient, address: str, upstream: Upstream, caplog: pytest.LogCaptureFixture
) -> None:
    upstream.body = page(TRANSACTION | {"card": ["private"]})
    accounts.get(f"{address}/transactions")
    assert "items.0.card" in caplog.text
    assert "private" not in caplog.text


def test_an_answer_without_end_is_not_read_to_the_end(
    accounts: FlaskClient, address: str, upstream: Upstream
) -> None:
    upstream.body = b" " * (peer.MAXIMUM_ANSWER + 1)
    answer = accounts.get(f"{address}/transactions")
    assert detail(answer) == "transaction-processor gives too long an answer"


@pytest.mark.parametrize("status", [302, 401, 404, 500])
def test_an_error_of_transaction_processor_is_told_and_not_repeated(
    accounts: FlaskClient, address: str, upstream: Upstream, status: int
) -> None:
    upstream.status = status
    answer = accounts.get(f"{address}/transactions")
    assert detail(answer) == f"transaction-processor answers {status}"
    assert len(upstream.paths) == 1


@pytest.mark.parametrize("status", [502, 503, 504])
def test_what_a_gateway_says_of_a_task_that_went_is_tried_once_more(
    accounts: FlaskClient, address: str, upstream: Upstream, status: int
) -> None:
    upstream.statuses = [status]
    assert accounts.get(f"{address}/transactions").status_code == 200
    upstream.status = status
    assert (
        detail(accounts.get(f"{address}/transactions")) == f"transaction-processor answers {status}"
    )
    assert len(upstream.paths) == 4


def test_accounts_do_not_depend_on_transaction_processor(
    accounts: FlaskClient, address: str, upstream: Upstream
) -> None:
    upstream.leave()
    for path in ("/ready", "/health", address):
        assert accounts.get(path).status_code == 200


def test_why_there_is_no_answer_is_in_the_log(
    accounts: FlaskClient,
    address: str,
    upstream: Upstream,
    caplog: pytest.LogCaptureFixture,
) -> None:
    upstream.leave()
    accounts.get(f"{address}/transactions?cursor=private")
    assert "Connection refused" in caplog.text
    assert "private" not in caplog.text
