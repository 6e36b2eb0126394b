"""An account is its caller's alone, in both databases."""

import uuid
from concurrent.futures import ThreadPoolExecutor

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from flask_api import account_store
from flask_api.app import create_app
from flask_api.database import DatabaseUnavailable
from flask_api.settings import Settings
from tests.conftest import calling
from tests.issuer import Issuer
from tests.real_postgres import RealPostgres
from tests.test_accounts import ADA, id_of, open_account, stored
from tests.upstream import Upstream


@pytest.fixture
def charles(accounts: FlaskClient, issuer: Issuer) -> FlaskClient:
    """Another caller of the same application."""
    return calling(accounts.application, issuer, "charles")


def problem(answer: TestResponse, status: int) -> str:
    assert answer.status_code == status
    assert answer.content_type == "application/problem+json"
    assert answer.json is not None
    return str(answer.json["detail"])


@pytest.mark.parametrize(
    ("method", "path"),
    [("GET", ""), ("POST", "/close"), ("GET", "/transactions"), ("GET", "/summary")],
)
def test_anothers_account_is_not_there(
    accounts: FlaskClient, charles: FlaskClient, upstream: Upstream, method: str, path: str
) -> None:
    address = open_account(accounts).headers["Location"]
    asked = (list(upstream.paths), list(upstream.deeds))
    answer = charles.open(f"{address}{path}", method=method)
    assert problem(answer, 404) == "there is no account with this id"
    # Word for word what an account that does not exist is answered with.
    nowhere = charles.open(f"/accounts/{uuid.uuid4()}{path}", method=method)
    assert answer.data == nowhere.data
    assert (upstream.paths, upstream.deeds) == asked
    account = accounts.get(address).json
    assert account is not None
    assert account["status"] == "open"


def test_idempotency_keys_belong_to_their_caller(
    accounts: FlaskClient, charles: FlaskClient
) -> None:
    of_ada = open_account(accounts, Idempotency_Key="k-1")
    of_charles = open_account(charles, Idempotency_Key="k-1")
    assert of_charles.status_code == 201
    assert "Idempotency-Replayed" not in of_charles.headers
    assert id_of(of_ada) != id_of(of_charles)
    # Not even its use shows.
    other = open_account(charles, ADA | {"currency": "EUR"}, Idempotency_Key="k-2")
    assert open_account(accounts, Idempotency_Key="k-2").status_code == 201
    assert other.status_code == 201


def test_a_caller_lists_its_own_accounts(accounts: FlaskClient, charles: FlaskClient) -> None:
    assert accounts.get("/accounts").json == {"items": [], "nextCursor": None}
    opened = [open_account(accounts).json for _ in range(5)]
    other = open_account(charles).json
    assert accounts.get("/accounts").json == {"items": opened[::-1], "nextCursor": None}
    assert charles.get("/accounts").json == {"items": [other], "nextCursor": None}
    found, cursor = [], ""
    for _ in range(3):
        page = accounts.get(f"/accounts?limit=2{cursor}").json
        assert page is not None
        found += page["items"]
        cursor = f"&cursor={page['nextCursor']}"
    assert (found, cursor) == (opened[::-1], "&cursor=None")
    of_another = charles.get(f"/accounts?cursor={id_of(open_account(accounts))}")
    assert of_another.json == {"items": [], "nextCursor": None}


@pytest.mark.parametrize("query", ["limit=0", "limit=101", "cursor=x", "page=2"])
def test_a_wrong_parameter_of_the_list_is_named(accounts: FlaskClient, query: str) -> None:
    answer = accounts.get(f"/accounts?{query}")
    problem(answer, 400)
    assert answer.json is not None
    assert [error["parameter"] for error in answer.json["errors"]] == [query.partition("=")[0]]


