"""What services of AWS may publish to a topic: its policy must name them, and so must its key's.

The policy decides also where the local AWS enforces no policies of callers: it is about the service
that publishes, as the trust policy of a role is.

https://docs.aws.amazon.com/sns/latest/dg/sns-access-policy-use-cases.html
https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html
"""

from dataclasses import dataclass

from ministack.core.iam_evaluator import EvalContext, evaluate_resource_policy
from ministack.core.responses import get_account_id, get_region
from ministack.services import kms, sns

from .. import seam

_KEY_ACTIONS = ("kms:Decrypt", "kms:GenerateDataKey")


@dataclass(frozen=True)
class Publisher:
    """A service of AWS, by its principal and by the name that it has in messages."""

    principal: str
    name: str
    # Whether its requests say for which resource and account it publishes.
    tells_source: bool = True


def refusal(publisher: Publisher, topic_arn: str, source_arn: str) -> str | None:
    """AWS's message if a service may not publish for a resource; None if it may."""
    topic = sns._topics.get(topic_arn)
    if topic is None:
        return f"Topic does not exist: {topic_arn}"
    attributes = topic["attributes"]
    policy = attributes.get("Policy") or ""
    if not _allows(policy, publisher, "sns:Publish", topic_arn, source_arn):
        return (
            f"{publisher.name} is not authorized to perform: SNS:Publish on resource: {topic_arn} "
            "because no resource-based policy allows the SNS:Publish action"
        )
    key = attributes.get("KmsMasterKeyId") or ""
    if key and not all(_allows_key(publisher, key, each, source_arn) for each in _KEY_ACTIONS):
        return (
            f"{publisher.name} does not have authorization to access the SNS topic encryption key."
        )
    return None


def _allows(policy: str, publisher: Publisher, action: str, resource: str, source: str) -> bool:
    account = get_account_id()
    told = {"aws:sourcearn": source, "aws:sourceaccount": account, "aws:sourceowner": account}
    context = EvalContext(
        principal_arn="*",
        principal_type="Service",
        principal_account="",
        action=action,
        resource_arn=resource,
        region=get_region(),
        service_context=told if publisher.tells_source else {},
    )
    found = evaluate_resource_policy(policy, context, service=publisher.principal)
    return bool(found.decision == "Allow")


def _allows_key(publisher: Publisher, key: str, action: str, source: str) -> bool:
    # Nobody can change the policy of a key that AWS manages.
    if key.rpartition(":")[2].startswith("alias/aws/"):
        return False
    record = kms._resolve_key(key)
    return record is not None and _allows(
        record.get("Policy") or "", publisher, action, str(record["Arn"]), source
    )


def install() -> None:
    seam.check(kms, "_resolve_key", "key_id_or_arn")
