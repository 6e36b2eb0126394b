from typing import Any

import pytest
from ministack import app
from ministack.core import persistence

from extensions.scaling import application_autoscaling
from extensions.state import checkpoint

from ..conftest import wait_for


@pytest.fixture
def saved(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    names: list[str] = []
    monkeypatch.setattr(persistence, "save_state", lambda service, data: names.append(service))
    return names


def states(monkeypatch: pytest.MonkeyPatch, **getters: Any) -> None:
    monkeypatch.setattr(app, "_build_persistence_save_dict", lambda: getters)


def test_a_service_is_written_when_it_changed(
    monkeypatch: pytest.MonkeyPatch, saved: list[str]
) -> None:
    store = {"a": 1}
    states(monkeypatch, ecs=lambda: dict(store), s3=lambda: {"b": 2})
    monkeypatch.setattr(checkpoint, "_SHARE", 0)
    kept = checkpoint.Kept()
    assert checkpoint.save_changed(kept) == ["ecs", "s3"]
    assert checkpoint.save_changed(kept) == []
    store["a"] = 2
    assert checkpoint.save_changed(kept) == ["ecs"]
    assert saved == ["ecs", "s3", "ecs"]


def test_a_service_without_state_or_in_motion_is_left_alone(
    monkeypatch: pytest.MonkeyPatch, saved: list[str]
) -> None:
    def changing() -> None:
        raise RuntimeError("dictionary changed size during iteration")

    states(monkeypatch, none=lambda: None, changing=changing)
    assert checkpoint.save_changed(checkpoint.Kept()) == saved == []


def test_a_state_that_takes_long_is_looked_at_less_often(
    monkeypatch: pytest.MonkeyPatch, saved: list[str]
) -> None:
    now = [100.0]

    def slowly() -> dict[str, float]:
        now[0] += 2
        return {"at": now[0]}

    monkeypatch.setattr(checkpoint.time, "monotonic", lambda: now[0])
    states(monkeypatch, logs=slowly, ecs=lambda: {"at": now[0]})
    kept = checkpoint.Kept()
    assert checkpoint.save_changed(kept) == ["logs", "ecs"]
    now[0] += 5
    assert checkpoint.save_changed(kept) == ["ecs"]
    now[0] += 35
    assert checkpoint.save_changed(kept) == ["logs", "ecs"]
    assert saved == ["logs", "ecs", "ecs", "logs", "ecs"]


def test_of_a_blob_the_length_is_enough() -> None:
    assert checkpoint.fingerprint({"a": b"12"}) == checkpoint.fingerprint({"a": b"34"})
    assert checkpoint.fingerprint({"a": b"12"}) != checkpoint.fingerprint({"a": b"123"})


def test_the_states_of_scalable_targets_are_among_them() -> None:
    getters = app._build_persistence_save_dict()
    assert getters["application_autoscaling"] == application_autoscaling.get_state


def test_nothing_is_written_before_everything_was_read(monkeypatch: pytest.MonkeyPatch) -> None:
    begun: list[str] = []
    monkeypatch.setattr(checkpoint, "_keep_saving", lambda: begun.append("saving"))
    monkeypatch.setattr(app, "_state_map", {"ecs": "ecs"})
    monkeypatch.setattr(app, "load_state", lambda service: begun.append(service))
    assert begun == []
    app._load_persisted_state()
    wait_for(lambda: begun == ["ecs", "saving"])
