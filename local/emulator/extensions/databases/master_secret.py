"""The tags of the secret that RDS keeps a cluster's master password in.

MiniStack's secret has none. RDS tags it with the cluster's ARN, so that a policy can tell one
cluster's secret from another's: its name holds only a random ID. Only AWS sets or removes tags
whose key starts with `aws:`.

https://docs.aws.amazon.com/aws-managed-policy/latest/reference/AmazonRDSServiceRolePolicy.html
https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_TagResource.html
"""

from collections.abc import Callable
from typing import Any

from ministack.core.responses import error_response_json
from ministack.services import rds, secretsmanager

from .. import seam

CLUSTER_TAG = "aws:rds:primaryDBClusterArn"
OWNER_TAG = "aws:secretsmanager:owningService"


def _with_tags(original: Callable[..., Any]) -> Callable[..., Any]:
    def create(p: dict[str, Any]) -> Any:
        answer = original(p)
        for cluster in list(rds._clusters.values()):
            tag(cluster)
        return answer

    return create


def tag(cluster: dict[str, Any]) -> None:
    """Tag the secret of a cluster, if it has one that is new."""
    managed = cluster.get("MasterUserSecret") or {}
    _, secret = secretsmanager._resolve(managed.get("SecretArn", ""), use_arn_scope=True)
    if secret and not secret.get("Tags"):
        secret["Tags"] = [
            {"Key": CLUSTER_TAG, "Value": cluster["DBClusterArn"]},
            {"Key": OWNER_TAG, "Value": "rds"},
        ]


def _without_system_tags(original: Callable[..., Any]) -> Callable[..., Any]:
    def change(data: dict[str, Any]) -> Any:
        keys = [tag.get("Key", "") for tag in data.get("Tags") or []] + (data.get("TagKeys") or [])
        if any(key.lower().startswith("aws:") for key in keys):
            return error_response_json(
                "InvalidParameterException",
                "Invalid tag key: aws: prefixed tag key names are not allowed for external use.",
                400,
            )
        return original(data)

    return change


def install() -> None:
    seam.check(secretsmanager, "_resolve", "secret_id use_arn_scope")
    seam.wrap(rds, "_create_db_cluster", "p", _with_tags)
    for name in ("_create_secret", "_tag_resource", "_untag_resource"):
        seam.wrap(secretsmanager, name, "data", _without_system_tags)
