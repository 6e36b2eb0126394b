"""A task whose secrets cannot be fetched starts no container and fails in AWS's words.

MiniStack fetches a container's secrets when it starts that container, so earlier containers already
run; takes the current version of a secret even if another is named; deletes a version with its last
staging label; and words failures in its own way. Fargate fetches the secrets of all containers
first, retries each once, and fails the task with the answer of Secrets Manager or the Parameter
Store. Secrets Manager keeps a secret's 100 most recent versions, with a label or without one, and a
task definition may name any of them.
"""

import json
import time
from collections.abc import Callable
from typing import Any

from ministack.core.responses import new_uuid
from ministack.services import ecs, secretsmanager, ssm

from .. import seam

Definition = dict[str, Any]

# The time until Fargate has retried. It also keeps a service without a circuit breaker, which
# replaces a failed task at once, from starting hundreds of tasks a second.
RETRY_SECONDS = 1.0

_ASM = "unable to retrieve secret from asm: service call has been retried 1 time(s)"
_SSM = "unable to retrieve secrets from ssm: service call has been retried 1 time(s)"
_NOT_FOUND = "ResourceNotFoundException: Secrets Manager can't find the specified secret"
_DELETED = (
    "InvalidRequestException: You can't perform this operation on the secret because it was "
    "marked for deletion."
)


class SecretError(Exception):
    """The answer of Secrets Manager if a secret cannot be fetched."""


def is_secret(reference: str) -> bool:
    """Whether a `valueFrom` names a secret, not a parameter."""
    return ":secretsmanager:" in reference


def parameter_arn(reference: str) -> str:
    """Return the ARN of a parameter that a `valueFrom` names by its name or by its ARN."""
    return reference if reference.startswith("arn:") else str(ssm._param_arn(reference))


def split(reference: str) -> tuple[str, str, str, str]:
    """Split a `valueFrom` into ARN, JSON key, version stage and version id; each may be empty."""
    fields = reference.split(":")
    key, stage, version = (*fields[7:10], "", "", "")[:3]
    return ":".join(fields[:7]), key, stage, version


def _stored(arn: str, stage: str, version: str) -> str:
    _, secret = secretsmanager._resolve(arn, use_arn_scope=True)
    # MiniStack accepts any prefix of an ARN; AWS requires all of it except the suffix.
    if not secret or arn not in (secret["ARN"], secret["ARN"][: -len("-AbCdEf")]):
        raise SecretError(f"{_NOT_FOUND}.")
    if secret.get("DeletedDate"):
        raise SecretError(_DELETED)
    stage = stage or "AWSCURRENT"
    value = secretsmanager.resolve_secret_string(arn, stage, version or None)
    if value is None:
        wanted = f"VersionId: {version}" if version else f"staging label: {stage}"
        raise SecretError(f"{_NOT_FOUND} value for {wanted}")
    return str(value)


def secret_value(reference: str) -> str:
    """Return the value of a secret, or of one key of it."""
    arn, key, stage, version = split(reference)
    try:
        value = _stored(arn, stage, version)
    except SecretError as error:
        raise ecs._SecretResolutionError(
            f"{_ASM}: failed to fetch secret {arn} from secrets manager: operation error Secrets "
            f"Manager: GetSecretValue, https response error StatusCode: 400, RequestID: "
            f"{new_uuid()}, {error}"
        ) from None
    if not key:
        return value
    try:
        content = json.loads(value)
    except ValueError:
        problem = f"invalid character '{value[:1]}' looking for beginning of value"
        raise ecs._SecretResolutionError(f"{_ASM}: {problem}") from None
    if not isinstance(content, dict) or key not in content:
        problem = f"retrieved secret from Secrets Manager did not contain json key {key}"
        raise ecs._SecretResolutionError(f"{_ASM}: {problem}")
    return content[key] if isinstance(content[key], str) else json.dumps(content[key])


def _parameter_values(references: list[str]) -> dict[str, str]:
    """Return the decrypted values; Fargate names all the parameters that do not exist."""
    values = {each: ssm.resolve_parameter_value(each, decrypt=True) for each in references}
    missing = [each.partition(":parameter")[2] or each for each in references if not values[each]]
    if missing:
        raise ecs._SecretResolutionError(f"{_SSM}: invalid ssm parameters: {','.join(missing)}")
    return {each: str(value) for each, value in values.items()}


def _as_fargate(original: Callable[..., Any]) -> Callable[..., Any]:
    del original

    def resolve(cdef: Definition) -> dict[str, str]:
        named = {each["name"]: each["valueFrom"] for each in cdef.get("secrets") or []}
        parameters = _parameter_values([each for each in named.values() if not is_secret(each)])
        return {
            name: parameters[reference] if reference in parameters else secret_value(reference)
            for name, reference in named.items()
        }

    return resolve


def _fetch(td: Definition) -> None:
    for container in td.get("containerDefinitions") or []:
        ecs._resolve_container_secrets(container)


def _before_containers(original: Callable[..., Any]) -> Callable[..., Any]:
    def prepare(task: Definition, td: Definition, docker_client: Any) -> Any:
        try:
            _fetch(td)
        except ecs._SecretResolutionError:
            time.sleep(RETRY_SECONDS)
            _fetch(td)
        return original(task, td, docker_client)

    return prepare


def _keeping_versions(original: Callable[..., Any]) -> Callable[..., Any]:
    def promote(secret: Definition, new_vid: str) -> None:
        versions = dict(secret["Versions"])
        original(secret, new_vid)
        secret["Versions"] = versions

    return promote


def install() -> None:
    seam.wrap(secretsmanager, "_apply_current_promotion", "secret new_vid", _keeping_versions)
    seam.check(secretsmanager, "_resolve", "secret_id use_arn_scope")
    seam.check(secretsmanager, "resolve_secret_string", "secret_id version_stage version_id")
    seam.check(ssm, "_param_arn", "name")
    seam.check(ssm, "resolve_parameter_value", "name_or_arn version decrypt")
    seam.wrap(ecs, "_resolve_container_secrets", "cdef", _as_fargate)
    seam.wrap(ecs, "_prepare_service_images", "task td docker_client", _before_containers)
