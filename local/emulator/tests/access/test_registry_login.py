import base64
import json
import time
from typing import Any

import pytest
from docker.models.images import ImageCollection

from extensions.access import registry_login

from ..front_door import HOST, ask, signed

TARGET = "AmazonEC2ContainerRegistry_V20150921.GetAuthorizationToken"


def login() -> str:
    kind = {"X-Amz-Target": TARGET, "Content-Type": "application/x-amz-json-1.1"}
    answer = ask("POST", "/", signed("ecr", body="{}", headers=kind), "{}")
    [data] = json.loads(answer.text)["authorizationData"]
    assert abs(data["expiresAt"] - time.time() - 12 * 3600) < 60
    return str(data["authorizationToken"])


def encoded(password: str, user: str = "AWS") -> str:
    return "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()


def test_the_registry_opens_with_the_password_of_ecr() -> None:
    answer = ask("GET", "/v2/", {"Host": HOST, "Authorization": f"Basic {login()}"})
    assert answer.status == 200


@pytest.mark.parametrize(
    "authorization",
    [
        "",
        encoded("ministack-auth-token"),
        encoded(""),
        encoded("9999999999.0"),
        "Basic %%%",
        "Bearer x",
    ],
)
@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/v2/"),
        ("GET", "/v2/_catalog"),
        ("PUT", "/v2/a/manifests/1"),
        ("POST", "/v2/a/blobs/uploads/"),
    ],
)
def test_no_other_password_opens_it(authorization: str, method: str, path: str) -> None:
    answer = ask(method, path, {"Host": HOST, "Authorization": authorization})
    assert answer.status == 401
    assert answer.headers["www-authenticate"].startswith("Basic realm=")


def test_a_signature_is_no_login() -> None:
    assert ask("GET", "/v2/", signed("ecr", "GET", "/v2/")).status == 401


def test_the_password_is_for_twelve_hours_and_cannot_be_extended() -> None:
    password = registry_login.password(1000)
    before, after = 1000 + 12 * 3600 - 1, 1000 + 12 * 3600
    assert registry_login.refusal(encoded(password), before) is None
    ended = registry_login.refusal(encoded(password), after)
    assert ended is not None
    assert (ended[0], b"authorization token has expired" in ended[2]) == (403, True)
    longer = f"9{password}"
    assert registry_login.refusal(encoded(longer), before) is not None
    assert registry_login.refusal(encoded(password, "root"), before) is not None


def test_tasks_are_pulled_with_a_login_for_this_registry_only() -> None:
    given: dict[str, Any] = {}

    def pull(images: ImageCollection, image: str, **settings: Any) -> None:
        assert images
        given[image] = settings.get("auth_config")

    logged_in = registry_login._logged_in(pull)
    own, public = "127.0.0.1:4566/platform/app@sha256:1", "postgres:17-alpine"
    for image in (own, public, "127.0.0.1:45660/app", "127.0.0.1:4566.evil.example/app"):
        logged_in(ImageCollection(None), image)
    login = given.pop(own)
    assert (
        registry_login.refusal(encoded(login["password"], login["username"]), time.time()) is None
    )
    assert set(given.values()) == {None}
