import json
from collections.abc import Iterator
from typing import Any

import pytest
from ministack import app
from ministack.services import ecs, iam, secretsmanager, ssm

from ..conftest import CONTAINER, NETWORK, FakeEngine, tasks, wait_for

ACCOUNT = "000000000000"
ROLE = f"arn:aws:iam::{ACCOUNT}:role/web-ecs-dev"
IMAGE = "127.0.0.1:4566/platform-dev/web@sha256:1"
ON_ECS = {
    "StringEquals": {"aws:SourceAccount": ACCOUNT},
    "ArnLike": {"aws:SourceArn": f"arn:aws:ecs:us-east-1:{ACCOUNT}:*"},
}


@pytest.fixture(autouse=True)
def _enforced(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(app, "AUTH", True)
    yield
    iam._roles.clear()
    secretsmanager._secrets.clear()
    ssm.reset()


def secret(name: str) -> str:
    _, _, body = secretsmanager._create_secret({"Name": name, "SecretString": "1"})
    return str(json.loads(body)["ARN"])


def create_role(*secrets: str, principal: str = "ecs-tasks.amazonaws.com", **trust: Any) -> None:
    place = f"us-east-1:{ACCOUNT}"
    allowed = {
        "ecr:GetAuthorizationToken": "*",
        "ecr:Batch*": f"arn:aws:ecr:{place}:repository/platform-dev/*",
        "ecr:GetDownloadUrlForLayer": f"arn:aws:ecr:{place}:repository/platform-dev/*",
        "logs:CreateLogStream": f"arn:aws:logs:{place}:log-group:/ecs/platform-dev/*",
        "secretsmanager:GetSecretValue": list(secrets),
        "ssm:GetParameters": f"arn:aws:ssm:{place}:parameter/platform-dev/web/KEY",
    }
    statements = [
        {"Effect": "Allow", "Action": action, "Resource": resource}
        for action, resource in allowed.items()
    ]
    trusts = {
        "Effect": "Allow",
        "Action": "sts:AssumeRole",
        "Principal": {"Service": principal},
        "Condition": trust or ON_ECS,
    }
    iam._roles["web-ecs-dev"] = {
        "Arn": ROLE,
        "AssumeRolePolicyDocument": json.dumps({"Statement": [trusts]}),
        "InlinePolicies": {"start-task": json.dumps({"Statement": statements})},
        "AttachedPolicies": [],
    }


def start(log: str = "/ecs/platform-dev/web", **container: Any) -> dict[str, Any]:
    options = {
        "awslogs-group": log,
        "awslogs-region": "us-east-1",
        "awslogs-stream-prefix": "task",
    }
    logs = {"logDriver": "awslogs", "options": options}
    definition = {**CONTAINER, "image": IMAGE, "logConfiguration": logs, **container}
    ecs._register_task_definition(
        {
            "family": "app",
            "networkMode": "awsvpc",
            "executionRoleArn": ROLE,
            "containerDefinitions": [definition],
        }
    )
    ecs._create_cluster({"clusterName": "main"})
    request = {"cluster": "main", "taskDefinition": "app", "networkConfiguration": NETWORK}
    ecs._run_task(request)
    wait_for(lambda: tasks()[0]["lastStatus"] in ("RUNNING", "STOPPED"))
    return tasks()[0]


def reading(arn: str) -> dict[str, Any]:
    return {"secrets": [{"name": "PASSWORD", "valueFrom": arn}]}


def test_a_task_starts_with_what_its_execution_role_may_do(engine: FakeEngine) -> None:
    own = secret("own")
    create_role(own)
    assert start(**reading(own))["lastStatus"] == "RUNNING"
    assert engine.started == ["app"]


def test_a_secret_that_the_role_may_not_read_stops_the_task(engine: FakeEngine) -> None:
    create_role(secret("own"))
    other = secret("other")
    reason = start(**reading(other))["stoppedReason"]
    assert reason.startswith("ResourceInitializationError: unable to pull secrets")
    assert f"perform: secretsmanager:GetSecretValue on resource: {other}" in reason
    assert engine.started == []


@pytest.mark.parametrize("environment", ["dev", "prod"])
def test_a_parameter_is_read_only_as_far_as_the_role_may(
    engine: FakeEngine, environment: str
) -> None:
    create_role()
    name = f"/platform-{environment}/web/KEY"
    ssm._put_parameter({"Name": name, "Value": "sesame", "Type": "SecureString"})
    task = start(**reading(name))
    if environment == "dev":
        assert task["lastStatus"] == "RUNNING"
        return
    reason = task["stoppedReason"]
    assert "unable to retrieve secrets from ssm: service call has been retried 1 time(s)" in reason
    assert f"perform: ssm:GetParameters on resource: {ssm._param_arn(name)}" in reason
    assert engine.started == []


def test_an_image_of_another_environment_is_not_pulled(engine: FakeEngine) -> None:
    create_role(secret("own"))
    reason = start(image=IMAGE.replace("-dev", "-prod"))["stoppedReason"]
    assert reason.startswith("CannotPullContainerError")
    assert "repository/platform-prod/web" in reason
    assert engine.started == []


def test_a_log_of_another_environment_is_not_written(engine: FakeEngine) -> None:
    create_role(secret("own"))
    reason = start(log="/ecs/platform-prod/web")["stoppedReason"]
    assert "perform: logs:CreateLogStream" in reason
    assert engine.started == []


OTHER_ACCOUNT = {"StringEquals": {"aws:SourceAccount": "210987654321"}}


@pytest.mark.parametrize(
    "trust", [{"principal": "lambda.amazonaws.com"}, {"principal": "*", **OTHER_ACCOUNT}]
)
def test_a_role_that_does_not_trust_ecs_starts_no_task(
    engine: FakeEngine, trust: dict[str, Any]
) -> None:
    create_role(secret("own"), **trust)
    assert start()["stoppedReason"].startswith(f"ECS was unable to assume the role '{ROLE}'")
    assert engine.started == []


def test_without_enforcement_a_task_needs_no_role(
    engine: FakeEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(app, "AUTH", False)
    assert start()["lastStatus"] == "RUNNING"
    assert engine.started == ["app"]
