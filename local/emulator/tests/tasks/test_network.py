import json
from typing import Any

import pytest

from extensions.tasks import endpoint_policy, network, subnet_routes
from extensions.tasks.network import problem

from ..conftest import FakeEngine, run_service, tasks, wait_for

ECR = (
    "ResourceInitializationError: unable to pull secrets or registry auth: The task cannot pull "
    "registry auth from Amazon ECR: There is a connection issue between the task and Amazon ECR. "
    "Check your task network configuration."
)
TASK = {"launchType": "FARGATE", "_subnet": "subnet-1"}
SECRET = "arn:aws:secretsmanager:us-east-1:000000000000:secret:login-AbCdEf"
PLAIN: dict[str, Any] = {"containerDefinitions": [{"name": "app", "image": "app:1"}]}
WITH_SECRET = {
    "containerDefinitions": [
        {"name": "app", "image": "app:1", "secrets": [{"valueFrom": f"{SECRET}:key::"}]}
    ]
}


class Routes:
    """What a subnet reaches, in place of EC2."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.internet: str | None = None
        self.endpoints: set[str] = set()
        self.policy = endpoint_policy.FULL_ACCESS
        monkeypatch.setattr(network, "GIVES_UP_SECONDS", 0.2)
        monkeypatch.setattr(subnet_routes, "known", lambda subnet: subnet == "subnet-1")
        monkeypatch.setattr(subnet_routes, "reaches_internet", self.reaches_internet)
        monkeypatch.setattr(subnet_routes, "endpoint", self.endpoint)

    def endpoint(self, subnet: str, service: str) -> dict[str, Any] | None:
        del subnet
        return {"PolicyDocument": self.policy} if service in self.endpoints else None

    def reaches_internet(self, subnet: str, public_address: bool) -> bool:
        del subnet
        return self.internet == "nat" or (self.internet == "igw" and public_address)


@pytest.fixture
def routes(monkeypatch: pytest.MonkeyPatch) -> Routes:
    return Routes(monkeypatch)


def run(public: bool = False) -> dict[str, Any]:
    vpc = {"subnets": ["subnet-1"], "assignPublicIp": "ENABLED" if public else "DISABLED"}
    return run_service(launchType="FARGATE", networkConfiguration={"awsvpcConfiguration": vpc})


@pytest.mark.parametrize(
    ("endpoints", "expected"),
    [
        (set(), ECR),
        ({"ecr.dkr", "s3"}, ECR),
        ({"ecr.api", "s3"}, "CannotPullContainerError: The task cannot pull app:1 from"),
        ({"ecr.api", "ecr.dkr"}, "CannotPullContainerError: The task cannot pull app:1 from"),
    ],
)
def test_what_cannot_be_reached_first_is_the_reason(
    routes: Routes, endpoints: set[str], expected: str
) -> None:
    routes.endpoints = endpoints
    assert str(problem(TASK, PLAIN)).startswith(expected)


def test_a_task_with_a_secret_fails_before_it_asks_the_registry(routes: Routes) -> None:
    reason = str(problem(TASK, WITH_SECRET))
    assert "connection issue between the task and AWS Secrets Manager" in reason
    assert f"failed to fetch secret {SECRET} from" in reason
    routes.endpoints = {"secretsmanager"}
    assert str(problem(TASK, WITH_SECRET)).startswith(ECR)


def test_a_task_with_a_parameter_fails_before_it_asks_the_registry(routes: Routes) -> None:
    container = {"name": "app", "image": "app:1", "secrets": [{"valueFrom": "/dev/app/KEY"}]}
    with_parameter = {"containerDefinitions": [container]}
    reason = str(problem(TASK, with_parameter))
    assert "unable to retrieve secrets from ssm: service call has been retried 5 time(s)" in reason
    routes.endpoints = {"ssm"}
    assert str(problem(TASK, with_parameter)).startswith(ECR)


def test_endpoints_do_without_a_way_out(routes: Routes) -> None:
    routes.endpoints = {"ecr.api", "ecr.dkr", "s3"}
    assert problem(TASK, PLAIN) is None


@pytest.mark.parametrize("internet", [None, "nat"])
def test_an_endpoint_of_s3_whose_policy_refuses_the_layers_fails_the_pull(
    routes: Routes, internet: str | None
) -> None:
    routes.internet = internet
    routes.endpoints = {"ecr.api", "ecr.dkr", "s3"}
    statement = {
        "Effect": "Allow",
        "Principal": "*",
        "Action": "s3:GetObject",
        "Resource": "arn:aws:s3:::prod-us-east-1-starport-layer-bucket/*",
    }
    routes.policy = json.dumps({"Statement": [statement]})
    assert problem(TASK, PLAIN) is None
    routes.policy = json.dumps({"Statement": [{**statement, "Resource": "arn:aws:s3:::mine/*"}]})
    assert str(problem(TASK, PLAIN)).endswith("403 Forbidden")


def test_what_does_not_pull_over_a_known_subnet_is_not_judged(routes: Routes) -> None:
    assert routes.internet is None
    assert problem({**TASK, "launchType": "EC2"}, PLAIN) is None
    assert problem({**TASK, "_subnet": "subnet-2"}, PLAIN) is None


def test_a_service_without_a_way_out_starts_no_container(
    engine: FakeEngine, routes: Routes
) -> None:
    service = run()
    wait_for(lambda: service["deployments"][0]["rolloutState"] == "FAILED")
    wait_for(lambda: len(tasks("STOPPED")) == 3)
    assert engine.started == []
    assert {task["stopCode"] for task in tasks()} == {"TaskFailedToStart"}
    assert all(task["stoppedReason"].startswith(ECR) for task in tasks())
    assert routes.internet is None


def test_a_public_address_is_one_that_the_service_assigns(
    engine: FakeEngine, routes: Routes
) -> None:
    routes.internet = "igw"
    run(public=True)
    wait_for(lambda: tasks("RUNNING"))
    assert engine.started == ["app"]
    assert tasks("STOPPED") == []


def test_a_public_subnet_alone_is_not_enough(engine: FakeEngine, routes: Routes) -> None:
    routes.internet = "igw"
    run(public=False)
    wait_for(lambda: tasks("STOPPED"))
    assert engine.started == []


def test_a_route_that_comes_in_time_is_taken(engine: FakeEngine, routes: Routes) -> None:
    run()
    wait_for(lambda: tasks("ACTIVATING"))
    routes.internet = "nat"
    wait_for(lambda: tasks("RUNNING"))
    assert engine.started == ["app"]
    assert tasks("STOPPED") == []
