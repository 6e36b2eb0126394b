"""A task that cannot reach the registry over its subnet's routes fails as on Fargate.

MiniStack stores route tables, gateways and endpoints but ignores them: a task in a subnet without a
route out starts like any other. Fargate fetches secrets, the registry login and the image over the
task's own network interface, so each needs a default route (through a NAT gateway, or through an
internet gateway with a public address) or an endpoint in the VPC. Security groups are not checked
here, nor are routes through anything else.
"""

import json
import time
from collections.abc import Callable
from typing import Any

from ministack.core.responses import get_region
from ministack.services import ecs

from .. import seam
from . import endpoint_policy, subnet_routes
from .secrets import is_secret

Record = dict[str, Any]

# AWS gives up after three tries in four to five minutes. Here it takes only a moment, long enough
# for the API to show the task while it tries.
GIVES_UP_SECONDS = 2.0
_POLL_SECONDS = 0.1

_PUBLIC = "_public_address"
_FAILED = "ResourceInitializationError: unable to pull secrets or registry auth:"
_CHECK = "Check your task network configuration."


def _without_secrets(td: Record, reaches: Callable[[str], bool]) -> str | None:
    named = [
        secret["valueFrom"]
        for container in td.get("containerDefinitions") or []
        for secret in container.get("secrets") or []
        if is_secret(secret["valueFrom"])
    ]
    if not named or reaches("secretsmanager"):
        return None
    arn = ":".join(named[0].split(":")[:7])
    return (
        f"{_FAILED} unable to retrieve secret from asm: There is a connection issue between the "
        f"task and AWS Secrets Manager. {_CHECK} failed to fetch secret {arn} from secrets "
        "manager: operation error Secrets Manager: GetSecretValue, https response error "
        "StatusCode: 0, RequestID: , canceled, context deadline exceeded"
    )


def _without_parameters(td: Record, reaches: Callable[[str], bool]) -> str | None:
    """As reported in https://github.com/aws-samples/serverless-jenkins-on-aws-fargate/issues/7."""
    is_named = any(
        not is_secret(secret["valueFrom"])
        for container in td.get("containerDefinitions") or []
        for secret in container.get("secrets") or []
    )
    if not is_named or reaches("ssm"):
        return None
    return (
        f"{_FAILED} execution resource retrieval failed: unable to retrieve secrets from ssm: "
        "service call has been retried 5 time(s): RequestCanceled: request context canceled "
        "caused by: context deadline exceeded"
    )


def _without_registry(td: Record, reaches: Callable[[str], bool]) -> str | None:
    if not reaches("ecr.api"):
        return (
            f"{_FAILED} The task cannot pull registry auth from Amazon ECR: There is a connection "
            f"issue between the task and Amazon ECR. {_CHECK} operation error ECR: "
            "GetAuthorizationToken, exceeded maximum number of attempts, 3, https response error "
            "StatusCode: 0, RequestID: , request send failed, Post "
            f'"https://api.ecr.{get_region()}.amazonaws.com/": dial tcp: i/o timeout'
        )
    if reaches("ecr.dkr") and reaches("s3"):
        return None
    image = td["containerDefinitions"][0]["image"]
    return (
        f"CannotPullContainerError: The task cannot pull {image} from the registry {image}. There "
        f"is a connection issue between the task and the registry. {_CHECK} : failed to copy: "
        f"httpReadSeeker: failed open: failed to do request: Get {image}: dial tcp: i/o timeout"
    )


def _behind_policy(td: Record, endpoint: Record | None) -> str | None:
    """Why an endpoint of S3, which takes the traffic even beside a way out, refuses the layers."""
    if endpoint is None or endpoint_policy.lets_layers_through(endpoint):
        return None
    image, region = td["containerDefinitions"][0]["image"], get_region()
    return (
        "CannotPullContainerError: pull image manifest has been retried 1 time(s): failed to copy: "
        f"httpReadSeeker: failed open: unexpected status code https://prod-{region}-starport-layer-"
        f"bucket.s3.{region}.amazonaws.com/{image}: 403 Forbidden"
    )


def problem(task: Record, td: Record) -> str | None:
    """Why a task cannot fetch what it needs before it starts; None if it can."""
    subnet = task.get("_subnet")
    # Unknown subnets cannot be checked; other launch types pull through their machine.
    if task.get("launchType") != "FARGATE" or not subnet_routes.known(subnet):
        return None
    behind = _behind_policy(td, subnet_routes.endpoint(subnet, "s3"))
    if subnet_routes.reaches_internet(subnet, bool(task.get(_PUBLIC))):
        return behind

    def reaches(service: str) -> bool:
        return subnet_routes.endpoint(subnet, service) is not None

    return (
        _without_secrets(td, reaches)
        or _without_parameters(td, reaches)
        or _without_registry(td, reaches)
        or behind
    )


def _over_network(original: Callable[..., Any]) -> Callable[..., Any]:
    def prepare(task: Record, td: Record, docker_client: Any) -> Any:
        ends = time.monotonic() + GIVES_UP_SECONDS
        while (reason := problem(task, td)) and time.monotonic() < ends:
            time.sleep(_POLL_SECONDS)
        if reason is None:
            return original(task, td, docker_client)
        # MiniStack starts no containers of a stopped task.
        ecs._fail_task_start(task, docker_client, reason)
        return None

    return prepare


def _with_public_address(original: Callable[..., Any]) -> Callable[..., Any]:
    def run(data: Record) -> Any:
        status, headers, body = original(data)
        network = (data.get("networkConfiguration") or {}).get("awsvpcConfiguration") or {}
        # The task already exists; up to here it has no address.
        for started in json.loads(body).get("tasks") or []:
            ecs._tasks[started["taskArn"]][_PUBLIC] = network.get("assignPublicIp") == "ENABLED"
        return status, headers, body

    return run


def install() -> None:
    seam.check(ecs, "_fail_task_start", "task docker_client reason")
    seam.wrap(ecs, "_prepare_service_images", "task td docker_client", _over_network)
    seam.wrap(ecs, "_run_task", "data", _with_public_address)
