import pytest
from ministack.services import rds

from .clusters import FakeVolumes, call, cluster, code

pytestmark = pytest.mark.usefixtures("engine")

FINAL = {"DBClusterIdentifier": "c", "FinalDBSnapshotIdentifier": "final"}
SKIPS = {"DBClusterIdentifier": "c", "SkipFinalSnapshot": "true"}


def test_a_protected_cluster_is_not_deleted_and_its_protection_can_be_taken_off() -> None:
    cluster(DeletionProtection="true")
    refused = call("DeleteDBCluster", **SKIPS)
    assert code(refused) == "InvalidParameterCombination"
    assert "Cannot delete protected Cluster, please disable deletion protection" in refused[1]
    call("ModifyDBCluster", DBClusterIdentifier="c", DeletionProtection="false")
    assert call("DeleteDBCluster", **SKIPS)[0] == 200
    assert not rds._clusters.get("c")


def test_a_deletion_takes_a_final_snapshot_or_says_that_it_takes_none(engine: FakeVolumes) -> None:
    cluster()
    assert code(call("DeleteDBCluster", DBClusterIdentifier="c")) == "InvalidParameterCombination"
    assert code(call("DeleteDBCluster", **{**SKIPS, **FINAL})) == "InvalidParameterCombination"
    assert rds._clusters.get("c")
    assert call("DeleteDBCluster", **FINAL)[0] == 200
    assert "<SnapshotType>manual</SnapshotType>" in call("DescribeDBClusterSnapshots")[1]
    assert engine.of[rds._db_cluster_snapshots["final"]["_volume"]] == "c-data"


def test_a_final_snapshot_needs_a_name_that_is_free() -> None:
    cluster()
    snapshot = {"DBClusterIdentifier": "c", "DBClusterSnapshotIdentifier": "final"}
    call("CreateDBClusterSnapshot", **snapshot)
    assert code(call("DeleteDBCluster", **FINAL)) == "DBClusterSnapshotAlreadyExistsFault"
    assert rds._clusters.get("c")


def test_a_snapshot_is_copied_while_the_server_stands_still(engine: FakeVolumes) -> None:
    cluster()
    snapshot = {"DBClusterIdentifier": "c", "DBClusterSnapshotIdentifier": "one"}
    call("CreateDBClusterSnapshot", **snapshot)
    assert engine.events == ["pause", "copy c-data", "unpause"]


def test_a_deleted_snapshot_leaves_no_data(engine: FakeVolumes) -> None:
    cluster()
    call("CreateDBClusterSnapshot", DBClusterIdentifier="c", DBClusterSnapshotIdentifier="one")
    assert call("DeleteDBClusterSnapshot", DBClusterSnapshotIdentifier="one")[0] == 200
    assert engine.of == {}


def test_automated_backups_outlive_a_cluster_only_if_the_deletion_says_so() -> None:
    cluster()
    call("DeleteDBCluster", **SKIPS)
    assert "<Status>retained" not in call("DescribeDBClusterAutomatedBackups")[1]
    resource = cluster()["DbClusterResourceId"]
    call("DeleteDBCluster", **SKIPS, DeleteAutomatedBackups="false")
    listed = call("DescribeDBClusterAutomatedBackups", DbClusterResourceId=resource)[1]
    assert "<Status>retained</Status>" in listed
    (backup,) = rds._db_cluster_snapshots
    refused = call("DeleteDBClusterSnapshot", DBClusterSnapshotIdentifier=backup)
    assert code(refused) == "InvalidDBClusterSnapshotStateFault"
