import json

import pytest
from ministack.services import rds, secretsmanager

from extensions.databases.master_secret import CLUSTER_TAG

from .clusters import call, cluster

pytestmark = pytest.mark.usefixtures("engine")


def test_the_password_of_a_restored_cluster_can_be_managed_again() -> None:
    cluster()
    call("CreateDBClusterSnapshot", DBClusterIdentifier="c", DBClusterSnapshotIdentifier="one")
    new = {"DBClusterIdentifier": "new", "SnapshotIdentifier": "one"}
    call("RestoreDBClusterFromSnapshot", **new, Engine="aurora-postgresql")
    call("ModifyDBCluster", DBClusterIdentifier="new", ManageMasterUserPassword="true")
    made = rds._clusters["new"]
    secret = secretsmanager._get_secret_value({"SecretId": made["MasterUserSecret"]["SecretArn"]})
    login = json.loads(json.loads(secret[2])["SecretString"])
    assert login == {"username": "platform", "password": made["_MasterUserPassword"]}
    _, stored = secretsmanager._resolve(made["MasterUserSecret"]["SecretArn"], use_arn_scope=True)
    assert {"Key": CLUSTER_TAG, "Value": made["DBClusterArn"]} in stored["Tags"]


def test_exported_logs_are_kept_and_described() -> None:
    cluster("main", EnableCloudwatchLogsExports__member__1="postgresql")
    described = call("DescribeDBClusters", DBClusterIdentifier="main")[1]
    assert "<member>postgresql</member>" in described
    disabled = "CloudwatchLogsExportConfiguration__DisableLogTypes__member__1"
    call("ModifyDBCluster", DBClusterIdentifier="main", **{disabled: "postgresql"})
    assert rds._clusters["main"]["EnabledCloudwatchLogsExports"] == []
