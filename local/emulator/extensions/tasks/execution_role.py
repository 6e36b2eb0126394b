"""What ECS does for a task, it does with the task's roles, if policies are enforced (AUTH=true).

MiniStack pulls images and reads secrets as itself. On AWS, ECS assumes the execution role for that,
and the role's policies, its boundary and its trust policy decide. A missing permission stops the
task with the answer of the service that refused.

https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task_execution_IAM_role.html
https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-iam-roles.html
"""

import re
from collections.abc import Callable, Iterator
from typing import Any

from ministack.core.responses import get_account_id, get_region
from ministack.services import ecs

from .. import seam
from ..iam import service_roles
from .secrets import is_secret, parameter_arn, split

Record = dict[str, Any]

_FAILED = (
    "ResourceInitializationError: unable to pull secrets or registry auth: execution resource "
    "retrieval failed:"
)
_ECS = "ecs-tasks.amazonaws.com"
_RETRIED = "service call has been retried 1 time(s)"
_PULLS = ("ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer")


def trusts_ecs(role_arn: str, task_arn: str) -> bool:
    """Whether ECS may assume a role for a task."""
    return service_roles.trusts(role_arn, (_ECS,), task_arn)


def denial(role_arn: str, task_arn: str, action: str, resource: str) -> str | None:
    """AWS's message if the execution role may not do something for a task; None if it may."""
    found = service_roles.denial(role_arn, task_arn.rpartition("/")[2], action, resource)
    return found and f"AccessDeniedException: {found}"


def problem(task: Record, td: Record) -> str | None:
    """Why ECS cannot start a task with its roles; None if it can."""
    task_arn = task["taskArn"]
    role = td.get("executionRoleArn") or ""
    for each in filter(None, (role, td.get("taskRoleArn"))):
        if not trusts_ecs(each, task_arn):
            return (
                f"ECS was unable to assume the role '{each}' that was provided for this task. "
                "Please verify that the role being passed has the proper trust relationship and "
                "permissions and that your IAM user has permissions to pass this role."
            )
    if not role:
        return None
    return next((each for each in _denials(role, task_arn, td) if each), None)


def _denials(role: str, task_arn: str, td: Record) -> Iterator[str | None]:
    containers = td.get("containerDefinitions") or []
    for container in containers:
        for secret in container.get("secrets") or []:
            if not is_secret(secret["valueFrom"]):
                arn = parameter_arn(secret["valueFrom"])
                found = denial(role, task_arn, "ssm:GetParameters", arn)
                yield (
                    found and f"{_FAILED} unable to retrieve secrets from ssm: {_RETRIED}: {found}"
                )
            else:
                arn = split(secret["valueFrom"])[0]
                found = denial(role, task_arn, "secretsmanager:GetSecretValue", arn)
                yield found and (
                    f"{_FAILED} unable to retrieve secret from asm: {_RETRIED}: failed to fetch "
                    f"secret {arn} from secrets manager: {found}"
                )
    for container in containers:
        repository = _repository(container["image"])
        if repository is None:
            continue
        found = denial(role, task_arn, "ecr:GetAuthorizationToken", "*")
        yield found and f"{_FAILED} unable to retrieve ecr registry auth: {_RETRIED}: {found}"
        for action in _PULLS:
            found = denial(role, task_arn, action, repository)
            yield found and f"CannotPullContainerError: pull image manifest: {found}"
    for container in containers:
        log = container.get("logConfiguration") or {}
        if log.get("logDriver") == "awslogs":
            found = denial(role, task_arn, "logs:CreateLogStream", _stream(log["options"]))
            yield found and (
                "ResourceInitializationError: failed to validate logger args: create stream has "
                f"been retried 1 times: failed to create Cloudwatch log stream: {found}"
            )


def _repository(image: str) -> str | None:
    """The ARN of an image's repository in ECR, whose host here is the local AWS's own."""
    host, _, rest = image.partition("/")
    if not re.match(r"(localhost|127\.0\.0\.1):|\d{12}\.dkr\.ecr\.", host):
        return None
    name = re.split(r"[@:]", rest)[0]
    return f"arn:aws:ecr:{get_region()}:{get_account_id()}:repository/{name}"


def _stream(options: dict[str, str]) -> str:
    group, prefix = options["awslogs-group"], options.get("awslogs-stream-prefix", "")
    place = f"{options.get('awslogs-region') or get_region()}:{get_account_id()}"
    return f"arn:aws:logs:{place}:log-group:{group}:log-stream:{prefix}"


def _with_roles(original: Callable[..., Any]) -> Callable[..., Any]:
    def prepare(task: Record, td: Record, docker_client: Any) -> Any:
        reason = problem(task, td) if service_roles.is_enforced() else None
        if reason is None:
            return original(task, td, docker_client)
        # MiniStack starts no containers of a stopped task.
        ecs._fail_task_start(task, docker_client, reason)
        return None

    return prepare


def install() -> None:
    seam.wrap(ecs, "_prepare_service_images", "task td docker_client", _with_roles)
