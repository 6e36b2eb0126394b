"""A caller that asks too often is told when to come again, and nobody else is."""

import pytest
from flask.testing import FlaskClient
from werkzeug.exceptions import TooManyRequests
from werkzeug.test import TestResponse

from flask_api import rate_limit
from flask_api.app import create_app
from flask_api.bearer_token import Caller
from flask_api.rate_limit import RateLimit
from flask_api.settings import Settings
from tests.conftest import calling
from tests.issuer import Issuer

PATH = "/accounts/9b2f0d6e-0000-4000-8000-000000000000"


@pytest.fixture
def client(issuer: Issuer) -> FlaskClient:
    app = create_app(Settings(identity=issuer.settings, requests_per_minute=5))
    return calling(app, issuer, "ada")


def statuses(client: FlaskClient, count: int) -> list[int]:
    return [client.get(PATH).status_code for _ in range(count)]


def refused(answer: TestResponse) -> bool:
    return answer.status_code == 429


def test_a_caller_has_so_many_requests_a_minute(client: FlaskClient) -> None:
    # 503: there is no database.
    assert statuses(client, 7) == [503] * 5 + [429] * 2
    answer = client.get(PATH)
    assert answer.content_type == "application/problem+json"
    assert 1 <= int(answer.headers["Retry-After"]) <= 60
    assert answer.json is not None
    assert answer.json["detail"] == "a caller has 5 requests a minute"


def test_another_caller_has_its_own(client: FlaskClient, issuer: Issuer) -> None:
    statuses(client, 6)
    assert statuses(calling(client.application, issuer, "charles"), 1) == [503]


def test_another_token_of_the_same_caller_has_none_of_its_own(
    client: FlaskClient, issuer: Issuer
) -> None:
    statuses(client, 5)
    other = client.application.test_client()
    token = issuer.token(sub="ada", jti="another")
    assert refused(other.get(PATH, headers={"Authorization": f"Bearer {token}"}))


def test_what_is_for_everybody_is_not_counted(client: FlaskClient) -> None:
    statuses(client, 6)
    for path in ("/", "/health", "/openapi.json"):
        assert [client.get(path).status_code for _ in range(20)] == [200] * 20


def test_a_token_that_is_refused_costs_its_pretended_caller_nothing(
    client: FlaskClient, issuer: Issuer
) -> None:
    forged = {"Authorization": f"Bearer {issuer.token(sub='ada')[:-8]}AAAAAAAA"}
    attacker = client.application.test_client()
    assert {attacker.get(PATH, headers=forged).status_code for _ in range(20)} == {401}
    assert statuses(client, 1) == [503]


class Clock:
    """In place of the process's; a minute begins with it."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.now = 6000.0
        monkeypatch.setattr(rate_limit, "monotonic", lambda: self.now)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    return Clock(monkeypatch)


def taken(limit: RateLimit, count: int) -> int:
    """How many of so many requests are admitted."""
    admitted = 0
    for _ in range(count):
        try:
            limit.count(Caller("ada"))
            admitted += 1
        except TooManyRequests:
            pass
    return admitted


@pytest.mark.parametrize("begins", [0, 20, 59.9])
def test_any_minute_has_so_many_requests_and_no_more(clock: Clock, begins: float) -> None:
    limit = RateLimit(60)
    clock.now += begins
    assert taken(limit, 100) == 60
    clock.now += 0.2
    assert taken(limit, 100) <= 1
    clock.now += 29.8
    assert taken(limit, 100) <= 30
    clock.now += 120
    assert taken(limit, 100) == 60


@pytest.mark.parametrize("begins", [0, 20, 59.9])
@pytest.mark.parametrize("passed", [0, 1, 45])
def test_who_waits_as_long_as_told_is_admitted(clock: Clock, begins: float, passed: float) -> None:
    limit = RateLimit(10)
    clock.now += begins
    taken(limit, 20)
    clock.now += passed
    taken(limit, 20)
    with pytest.raises(TooManyRequests) as refusal:
        limit.count(Caller("ada"))
    wait = refusal.value.retry_after
    assert isinstance(wait, int)
    assert 1 <= wait <= 60
    clock.now += wait + 0.001
    limit.count(Caller("ada"))


def test_callers_of_long_ago_are_forgotten(clock: Clock) -> None:
    limit = RateLimit(10)
    for number in range(1000):
        limit.count(Caller(f"caller {number}"))
    for _ in range(2):
        clock.now += 60
        limit.count(Caller("ada"))
    kept = [value for value in vars(limit).values() if isinstance(value, dict)]
    assert [len(counts) for counts in kept] == [1, 1]
