import json

import pytest
from ministack.services import ecs

from extensions.logs.log_driver import problem

OPTIONS = {
    "awslogs-group": "/ecs/app",
    "awslogs-region": "us-east-1",
    "awslogs-stream-prefix": "task",
}


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"mode": "blocking"},
        {"mode": "non-blocking"},
        {"mode": "non-blocking", "max-buffer-size": "10m"},
    ],
)
def test_options_of_the_driver_are_taken(options: dict[str, str]) -> None:
    assert problem({**OPTIONS, **options}) is None


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"mode": "nonblocking"}, "mode must be one of blocking, non-blocking"),
        ({"mode": "blocking", "max-buffer-size": "10m"}, "max-buffer-size needs mode"),
        ({"mode": "non-blocking", "max-buffer-size": "10 MB"}, "must be a size"),
        ({"awslogs-mode": "blocking"}, "disallows options: awslogs-mode"),
        ({"awslogs-group": ""}, "requires options: awslogs-group"),
    ],
)
def test_fails_on_options_that_aws_refuses(options: dict[str, str], words: str) -> None:
    assert words in str(problem({**OPTIONS, **options}))


def test_a_task_definition_with_such_options_is_not_registered() -> None:
    logging = {"logDriver": "awslogs", "options": {**OPTIONS, "mode": "sometimes"}}
    container = {"name": "app", "image": "app", "logConfiguration": logging}
    status, _, body = ecs._register_task_definition(
        {"family": "logs", "containerDefinitions": [container]}
    )
    assert status == 400
    assert json.loads(body)["__type"] == "ClientException"
