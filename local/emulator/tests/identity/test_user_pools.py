import asyncio
import base64
import json
from collections.abc import Iterator
from typing import Any

import pytest
from ministack import app
from ministack.services import cognito

PASSWORD = "A-long-enough-password-1"
POLICY = {"PasswordPolicy": {"MinimumLength": 16, "RequireNumbers": True}}

Request = dict[str, Any]


@pytest.fixture(autouse=True)
def _clean(monkeypatch: pytest.MonkeyPatch, tmp_path: Any) -> Iterator[None]:
    monkeypatch.setattr(cognito, "_POOL_KEYS_DIR", str(tmp_path))
    yield
    cognito._user_pools.clear()
    cognito._pool_keys.clear()


def call(action: str, **request: Any) -> tuple[int, Request]:
    status, _, body = asyncio.run(cognito._dispatch_idp(action, request))
    return status, json.loads(body)


def pool(**settings: Any) -> str:
    _, answer = call("CreateUserPool", PoolName="people", Policies=POLICY, **settings)
    return answer["UserPool"]["Id"]


def client(pool_id: str, *flows: str, **settings: Any) -> str:
    request = {"UserPoolId": pool_id, "ClientName": "app", **settings}
    _, answer = call("CreateUserPoolClient", ExplicitAuthFlows=list(flows), **request)
    return answer["UserPoolClient"]["ClientId"]


def user(pool_id: str, name: str = "alice") -> None:
    request = {"UserPoolId": pool_id, "Username": name}
    assert call("AdminCreateUser", TemporaryPassword=PASSWORD, **request)[0] == 200
    assert call("AdminSetUserPassword", Password=PASSWORD, Permanent=True, **request)[0] == 200


def sign_in(pool_id: str, client_id: str, **changes: Any) -> tuple[int, Request]:
    parameters = {"USERNAME": "alice", "PASSWORD": PASSWORD}
    request = {"AuthFlow": "ADMIN_USER_PASSWORD_AUTH", "AuthParameters": parameters, **changes}
    return call("AdminInitiateAuth", UserPoolId=pool_id, ClientId=client_id, **request)


def claims(token: str) -> Request:
    part = token.split(".")[1]
    return json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))


def keys(pool_id: str) -> list[str]:
    path = f"/{pool_id}/.well-known/jwks.json"
    _, _, body = asyncio.run(app._handle_cognito_get_request("GET", path, {}, {}))
    return [each["kid"] for each in json.loads(body)["keys"]]


def test_an_access_token_names_its_pool_its_client_and_a_key_that_the_pool_serves() -> None:
    pool_id = pool()
    client_id = client(pool_id, "ALLOW_ADMIN_USER_PASSWORD_AUTH", AccessTokenValidity=1)
    user(pool_id)
    status, answer = sign_in(pool_id, client_id)
    assert status == 200
    token = answer["AuthenticationResult"]["AccessToken"]
    found = claims(token)
    assert found["iss"] == f"https://cognito-idp.us-east-1.amazonaws.com/{pool_id}"
    assert (found["token_use"], found["client_id"]) == ("access", client_id)
    assert "aud" not in found
    header = token.split(".")[0]
    parsed = json.loads(base64.urlsafe_b64decode(header + "=" * (-len(header) % 4)))
    assert parsed["alg"] == "RS256"
    assert parsed["kid"] in keys(pool_id)


def test_the_keys_of_a_pool_outlast_the_process() -> None:
    pool_id = pool()
    before = keys(pool_id)
    cognito._pool_keys.clear()  # all that the process remembers of them
    assert keys(pool_id) == before
    assert keys(pool()) != before


@pytest.mark.parametrize("flow", ["ADMIN_USER_PASSWORD_AUTH", "ADMIN_NO_SRP_AUTH", "CUSTOM_AUTH"])
def test_a_flow_that_the_client_does_not_allow_is_refused(flow: str) -> None:
    pool_id = pool()
    client_id = client(pool_id, "ALLOW_USER_SRP_AUTH")
    user(pool_id)
    status, answer = sign_in(pool_id, client_id, AuthFlow=flow)
    assert (status, answer["__type"]) == (400, "InvalidParameterException")
    assert "Auth flow not enabled for this client" in answer["message"]


def test_a_client_without_flows_takes_no_password() -> None:
    pool_id = pool()
    client_id = client(pool_id)
    user(pool_id)
    assert sign_in(pool_id, client_id)[1]["__type"] == "InvalidParameterException"


@pytest.mark.parametrize("flow", ["ADMIN_USER_PASSWORD_AUTH", "USER_PASSWORD_AUTH"])
def test_nobody_signs_in_without_iam_at_a_client_for_administrators(flow: str) -> None:
    pool_id = pool()
    client_id = client(pool_id, "ALLOW_ADMIN_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH")
    user(pool_id)
    parameters = {"USERNAME": "alice", "PASSWORD": PASSWORD}
    status, answer = call(
        "InitiateAuth", ClientId=client_id, AuthFlow=flow, AuthParameters=parameters
    )
    assert (status, answer["__type"]) == (400, "InvalidParameterException")


def test_a_client_with_a_secret_needs_its_hash() -> None:
    pool_id = pool()
    client_id = client(pool_id, "ALLOW_ADMIN_USER_PASSWORD_AUTH", GenerateSecret=True)
    user(pool_id)
    assert sign_in(pool_id, client_id)[1]["__type"] == "NotAuthorizedException"


def test_a_weak_password_an_unknown_user_and_a_wrong_password_are_refused() -> None:
    pool_id = pool()
    flows = "ALLOW_ADMIN_USER_PASSWORD_AUTH"
    client_id = client(pool_id, flows, PreventUserExistenceErrors="ENABLED")
    user(pool_id)
    weak = {"UserPoolId": pool_id, "Username": "alice", "Password": "Short-1", "Permanent": True}
    assert call("AdminSetUserPassword", **weak)[1]["__type"] == "InvalidPasswordException"
    for name, password in (("bob", PASSWORD), ("alice", PASSWORD + "!")):
        parameters = {"USERNAME": name, "PASSWORD": password}
        status, answer = sign_in(pool_id, client_id, AuthParameters=parameters)
        assert (status, answer["__type"]) == (400, "NotAuthorizedException")
        assert answer["message"] == "Incorrect username or password."


def test_an_access_token_that_was_tampered_with_is_refused() -> None:
    pool_id = pool()
    client_id = client(pool_id, "ALLOW_ADMIN_USER_PASSWORD_AUTH")
    user(pool_id)
    token = sign_in(pool_id, client_id)[1]["AuthenticationResult"]["AccessToken"]
    assert call("GetUser", AccessToken=token)[0] == 200
    head, _, tail = token.rpartition(".")
    other = f"{head}.{tail[:-8]}AAAAAAAA"
    assert call("GetUser", AccessToken=other)[1]["__type"] == "NotAuthorizedException"


def test_a_protected_pool_is_not_deleted() -> None:
    pool_id = pool(DeletionProtection="ACTIVE")
    status, answer = call("DeleteUserPool", UserPoolId=pool_id)
    assert (status, answer["__type"]) == (400, "InvalidParameterException")
    assert call("UpdateUserPool", UserPoolId=pool_id, DeletionProtection="INACTIVE")[0] == 200
    assert call("DeleteUserPool", UserPoolId=pool_id)[0] == 200
