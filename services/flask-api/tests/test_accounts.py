"""Opening, reading and closing accounts, in a real PostgreSQL."""

import uuid
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from flask_api.app import create_app
from flask_api.settings import DatabaseSettings, Settings
from tests.conftest import calling
from tests.issuer import Issuer
from tests.real_postgres import RealPostgres

ADA = {"owner": "Ada Lovelace", "currency": "GBP"}


def open_account(client: FlaskClient, body: Any = ADA, **headers: str) -> TestResponse:  # noqa: ANN401
    return client.post(
        "/accounts", json=body, headers={key.replace("_", "-"): v for key, v in headers.items()}
    )


def stored(client: FlaskClient) -> int:
    database = client.application.extensions["database"]
    return int(database.query("SELECT count(*) AS accounts FROM accounts", {})[0]["accounts"])


def id_of(answer: TestResponse) -> str:
    assert answer.json is not None
    return str(answer.json["id"])


def test_a_new_account_is_open_and_is_where_its_location_says(accounts: FlaskClient) -> None:
    opened = open_account(accounts)
    assert opened.status_code == 201
    account = opened.json
    assert account is not None
    assert account == {
        "id": str(uuid.UUID(account["id"])),
        "owner": "Ada Lovelace",
        "currency": "GBP",
        "status": "open",
        "createdAt": account["createdAt"],
        "closedAt": None,
    }
    age = datetime.now(UTC) - datetime.fromisoformat(account["createdAt"])
    assert timedelta(0) <= age + timedelta(seconds=0.1) < timedelta(seconds=5)
    assert opened.headers["Location"] == f"/accounts/{account['id']}"
    read = accounts.get(opened.headers["Location"])
    assert (read.status_code, read.json) == (200, account)


def test_an_id_may_be_written_in_capitals(accounts: FlaskClient) -> None:
    opened = open_account(accounts)
    assert accounts.get(f"/accounts/{id_of(opened).upper()}").json == opened.json


@pytest.mark.parametrize(
    "owner",
    [
        "\u00c9lo\u00efse",
        "\u5c71\u7530 \u592a\u90ce",
        "O'Hara; --",
        "\U0001f469\u200d\U0001f4bb",
        "x" * 200,
    ],
)
def test_an_owner_is_kept_as_given(accounts: FlaskClient, owner: str) -> None:
    account = open_account(accounts, ADA | {"owner": owner}).json
    assert account is not None
    assert account["owner"] == owner


def test_spaces_around_an_owner_are_dropped(accounts: FlaskClient) -> None:
    account = open_account(accounts, ADA | {"owner": " \u3000Ada  L \u00a0"}).json
    assert account is not None
    assert account["owner"] == "Ada  L"


def test_each_request_without_a_key_opens_an_account(accounts: FlaskClient) -> None:
    assert id_of(open_account(accounts)) != id_of(open_account(accounts))


def test_a_repetition_with_its_key_opens_no_second_account(accounts: FlaskClient) -> None:
    first = open_account(accounts, Idempotency_Key="k-1")
    again = open_account(accounts, Idempotency_Key="k-1")
    assert "Idempotency-Replayed" not in first.headers
    assert again.headers["Idempotency-Replayed"] == "true"
    assert (again.status_code, again.json) == (201, first.json)
    assert again.headers["Location"] == first.headers["Location"]
    assert stored(accounts) == 1


@pytest.mark.parametrize("other", [{"owner": "Charles"}, {"currency": "EUR"}])
def test_a_key_is_not_taken_for_another_account(
    accounts: FlaskClient, other: dict[str, str]
) -> None:
    open_account(accounts, Idempotency_Key="k-1")
    answer = open_account(accounts, ADA | other, Idempotency_Key="k-1")
    assert answer.status_code == 409
    assert answer.content_type == "application/problem+json"
    assert stored(accounts) == 1


