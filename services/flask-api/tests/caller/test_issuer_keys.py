"""The keys of an issuer: how often they are asked for, and how long they are of use."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from flask.testing import FlaskClient

from flask_api import issuer_keys, peer
from tests.caller.ask import accepted, ask, detail
from tests.issuer import Issuer, public, rsa_key


class TestKeys:
    def test_they_are_asked_for_once(self, client: FlaskClient, own_issuer: Issuer) -> None:
        for _ in range(5):
            assert accepted(client, own_issuer.token())
        assert own_issuer.paths == ["/keys"]

    def test_they_are_asked_for_once_by_many_at_once(
        self, client: FlaskClient, own_issuer: Issuer
    ) -> None:
        own_issuer.delay = 0.3
        token = own_issuer.token()
        with ThreadPoolExecutor(8) as threads:
            assert all(threads.map(lambda _: accepted(client, token), range(8)))
        assert own_issuer.paths == ["/keys"]

    def test_all_may_be_withdrawn(
        self, client: FlaskClient, own_issuer: Issuer, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(issuer_keys, "PAUSE_S", 0.0)
        monkeypatch.setattr(issuer_keys, "FRESH_S", 0.1)
        assert accepted(client, own_issuer.token())
        own_issuer.keys.clear()
        time.sleep(0.2)
        assert ask(client, own_issuer.bearer()).status_code == 401

    def test_a_new_one_is_asked_for_when_it_is_used(
        self, client: FlaskClient, own_issuer: Issuer, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(issuer_keys, "PAUSE_S", 0.2)
        assert accepted(client, own_issuer.token())
        own_issuer.keys.append(public(rsa_key("new"), "new"))
        time.sleep(0.3)
        token = own_issuer.token(rsa_key("new"), kid="new")
        with ThreadPoolExecutor(8) as threads:
            assert all(threads.map(lambda _: accepted(client, token), range(8)))
        assert own_issuer.paths == ["/keys", "/keys"]

    def test_one_that_is_withdrawn_is_forgotten(
        self, client: FlaskClient, own_issuer: Issuer, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(issuer_keys, "PAUSE_S", 0.0)
        monkeypatch.setattr(issuer_keys, "FRESH_S", 0.1)
        assert accepted(client, own_issuer.token())
        own_issuer.keys.pop(0)
        time.sleep(0.2)
        assert not accepted(client, own_issuer.token())

    def test_unknown_ones_do_not_make_us_a_nuisance_to_the_issuer(
        self, client: FlaskClient, own_issuer: Issuer
    ) -> None:
        with ThreadPoolExecutor(8) as threads:
            tokens = (own_issuer.token(rsa_key("attacker"), kid=f"k-{n}") for n in range(100))
            assert not any(threads.map(lambda token: accepted(client, token), tokens))
        assert own_issuer.paths == ["/keys"]
        assert accepted(client, own_issuer.token())

    def test_they_are_of_use_for_a_while_when_the_issuer_is_away(
        self, client: FlaskClient, own_issuer: Issuer, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(issuer_keys, "PAUSE_S", 0.0)
        monkeypatch.setattr(issuer_keys, "FRESH_S", 0.0)
        assert accepted(client, own_issuer.token())
        own_issuer.leave()
        for _ in range(3):
            assert accepted(client, own_issuer.token())
        # Of a key that is not known nobody can say that it is none.
        answer = ask(client, f"Bearer {own_issuer.token(kid='new')}")
        assert (answer.status_code, answer.headers["Retry-After"]) == (503, "1")
        monkeypatch.setattr(issuer_keys, "STALE_S", 0.0)
        answer = ask(client, own_issuer.bearer())
        assert answer.status_code == 503
        assert detail(answer) == "the issuer of tokens cannot be connected to"

    def test_the_issuer_may_come_after_the_service(
        self, client: FlaskClient, own_issuer: Issuer, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(issuer_keys, "RETRY_S", 0.2)
        own_issuer.leave()
        for _ in range(3):
            answer = ask(client, own_issuer.bearer())
            assert (answer.status_code, answer.headers["Retry-After"]) == (503, "1")
        own_issuer.come()
        time.sleep(0.3)
        assert accepted(client, own_issuer.token())

    def test_an_issuer_that_is_away_is_not_asked_by_everybody(
        self, client: FlaskClient, own_issuer: Issuer
    ) -> None:
        own_issuer.status = 500
        for _ in range(20):
            answer = ask(client, own_issuer.bearer())
            assert detail(answer) == "the issuer of tokens answers 500"
        assert len(own_issuer.paths) == 1

    def test_while_the_issuer_hangs_one_request_at_a_time_waits_for_it(
        self, client: FlaskClient, own_issuer: Issuer, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(issuer_keys, "RETRY_S", 0.0)
        own_issuer.delay = 5
        started = time.monotonic()
        assert ask(client, own_issuer.bearer()).status_code == 503
        assert time.monotonic() - started < own_issuer.delay
        waiting = threading.Thread(target=lambda: ask(client, own_issuer.bearer()))
        waiting.start()
        time.sleep(0.5)
        started = time.monotonic()
        for _ in range(8):
            assert ask(client, own_issuer.bearer()).status_code == 503
        # If each waited, it would take eight times the limit.
        assert time.monotonic() - started < 3 * peer.LIMIT_S
        waiting.join()
