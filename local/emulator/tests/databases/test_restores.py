import pytest
from ministack.services import rds

from .clusters import FakeVolumes, call, cluster, code

pytestmark = pytest.mark.usefixtures("engine")

ENGINE = "aurora-postgresql"


def snapshot() -> None:
    call("CreateDBClusterSnapshot", DBClusterIdentifier="c", DBClusterSnapshotIdentifier="one")


def restore(name: str = "new", **request: str) -> tuple[int, str]:
    given = {"SnapshotIdentifier": "one", "Engine": ENGINE, **request}
    return call("RestoreDBClusterFromSnapshot", DBClusterIdentifier=name, **given)


def test_a_cluster_is_restored_with_the_data_and_the_password_of_its_snapshot(
    engine: FakeVolumes,
) -> None:
    source = cluster()
    snapshot()
    source["_MasterUserPassword"] = "changed-since"
    status, answer = restore()
    assert status == 200
    assert "<RestoreDBClusterFromSnapshotResult>" in answer
    made = rds._clusters["new"]
    taken = rds._db_cluster_snapshots["one"]
    assert engine.of[made["_shared_volume_name"]] == taken["_volume"]
    assert made["_MasterUserPassword"] == taken["_MasterUserPassword"] != "changed-since"
    assert (made["MasterUsername"], made["DatabaseName"]) == ("platform", "platform")
    # AWS manages no password of a restored cluster before it is told to.
    assert made["MasterUserSecret"] is None


def test_fails_on_an_unknown_snapshot_another_engine_and_a_name_that_is_taken(
    engine: FakeVolumes,
) -> None:
    cluster()
    snapshot()
    assert code(restore(SnapshotIdentifier="none")) == "DBClusterSnapshotNotFoundFault"
    assert code(restore(Engine="aurora-mysql")) == "InvalidParameterCombination"
    before = dict(engine.of)
    assert code(restore("c")) == "DBClusterAlreadyExistsFault"
    assert engine.of == before


def test_the_present_data_of_a_cluster_is_restored(engine: FakeVolumes) -> None:
    cluster()
    point = {"SourceDBClusterIdentifier": "c", "DBClusterIdentifier": "new"}
    assert code(call("RestoreDBClusterToPointInTime", **point)) == "InvalidParameterCombination"
    earlier = {**point, "RestoreToTime": "2026-11-29T10:00:00Z"}
    assert code(call("RestoreDBClusterToPointInTime", **earlier)) == "InvalidRestoreFault"
    latest = {**point, "UseLatestRestorableTime": "true"}
    assert call("RestoreDBClusterToPointInTime", **latest)[0] == 200
    assert engine.of[rds._clusters["new"]["_shared_volume_name"]] == "c-data"


def test_a_deleted_cluster_is_restored_from_the_backup_that_it_left(engine: FakeVolumes) -> None:
    resource = cluster()["DbClusterResourceId"]
    gone = {"DBClusterIdentifier": "c", "SkipFinalSnapshot": "true"}
    call("DeleteDBCluster", **gone, DeleteAutomatedBackups="false")
    request = {"SourceDbClusterResourceId": resource, "UseLatestRestorableTime": "true"}
    assert call("RestoreDBClusterToPointInTime", DBClusterIdentifier="c", **request)[0] == 200
    (backup,) = rds._db_cluster_snapshots.values()
    assert engine.of[rds._clusters["c"]["_shared_volume_name"]] == backup["_volume"]
