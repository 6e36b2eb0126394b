from typing import Any

import pytest

from extensions.tasks.container_settings import STOP_TIMEOUT_LABEL, settings

from ..conftest import FakeEngine, run_service, wait_for

TASK = {"cpu": "256", "memory": "512"}


@pytest.mark.parametrize(
    ("container", "name", "value"),
    [
        ({}, "mem_limit", 512 * 1024 * 1024),
        ({"memory": 128}, "memswap_limit", 128 * 1024 * 1024),
        ({}, "cpu_shares", 256),
        ({"cpu": 64}, "cpu_shares", 64),
        ({}, "nano_cpus", 250_000_000),
        ({"cpu": 64}, "nano_cpus", 250_000_000),
        ({}, "healthcheck", {"test": ["NONE"]}),
        ({"entryPoint": ["/init"]}, "entrypoint", ["/init"]),
        ({"workingDirectory": "/srv"}, "working_dir", "/srv"),
        ({"user": "1000"}, "user", "1000"),
        ({"readonlyRootFilesystem": True}, "read_only", True),
        ({"linuxParameters": {"initProcessEnabled": True}}, "init", True),
        ({"linuxParameters": {"capabilities": {"drop": ["ALL"]}}}, "cap_drop", ["ALL"]),
    ],
)
def test_a_setting_reaches_docker(container: dict[str, Any], name: str, value: Any) -> None:
    assert settings(container, TASK)[name] == value


def test_a_task_as_large_as_the_engine_has_no_ceiling_which_docker_would_refuse() -> None:
    assert "nano_cpus" not in settings({}, {"cpu": "4096"})


def test_an_engine_that_cannot_limit_cpu_is_asked_for_shares_alone(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(FakeEngine, "info", lambda _: {"NCPU": 2, "CpuCfsQuota": False})
    assert "nano_cpus" not in settings({}, TASK)


def test_what_is_not_set_is_left_to_the_image() -> None:
    assert settings({}, {}) == {"healthcheck": {"test": ["NONE"]}}


def test_a_volume_without_host_path_is_scratch_space() -> None:
    task = {"volumes": [{"name": "tmp"}, {"name": "host", "host": {"sourcePath": "/srv"}}]}
    mounts = [
        {"sourceVolume": "tmp", "containerPath": "/tmp"},
        {"sourceVolume": "host", "containerPath": "/srv"},
    ]
    assert settings({"mountPoints": mounts}, task)["tmpfs"] == {"/tmp": "exec"}


def test_a_folder_in_memory_has_its_size_and_mount_options() -> None:
    folders = [
        {"containerPath": "/tmp", "size": 64, "mountOptions": ["exec", "mode=1777"]},
        {"containerPath": "/run", "size": 8},
    ]
    task = {"volumes": [{"name": "data"}]}
    mounts = [{"sourceVolume": "data", "containerPath": "/data"}]
    container = {"mountPoints": mounts, "linuxParameters": {"tmpfs": folders}}
    assert settings(container, task)["tmpfs"] == {
        "/data": "exec",
        "/tmp": "exec,mode=1777,size=64m",
        "/run": "size=8m",
    }


def test_a_started_container_has_its_stop_timeout(engine: FakeEngine) -> None:
    run_service({"stopTimeout": 7})
    wait_for(lambda: engine.started)
    (container,) = engine.all.values()
    assert container.labels[STOP_TIMEOUT_LABEL] == "7"
