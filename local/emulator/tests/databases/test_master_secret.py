import json
from collections.abc import Iterator
from typing import Any

import pytest
from ministack.services import rds, secretsmanager

from extensions.databases.master_secret import CLUSTER_TAG, OWNER_TAG


@pytest.fixture(autouse=True)
def _empty() -> Iterator[None]:
    yield
    rds._clusters.clear()
    secretsmanager._secrets.clear()


def create(identifier: str) -> str:
    status, _, body = rds._create_db_cluster(
        {
            "DBClusterIdentifier": identifier,
            "Engine": "aurora-postgresql",
            "ManageMasterUserPassword": "true",
            "MasterUsername": "platform",
        }
    )
    assert status == 200, body
    return str(rds._clusters[identifier]["MasterUserSecret"]["SecretArn"])


def tags_of(arn: str) -> dict[str, str]:
    _, secret = secretsmanager._resolve(arn, use_arn_scope=True)
    return {tag["Key"]: tag["Value"] for tag in secret["Tags"]}


def test_the_secret_of_a_master_user_names_its_cluster() -> None:
    secrets = {name: create(name) for name in ("platform-dev", "platform-prod")}
    for name, arn in secrets.items():
        cluster = f"arn:aws:rds:us-east-1:000000000000:cluster:{name}"
        assert tags_of(arn) == {CLUSTER_TAG: cluster, OWNER_TAG: "rds"}


@pytest.mark.parametrize(
    ("operation", "request_"),
    [
        ("_tag_resource", {"Tags": [{"Key": CLUSTER_TAG, "Value": "mine"}]}),
        ("_untag_resource", {"TagKeys": [CLUSTER_TAG]}),
    ],
)
def test_no_caller_changes_the_tags_of_aws(operation: str, request_: dict[str, Any]) -> None:
    arn = create("platform-dev")
    before = tags_of(arn)
    status, _, body = getattr(secretsmanager, operation)({"SecretId": arn, **request_})
    assert status == 400
    assert "aws: prefixed tag key names are not allowed" in json.loads(body)["message"]
    assert tags_of(arn) == before
