import json
import time
from typing import Any

import pytest
from botocore.utils import ContainerMetadataFetcher
from ministack.services import ecs

from extensions.security import packet_filter
from extensions.tasks import credentials

from ..front_door import HOST, ask
from ..front_door import ecs as call

ROLE = "arn:aws:iam::000000000000:role/platform-web"


@pytest.fixture
def register(monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setattr(credentials, "_roles", {})
    monkeypatch.setattr(packet_filter, "program", lambda: None)

    def environment(role: str) -> dict[str, str]:
        env: dict[str, str] = {}
        definition = {
            "family": "web",
            "revision": 1,
            "taskRoleArn": role,
            "networkMode": "awsvpc",
        }
        container = {"name": "web", "image": "web"}
        task = "arn:aws:ecs:us-east-1:000000000000:task/main/1234"
        ecs._register_metadata(
            task, "main", definition, container, "FARGATE", env, False, "10.0.0.2"
        )
        return env

    return environment


def fetch(env: dict[str, str], token: str | None = None) -> tuple[int, dict[str, str]]:
    path = "/v2" + env["AWS_CONTAINER_CREDENTIALS_FULL_URI"].partition("/v2")[2]
    given = env["AWS_CONTAINER_AUTHORIZATION_TOKEN"] if token is None else token
    answer = ask("GET", path, {"Host": HOST, "Authorization": given})
    return answer.status, json.loads(answer.text)


def test_a_task_calls_aws_with_the_session_of_its_role(register: Any) -> None:
    status, found = fetch(register(ROLE))
    assert (status, found["RoleArn"]) == (200, ROLE)
    keys = (found["AccessKeyId"], found["SecretAccessKey"], found["Token"])
    assert call("ListClusters", {}, keys=keys).status == 200


def test_only_the_tasks_own_token_gets_them(register: Any) -> None:
    env, other = register(ROLE), register(ROLE)
    for token in ("", "x", other["AWS_CONTAINER_AUTHORIZATION_TOKEN"]):
        status, answer = fetch(env, token)
        assert (status, "AccessKeyId" in answer) == (401, False)
    assert ask("GET", "/v2/credentials/" + "0" * 36).status == 401
    assert ask("GET", "/v2/credentials/x").status == 403


def test_they_are_kept_until_shortly_before_they_end(register: Any) -> None:
    env = register(ROLE)
    path = "/v2" + env["AWS_CONTAINER_CREDENTIALS_FULL_URI"].partition("/v2")[2]
    token, now = env["AWS_CONTAINER_AUTHORIZATION_TOKEN"], time.time()
    first, later, last = (
        credentials.answer(path, token, now + hours * 3600) for hours in (0, 5.5, 5.9)
    )
    assert first == later != last


def test_a_task_without_a_role_has_no_address(register: Any) -> None:
    assert not [name for name in register("") if name.startswith("AWS_CONTAINER_")]


@pytest.fixture
def rules(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The rules that were added to namespaces."""
    added: list[str] = []
    monkeypatch.setattr(packet_filter, "program", lambda: "iptables")
    monkeypatch.setattr(packet_filter, "add", lambda pid, address, rules: added.append(rules))
    return added


def test_an_sdk_finds_them_where_it_does_on_fargate(
    register: Any, monkeypatch: pytest.MonkeyPatch, rules: list[str]
) -> None:
    monkeypatch.setattr(packet_filter, "program", lambda: "iptables")
    env = register(ROLE)
    path = env["AWS_CONTAINER_CREDENTIALS_RELATIVE_URI"]
    assert not {"AWS_CONTAINER_CREDENTIALS_FULL_URI", "AWS_CONTAINER_AUTHORIZATION_TOKEN"} & set(
        env
    )
    answer = ask("GET", path, {"Host": "169.254.170.2"})
    assert (answer.status, json.loads(answer.text)["RoleArn"]) == (200, ROLE)
    # Under another name, its path is not enough.
    assert ask("GET", path, {"Host": HOST}).status == 401
    assert ask("GET", "/v2/credentials/" + "0" * 36, {"Host": "169.254.170.2"}).status == 401
    credentials.lead(1, "172.20.0.3", "172.20.0.2")
    assert "--dport 80 -j DNAT --to-destination 172.20.0.2:4566" in rules[0]


@pytest.mark.parametrize(
    ("method", "path", "headers"),
    [
        ("GET", "/", {}),
        ("POST", "/v2/credentials/" + "0" * 36, {}),
        ("GET", "/v2/credentials/" + "0" * 36 + "/x", {}),
    ],
)
def test_no_other_request_may_have_that_name(
    method: str, path: str, headers: dict[str, str]
) -> None:
    assert ask(method, path, {"Host": "169.254.170.2", **headers}).status == 421


def test_no_web_page_asks_for_them() -> None:
    path = "/v2/credentials/" + "0" * 36
    for header in ({"Origin": "http://example.com"}, {"Sec-Fetch-Site": "cross-site"}):
        assert ask("GET", path, {"Host": "169.254.170.2", **header}).status == 403


def test_a_namespace_that_takes_no_rule_is_reported(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def refuse(*namespace: Any) -> bool:
        del namespace
        raise packet_filter.FilterError("no such table")

    monkeypatch.setattr(packet_filter, "add", refuse)
    credentials.lead(1, "172.20.0.3", "172.20.0.2")
    assert "172.20.0.3 has no credentials: no such table" in caplog.text


def test_sdks_accept_that_address(register: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(packet_filter, "program", lambda: "iptables")
    path = register(ROLE)["AWS_CONTAINER_CREDENTIALS_RELATIVE_URI"]
    fetcher = ContainerMetadataFetcher()
    assert fetcher.full_url(path) == f"http://169.254.170.2{path}"
