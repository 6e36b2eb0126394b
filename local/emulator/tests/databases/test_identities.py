import pytest
from ministack.services import rds

from .clusters import call, cluster, code

pytestmark = pytest.mark.usefixtures("engine")


def rename(old: str, new: str) -> tuple[int, str]:
    return call("ModifyDBCluster", DBClusterIdentifier=old, NewDBClusterIdentifier=new)


def test_a_cluster_that_takes_over_a_name_takes_over_its_endpoint() -> None:
    endpoint = cluster("main")["Endpoint"]
    restored = cluster("restored")
    assert rename("main", "old")[0] == 200
    assert rename("restored", "main")[0] == 200
    assert rds._clusters["main"] is restored
    assert restored["Endpoint"] == endpoint
    assert restored["_shared_volume_name"] == "restored-data"
    assert restored["DBClusterArn"].endswith(":cluster:main")


def test_fails_on_a_name_that_another_cluster_or_instance_has() -> None:
    cluster("main")
    cluster("other")
    assert code(rename("main", "other")) == "DBClusterAlreadyExistsFault"
    assert rds._clusters["main"]["DBClusterIdentifier"] == "main"


def test_a_renamed_cluster_keeps_its_tags_and_its_instances(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    made = cluster("main", Tags__Tag__1__Key="Project", Tags__Tag__1__Value="p")
    made.pop("_shared_container_id")
    # Its server would need an engine.
    monkeypatch.setattr(rds, "_get_docker", lambda: None)
    instance = {"DBInstanceIdentifier": "writer", "DBClusterIdentifier": "main"}
    assert call("CreateDBInstance", **instance, Engine="aurora-postgresql")[0] == 200
    rename("main", "old")
    call("ModifyDBInstance", DBInstanceIdentifier="writer", NewDBInstanceIdentifier="old-writer")
    assert rds._instances["old-writer"]["DBClusterIdentifier"] == "old"
    assert rds._instances["old-writer"]["DBInstanceArn"].endswith(":db:old-writer")
    assert made["DBClusterMembers"][0]["DBInstanceIdentifier"] == "old-writer"
    assert rds._tags[made["DBClusterArn"]] == [{"Key": "Project", "Value": "p"}]


def test_a_new_cluster_never_gets_the_data_of_a_renamed_one() -> None:
    own = rds._rds_cluster_docker_volume_name("main")
    cluster("main")["_shared_volume_name"] = own
    rename("main", "old")
    status, _ = call("CreateDBCluster", DBClusterIdentifier="main", Engine="aurora-postgresql")
    assert status == 200
    assert rds._clusters["main"]["_shared_volume_name"] not in (own, None)
