import re
from typing import Any

import pytest
from ministack.services import iam, sts

from ..conftest import ROOT_KEY, ROOT_SECRET
from ..front_door import CALLER, ask, ecs, query, signed


def test_the_root_calls_an_operation() -> None:
    answer = query("sts", CALLER)
    assert answer.status == 200
    assert "arn:aws:iam::000000000000:root" in answer.text
    assert not [name for name in answer.headers if name.startswith("access-control-")]


@pytest.mark.parametrize(
    ("keys", "query_code", "json_code"),
    [
        (("test", "test", None), "InvalidClientTokenId", "UnrecognizedClientException"),
        (
            ("000000000000", ROOT_SECRET, None),
            "InvalidClientTokenId",
            "UnrecognizedClientException",
        ),
        (("AKIAOTHER", ROOT_SECRET, None), "InvalidClientTokenId", "UnrecognizedClientException"),
        ((ROOT_KEY, "another", None), "SignatureDoesNotMatch", "InvalidSignatureException"),
        ((ROOT_KEY, ROOT_SECRET, "token"), "InvalidClientTokenId", "UnrecognizedClientException"),
    ],
)
def test_another_key_is_refused_in_the_words_of_aws(
    keys: tuple[str, str, str | None], query_code: str, json_code: str
) -> None:
    kind = {"Content-Type": "application/x-www-form-urlencoded"}
    headers = signed("sts", body=CALLER, headers=kind, keys=keys)
    answer = query("sts", CALLER, headers)
    assert (answer.status, f"<Code>{query_code}</Code>" in answer.text) == (403, True)
    listed = ecs("ListClusters", {}, keys=keys)
    assert (listed.status, json_code in listed.text) == (400, True)


@pytest.mark.parametrize(
    ("secret", "code"), [("another", "SignatureDoesNotMatch"), (ROOT_SECRET, "")]
)
def test_s3_refuses_with_its_own_codes(secret: str, code: str) -> None:
    headers = signed("s3", "GET", "/", keys=(ROOT_KEY, secret, None))
    headers["X-Amz-Content-SHA256"] = "UNSIGNED-PAYLOAD"
    unknown = signed("s3", "GET", "/", keys=("AKIAOTHER", secret, None))
    assert "InvalidAccessKeyId" in ask("GET", "/", unknown).text
    assert "AccessDenied" in ask("GET", "/bucket/key").text
    if code:
        assert code in ask("GET", "/", headers).text


def test_a_body_that_was_changed_on_the_way_is_refused() -> None:
    headers = signed("sts", body=CALLER)
    assert "SignatureDoesNotMatch" in query("sts", CALLER + "&X=1", headers).text
    hashed = signed("sts", body="", headers={"X-Amz-Content-SHA256": "0" * 64})
    assert "SignatureDoesNotMatch" in query("sts", "", hashed).text


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Authorization": "Bearer x"},
        {"Authorization": "AWS4-HMAC-SHA256"},
        {"Authorization": "AWS4-HMAC-SHA256 Credential=/20260101/us-east-1/sts/aws4_request"},
        {"Authorization": f"AWS {ROOT_KEY}:c2ln"},
        {"Authorization": "Basic QVdTOng="},
    ],
    ids=str,
)
def test_a_request_without_a_signature_is_refused(headers: dict[str, str]) -> None:
    answer = query("sts", CALLER, headers)
    assert answer.status in (400, 403)
    assert re.search("MissingAuthenticationToken|IncompleteSignature", answer.text)


@pytest.mark.parametrize(
    ("written", "sent"),
    [
        ("/aws4_request,", "/another,"),
        (
            "AWS4-HMAC-SHA256 ",
            "AWS4-HMAC-SHA256 Credential=x/20260101/us-east-1/sts/aws4_request, ",
        ),
    ],
)
def test_a_scope_that_could_be_read_in_two_ways_is_refused(written: str, sent: str) -> None:
    headers = signed(
        "sts", body=CALLER, headers={"Content-Type": "application/x-www-form-urlencoded"}
    )
    assert query("sts", CALLER, headers).status == 200
    headers["Authorization"] = headers["Authorization"].replace(written, sent)
    assert "scoped with a valid terminator: 'aws4_request'" in query("sts", CALLER, headers).text


def test_a_request_of_an_hour_ago_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    import botocore.auth

    before = "20200101T000000Z"
    monkeypatch.setattr(botocore.auth, "get_current_datetime", lambda **_: _at(before))
    headers = signed("sts", body=CALLER)
    assert "Signature expired" in query("sts", CALLER, headers).text


def _at(stamp: str) -> Any:
    from datetime import UTC, datetime

    return datetime.strptime(stamp, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)


def test_the_session_of_a_role_is_let_in_until_it_ends() -> None:
    session = {
        "Arn": "arn:aws:sts::000000000000:assumed-role/deploy/run",
        "SecretAccessKey": "secret",
        "SessionToken": "token",
        "AccountId": "000000000000",
        "PrincipalType": "AssumedRole",
    }
    sts.register_session("ASIADEPLOY", dict(session))
    assert ecs("ListClusters", {}, keys=("ASIADEPLOY", "secret", "token")).status == 200
    assert "InvalidSignature" in ecs("ListClusters", {}, keys=("ASIADEPLOY", "x", "token")).text
    without = ecs("ListClusters", {}, keys=("ASIADEPLOY", "secret", None))
    assert "UnrecognizedClientException" in without.text
    sts._sessions["ASIADEPLOY"]["Expiration"] = 1.0
    ended = ecs("ListClusters", {}, keys=("ASIADEPLOY", "secret", "token"))
    assert "ExpiredTokenException" in ended.text


def test_the_key_of_a_user_is_let_in() -> None:
    iam._access_keys["AKIAUSER"] = {
        "UserName": "ann",
        "Status": "Active",
        "SecretAccessKey": "secret",
    }
    assert ecs("ListClusters", {}, keys=("AKIAUSER", "secret", None)).status == 200
    assert ecs("ListClusters", {}, keys=("AKIAUSER", "other", None)).status == 400
    iam._access_keys.clear()
