from typing import Any

import pytest
from docker.models.containers import ContainerCollection
from ministack.services import rds

from extensions.state import ownership


class Recorder:
    """Records the volumes that are made."""

    def __init__(self) -> None:
        self.made: list[dict[str, Any]] = []
        self.volumes = self

    def create(self, **arguments: Any) -> None:
        self.made.append(arguments)


@pytest.fixture
def client(monkeypatch: pytest.MonkeyPatch) -> Recorder:
    monkeypatch.setenv("EMULATOR_LABELS", '{"fargate-platform": "made"}')
    return Recorder()


def create(client: Recorder, **arguments: Any) -> dict[str, Any]:
    passed: dict[str, Any] = {}

    def original(_collection: object, image: str, **given: Any) -> None:
        passed.update(given, image=image)

    wrapped = ownership._owned(original)
    wrapped(ContainerCollection(client=client), "postgres", **arguments)
    return passed


def test_a_container_is_labelled_and_keeps_its_own_labels(client: Recorder) -> None:
    passed = create(client, labels={"ministack": "rds"})
    assert passed["labels"] == {"ministack": "rds", "fargate-platform": "made"}


def test_no_port_is_published(client: Recorder) -> None:
    assert "ports" not in create(client, ports={"5432/tcp": 15432})


def test_a_named_volume_is_made_with_labels_first(client: Recorder) -> None:
    create(client, volumes={"data": {"bind": "/data"}, "/srv/x": {"bind": "/x"}})
    assert client.made == [{"name": "data", "labels": {"fargate-platform": "made"}}]


def test_databases_of_two_emulators_have_different_names(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GATEWAY_PORT", "4566")
    one = rds._rds_cluster_docker_name("main")
    monkeypatch.setenv("GATEWAY_PORT", "4577")
    assert one != rds._rds_cluster_docker_name("main")
