import json
import time
from typing import Any

import pytest
from ministack.services import ecs

from extensions.tasks import credentials

from ..front_door import HOST, ask
from ..front_door import ecs as call

ROLE = "arn:aws:iam::000000000000:role/platform-web"


@pytest.fixture
def register(monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setattr(credentials, "_roles", {})

    def environment(role: str) -> dict[str, str]:
        env: dict[str, str] = {}
        definition = {"family": "web", "revision": 1, "taskRoleArn": role}
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
