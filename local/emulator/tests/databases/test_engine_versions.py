import re

from ministack.services import rds

from extensions.databases import engine_versions


def listed(**request: str) -> list[str]:
    _, _, body = rds._describe_engine_versions({"Engine": ["aurora-postgresql"], **request})
    return re.findall(r"<EngineVersion>(.*?)</EngineVersion>", body.decode())


def test_each_later_major_version_has_a_limitless_one_that_is_the_newest() -> None:
    versions = [("15.17", "f15"), ("17.7", "f17"), ("17.10", "f17"), ("16.4-limitless", "f16")]
    added = engine_versions.with_limitless(versions)[len(versions) :]
    assert added == [
        ("17.11-limitless", "aurora-postgresql17"),
        ("16.5-limitless", "aurora-postgresql16"),
    ]


def test_limitless_versions_are_listed_among_the_others() -> None:
    assert any(version.endswith("-limitless") for version in listed(EngineVersion="17"))


def test_the_default_of_a_major_version_is_no_limitless_one() -> None:
    assert listed(EngineVersion="17", DefaultOnly="true") == ["17.7"]


def test_fails_on_an_ordinary_cluster_of_a_limitless_version() -> None:
    (limitless,) = (each for each in listed(EngineVersion="17") if each.endswith("-limitless"))
    request = {"DBClusterIdentifier": "c", "Engine": "aurora-postgresql"}
    status, _, body = rds._create_db_cluster({**request, "EngineVersion": limitless})
    assert status == 400
    assert b"ClusterScalabilityType" in body
