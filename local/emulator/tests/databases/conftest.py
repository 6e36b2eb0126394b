"""The container engine of the tests about clusters."""

from collections.abc import Iterator

import pytest
from ministack.services import rds

from extensions.databases import identities

from .clusters import FakeVolumes


@pytest.fixture
def engine(monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeVolumes]:
    fake = FakeVolumes()
    monkeypatch.setattr(rds, "_get_docker", lambda: fake)
    # A renamed cluster's server is started by the engine, which is not here.
    monkeypatch.setattr(rds, "_force_remove_cluster_compute_preserving_volume", lambda *_: True)
    monkeypatch.setattr(identities, "_start", lambda cluster, name: None)
    yield fake
    for store in (rds._clusters, rds._instances, rds._db_cluster_snapshots, rds._tags):
        store.clear()
