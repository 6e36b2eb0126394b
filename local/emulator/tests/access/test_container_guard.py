from typing import Any

import pytest
from docker.models.containers import ContainerCollection

from extensions.access.container_guard import HostAccessError, problems


@pytest.mark.parametrize(
    "settings",
    [
        {"privileged": True},
        {"pid_mode": "host"},
        {"network_mode": "host"},
        {"network_mode": "container:1"},
        {"network": "host"},
        {"network": "container:1"},
        {"ipc_mode": "host"},
        {"userns_mode": "host"},
        {"cap_add": ["SYS_ADMIN"]},
        {"cap_add": ["SYS_PTRACE", "NET_ADMIN"]},
        {"devices": ["/dev/mem"]},
        {"security_opt": ["apparmor=unconfined"]},
        {"volumes": ["/:/host:rw"]},
        {"volumes": ["../:/host"]},
        {"volumes": {"/var/run/docker.sock": {"bind": "/s", "mode": "rw"}}},
        {"volumes": ["local-aws:/aws"], "labels": {"com.amazonaws.ecs.task-arn": "arn"}},
        {"mounts": [{"Type": "bind", "Source": "/", "Target": "/host"}]},
    ],
    ids=str,
)
def test_no_container_gets_a_part_of_the_machine(settings: dict[str, Any]) -> None:
    # There is no engine: what is not refused is another error.
    with pytest.raises(HostAccessError):
        ContainerCollection(None).create("image", **settings)


def test_a_task_and_a_database_get_what_they_need() -> None:
    data = {"data": {"bind": "/var/lib/postgresql/data", "mode": "rw"}}
    task = {"privileged": False, "cap_add": ["SYS_PTRACE"], "network": "own", "tmpfs": {"/x": ""}}
    task["labels"] = {"com.amazonaws.ecs.task-arn": "arn"}
    assert problems({"volumes": data}) == problems(task) == []
    assert problems({"network_mode": "none"}) == []
