from collections.abc import Iterator
from pathlib import Path

import pytest
from ministack.core import persistence
from ministack.services import ecr

from extensions.state import layer_files

LAYER = "sha256:" + "a" * 64
OTHER = "sha256:" + "b" * 64


@pytest.fixture(autouse=True)
def _registry(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    monkeypatch.setattr(persistence, "STATE_DIR", str(tmp_path))
    for name in ("get_state", "load_persisted_state"):
        monkeypatch.setattr(ecr, name, getattr(ecr, name))
    layer_files.install()
    ecr._layer_blobs["app"] = {LAYER: b"layer", OTHER: b"other"}
    yield
    ecr._layer_blobs.clear()


def restarted() -> dict[str, bytes]:
    persistence.save_state("ecr", ecr.get_state())
    ecr._layer_blobs.clear()
    ecr.load_persisted_state(persistence.load_state("ecr"))
    return dict(ecr._layer_blobs["app"])


def test_layers_are_there_after_a_restart(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(persistence, "PERSIST_STATE", True)
    assert restarted() == {LAYER: b"layer", OTHER: b"other"}


def test_the_state_holds_none_of_them() -> None:
    assert "layer" not in str(ecr.get_state()["layer_blobs"]._data.values())
    assert ecr._layer_blobs["app"] == {LAYER: b"layer", OTHER: b"other"}


def test_a_layer_is_written_once() -> None:
    ecr.get_state()
    files = {file: file.stat().st_mtime_ns for file in layer_files.folder().iterdir()}
    ecr.get_state()
    assert {file: file.stat().st_mtime_ns for file in layer_files.folder().iterdir()} == files


def test_a_layer_that_no_repository_has_any_more_goes() -> None:
    ecr.get_state()
    del ecr._layer_blobs["app"][OTHER]
    ecr.get_state()
    assert [file.read_bytes() for file in layer_files.folder().iterdir()] == [b"layer"]


def test_a_layer_whose_file_is_lost_was_never_pushed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(persistence, "PERSIST_STATE", True)
    state = ecr.get_state()
    persistence.save_state("ecr", state)
    next(layer_files.folder().glob("*bbb")).unlink()
    ecr._layer_blobs.clear()
    ecr.load_persisted_state(persistence.load_state("ecr"))
    assert dict(ecr._layer_blobs["app"]) == {LAYER: b"layer"}