class TestTransactionProcessor:
    def test_it_knows_an_account_before_its_caller_does(
        self, accounts: FlaskClient, upstream: Upstream, issuer: Issuer
    ) -> None:
        opened = open_account(accounts)
        assert upstream.deeds == [("PUT", f"/v1/accounts/{id_of(opened)}", b'{"currency": "GBP"}')]
        headers = upstream.headers[-1]
        assert headers["Content-Type"] == "application/json"
        assert headers["Authorization"] == accounts.environ_base["HTTP_AUTHORIZATION"]
        assert headers["X-Request-ID"] == opened.headers["X-Request-ID"]

    def test_it_gets_the_callers_token_with_each_question(
        self, accounts: FlaskClient, upstream: Upstream
    ) -> None:
        address = open_account(accounts).headers["Location"]
        upstream.body = b'{"currencies":[]}'
        assert accounts.get(f"{address}/summary").status_code == 200
        assert upstream.headers[-1]["Authorization"] == accounts.environ_base["HTTP_AUTHORIZATION"]

    def test_an_account_is_told_once(self, accounts: FlaskClient, upstream: Upstream) -> None:
        opened = open_account(accounts, Idempotency_Key="k-1")
        open_account(accounts, Idempotency_Key="k-1")
        accounts.get(opened.headers["Location"])
        assert len(upstream.deeds) == 1

    @pytest.mark.parametrize("status", [200, 201])
    def test_it_may_know_the_account_already(
        self, accounts: FlaskClient, upstream: Upstream, status: int
    ) -> None:
        upstream.deed_status = status
        assert open_account(accounts).status_code == 201

    @pytest.mark.parametrize("status", [400, 401, 404, 409, 500])
    def test_while_it_refuses_an_account_nobody_gets_it(
        self, accounts: FlaskClient, upstream: Upstream, status: int
    ) -> None:
        upstream.deed_status = status
        answer = open_account(accounts, Idempotency_Key="k-1")
        assert problem(answer, 503) == f"transaction-processor answers {status}"
        assert answer.headers["Retry-After"] == "1"
        assert accounts.get("/accounts").json == {"items": [], "nextCursor": None}
        upstream.deed_status = 200
        again = open_account(accounts, Idempotency_Key="k-1")
        assert again.status_code == 201
        # Nobody has been told of it before.
        assert "Idempotency-Replayed" not in again.headers
        assert upstream.deeds[0] == upstream.deeds[1]
        assert stored(accounts) == 1

    def test_while_it_is_away_no_account_is_opened_or_closed(
        self, accounts: FlaskClient, upstream: Upstream
    ) -> None:
        address = open_account(accounts).headers["Location"]
        upstream.leave()
        for answer in (
            open_account(accounts, Idempotency_Key="k-1"),
            accounts.post(f"{address}/close"),
        ):
            assert problem(answer, 503) == "transaction-processor cannot be connected to"
            assert answer.headers["Retry-After"] == "1"
        account = accounts.get(address).json
        assert account is not None
        assert account["status"] == "open"
        upstream.come()
        assert open_account(accounts, Idempotency_Key="k-1").status_code == 201
        assert accounts.post(f"{address}/close").status_code == 200

    @pytest.mark.parametrize("status", [400, 401, 404, 429, 500])
    def test_what_it_refuses_without_a_key_is_nowhere(
        self, accounts: FlaskClient, upstream: Upstream, status: int
    ) -> None:
        """No repetition could ever complete it."""
        upstream.deed_status = status
        assert open_account(accounts).status_code == (429 if status == 429 else 503)
        assert stored(accounts) == 0
        upstream.deed_status = 200
        assert open_account(accounts).status_code == 201
        assert stored(accounts) == 1

    def test_while_it_is_away_requests_without_a_key_leave_nothing(
        self, accounts: FlaskClient, upstream: Upstream
    ) -> None:
        upstream.leave()
        for _ in range(5):
            assert open_account(accounts).status_code == 503
        open_account(accounts, Idempotency_Key="k-1")
        # The one that a repetition completes.
        assert stored(accounts) == 1

    def test_an_account_that_cannot_be_taken_back_does_not_hide_why(
        self, accounts: FlaskClient, upstream: Upstream, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def fail(_store: object, _account: object) -> None:
            raise DatabaseUnavailable("the database does not answer in time")

        upstream.deed_status = 500
        monkeypatch.setattr(account_store.AccountStore, "withdraw", fail)
        answer = open_account(accounts)
        assert problem(answer, 503) == "transaction-processor answers 500"

    def test_it_closes_an_account_first(self, accounts: FlaskClient, upstream: Upstream) -> None:
        opened = open_account(accounts)
        address = opened.headers["Location"]
        upstream.deed_statuses = [500]
        assert accounts.post(f"{address}/close").status_code == 503
        account = accounts.get(address).json
        assert account is not None
        assert account["status"] == "open"
        assert accounts.post(f"{address}/close").status_code == 200
        closing = ("POST", f"/v1/accounts/{id_of(opened)}/close", b"")
        assert upstream.deeds[1:] == [closing, closing]
        # Closed is closed.
        assert accounts.post(f"{address}/close").status_code == 200
        assert len(upstream.deeds) == 3

    def test_that_a_caller_asks_it_too_often_is_handed_on(
        self, accounts: FlaskClient, upstream: Upstream
    ) -> None:
        address = open_account(accounts).headers["Location"]
        upstream.status = 429
        answer = accounts.get(f"{address}/summary")
        problem(answer, 429)
        assert answer.headers["Retry-After"] == "7"


class Died(BaseException):
    """No part of the application catches it."""


@pytest.mark.parametrize("step", ["register", "close"])
@pytest.mark.parametrize("before", [True, False])
def test_what_a_process_that_dies_has_begun_is_completed_by_the_next_request(
    accounts: FlaskClient, monkeypatch: pytest.MonkeyPatch, step: str, before: bool
) -> None:
    """Before or after each write that follows transaction-processor's answer."""
    real = getattr(account_store.AccountStore, step)

    def die(store: account_store.AccountStore, *arguments: object) -> None:
        if not before:
            real(store, *arguments)
        raise Died

    def deed() -> TestResponse:
        opened = open_account(accounts, Idempotency_Key="k-1")
        if step == "register":
            return opened
        return accounts.post(f"{opened.headers['Location']}/close")

    with monkeypatch.context() as patched:
        patched.setattr(account_store.AccountStore, step, die)
        with pytest.raises(Died):
            deed()
    answer = deed()
    assert answer.status_code == (201 if step == "register" else 200)
    assert stored(accounts) == 1
    listed = accounts.get("/accounts").json
    assert listed is not None
    assert listed["items"] == [answer.json]


def test_many_at_once_with_one_key_tell_of_one_account(
    accounts: FlaskClient, upstream: Upstream
) -> None:
    with ThreadPoolExecutor(8) as threads:
        answers = list(
            threads.map(lambda _: open_account(accounts, Idempotency_Key="k-1"), range(16))
        )
    assert {answer.status_code for answer in answers} == {201}
    assert len(set(upstream.deeds)) == 1


def test_an_account_from_before_there_were_callers_is_its_owners_once_it_is_assigned(
    real_postgres: RealPostgres, upstream: Upstream, issuer: Issuer
) -> None:
    database = real_postgres.database()
    settings = Settings(
        database=database, transaction_processor_url=upstream.url, identity=issuer.settings
    )
    app = create_app(settings)
    ada = calling(app, issuer, "ada")
    with real_postgres.connect(database.name) as connection:
        rows = connection.execute(
            """INSERT INTO accounts (owner, currency, created_at, closed_at) VALUES
               ('Ada', 'GBP', '2026-01-01', NULL), ('Ada', 'EUR', '2026-01-01', '2026-01-02')
               RETURNING id"""
        ).fetchall()
        (still_open, closed) = (str(row[0]) for row in rows)
        assert ada.get(f"/accounts/{still_open}").status_code == 404
        connection.execute("UPDATE accounts SET caller = 'ada'")
    assert ada.get(f"/accounts/{still_open}").status_code == 200
    assert ada.get(f"/accounts/{closed}").status_code == 200
    assert upstream.deeds == [
        ("PUT", f"/v1/accounts/{still_open}", b'{"currency": "GBP"}'),
        # In one request: after a first of two it would take transactions.
        ("PUT", f"/v1/accounts/{closed}", b'{"currency": "EUR", "closed": true}'),
    ]
    listed = ada.get("/accounts").json
    assert listed is not None
    assert {item["id"] for item in listed["items"]} == {still_open, closed}
    for part in ("database", "transaction_processor"):
        app.extensions[part].close()