def test_repetitions_at_the_same_time_open_one_account(accounts: FlaskClient) -> None:
    with ThreadPoolExecutor(8) as threads:
        answers = list(
            threads.map(lambda _: open_account(accounts, Idempotency_Key="k-1"), range(24))
        )
    assert {answer.status_code for answer in answers} == {201}
    assert len({id_of(answer) for answer in answers}) == 1
    assert [("Idempotency-Replayed" in answer.headers) for answer in answers].count(False) == 1
    assert stored(accounts) == 1


def test_a_closed_account_stays_closed_since_the_first_time(accounts: FlaskClient) -> None:
    address = open_account(accounts).headers["Location"]
    closed = accounts.post(f"{address}/close")
    assert closed.status_code == 200
    assert closed.json is not None
    assert closed.json["status"] == "closed"
    assert closed.json["closedAt"] >= closed.json["createdAt"]
    again = accounts.post(f"{address}/close")
    assert (again.status_code, again.json) == (200, closed.json)
    assert accounts.get(address).json == closed.json


def test_closed_by_many_at_once_it_has_one_time_of_closing(accounts: FlaskClient) -> None:
    address = open_account(accounts).headers["Location"]
    with ThreadPoolExecutor(8) as threads:
        answers = list(threads.map(lambda _: accounts.post(f"{address}/close").json, range(24)))
    times = {answer["closedAt"] for answer in answers if answer}
    assert len(answers) == 24
    assert len(times) == 1
    assert None not in times


def test_an_account_of_the_future_can_be_closed(accounts: FlaskClient) -> None:
    """The clock of the database went back with a failover."""
    opened = open_account(accounts)
    accounts.application.extensions["database"].query(
        "UPDATE accounts SET created_at = '2999-01-01' RETURNING id", {}
    )
    closed = accounts.post(f"{opened.headers['Location']}/close").json
    assert closed is not None
    assert closed["closedAt"] == closed["createdAt"] == "2999-01-01T00:00:00.000Z"


@pytest.mark.parametrize(
    ("method", "path"),
    [("GET", ""), ("POST", "/close"), ("GET", "/transactions"), ("GET", "/summary")],
)
def test_of_an_account_that_is_not_there_everything_is_404(
    accounts: FlaskClient, method: str, path: str
) -> None:
    answer = accounts.open(f"/accounts/{uuid.uuid4()}{path}", method=method)
    assert answer.status_code == 404
    assert answer.content_type == "application/problem+json"
    assert answer.json is not None
    assert answer.json["detail"] == "there is no account with this id"


def test_an_account_is_not_deleted(accounts: FlaskClient) -> None:
    answer = accounts.delete(open_account(accounts).headers["Location"])
    assert answer.status_code == 405
    assert "DELETE" not in answer.headers["Allow"]
    assert "GET" in answer.headers["Allow"]


def test_without_a_database_nothing_is_opened_or_read(issuer: Issuer) -> None:
    client = calling(create_app(Settings(identity=issuer.settings)), issuer, "ada")
    for answer in (open_account(client), client.get(f"/accounts/{uuid.uuid4()}")):
        assert answer.status_code == 503
        assert answer.headers["Retry-After"] == "1"
        assert answer.json is not None
        assert answer.json["detail"] == "no database is configured"


def test_a_description_of_the_failure_is_in_the_log_only(
    issuer: Issuer, caplog: pytest.LogCaptureFixture
) -> None:
    client = calling(create_app(Settings(identity=issuer.settings)), issuer, "ada")
    client.get(f"/accounts/{uuid.uuid4()}")
    assert "no database is configured" in caplog.text


def test_a_migration_of_a_newer_image_fails_no_request(
    accounts: FlaskClient, migrated: DatabaseSettings, real_postgres: RealPostgres
) -> None:
    """A statement that is prepared fails once its rows have other columns."""
    for _ in range(20):
        address = open_account(accounts).headers["Location"]
        assert accounts.get(address).status_code == 200
    with real_postgres.connect(migrated.name) as connection:
        connection.execute("ALTER TABLE accounts ADD COLUMN newer int")
        try:
            assert accounts.get(address).status_code == 200
            assert open_account(accounts).status_code == 201
        finally:
            connection.execute("ALTER TABLE accounts DROP COLUMN newer")
