from collections.abc import Iterator

import pytest
from ministack.services import rds

NAME = {"DBClusterIdentifier": ["main"]}


@pytest.fixture(autouse=True)
def _without_engine(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(rds, "_get_docker", lambda: None)
    yield
    rds._clusters.clear()


def create(**parameters: list[str]) -> str:
    request = {
        **NAME,
        "Engine": ["aurora-postgresql"],
        "MasterUsername": ["app"],
        "MasterUserPassword": ["long-enough"],
        **parameters,
    }
    status, _, body = rds._create_db_cluster(request)
    assert status == 200
    return body.decode()


def described() -> str:
    return rds._describe_db_clusters(NAME)[2].decode()


def test_the_exports_of_a_new_cluster_are_described() -> None:
    create(**{"EnableCloudwatchLogsExports.member.1": ["postgresql"]})
    assert "Exports><member>postgresql</member></EnabledCloudwatchLogsExports>" in described()


def test_exports_are_switched_on_and_off() -> None:
    create()
    prefix = "CloudwatchLogsExportConfiguration"
    rds._modify_db_cluster({**NAME, f"{prefix}.EnableLogTypes.member.1": ["postgresql"]})
    assert "<member>postgresql</member>" in described()
    rds._modify_db_cluster({**NAME, f"{prefix}.DisableLogTypes.member.1": ["postgresql"]})
    assert "<member>postgresql</member>" not in described()
