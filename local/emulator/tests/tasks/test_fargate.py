import json
from typing import Any

import pytest
from ministack.services import ecs

from ..front_door import ecs as call

CONTAINER = {"name": "app", "image": "app"}
DEFINITION: dict[str, Any] = {
    "family": "app",
    "networkMode": "awsvpc",
    "requiresCompatibilities": ["FARGATE"],
    "cpu": "256",
    "memory": "512",
    "containerDefinitions": [CONTAINER],
}
HOST_FILES = [{"name": "root", "host": {"sourcePath": "/"}}]
DOCKER_VOLUME = [{"name": "data", "dockerVolumeConfiguration": {"driver": "local"}}]
# What the platform sets.
MOUNT_OPTIONS = ["exec", "nosuid", "nodev", "mode=1777"]
PLACEMENT = [{"type": "memberOf", "expression": "attribute:ecs.os-type == linux"}]


def linux(**settings: Any) -> dict[str, Any]:
    return {"linuxParameters": settings}


def register(task: dict[str, Any], container: dict[str, Any]) -> tuple[int, dict[str, Any]]:
    containers = [{**CONTAINER, **container}]
    answer = call(
        "RegisterTaskDefinition", {**DEFINITION, **task, "containerDefinitions": containers}
    )
    return answer.status, json.loads(answer.text)


@pytest.mark.parametrize(
    ("task", "container", "says"),
    [
        ({"networkMode": "host"}, {}, "network mode"),
        ({"networkMode": "bridge"}, {}, "network mode"),
        ({"pidMode": "host"}, {}, "pidMode"),
        ({"ipcMode": "host"}, {}, "ipcMode"),
        ({"placementConstraints": PLACEMENT}, {}, "placementConstraints"),
        ({"volumes": HOST_FILES}, {}, "sourcePath"),
        ({"volumes": DOCKER_VOLUME}, {}, "dockerVolumeConfiguration"),
        ({"memory": "513"}, {}, "No Fargate configuration exists"),
        ({"cpu": "128"}, {}, "No Fargate configuration exists"),
        ({"cpu": ""}, {}, "requires that 'cpu'"),
        ({}, {"privileged": True}, "privileged"),
        ({}, {"dockerSecurityOptions": ["apparmor:unconfined"]}, "dockerSecurityOptions"),
        ({}, {"extraHosts": [{"hostname": "a", "ipAddress": "1.1.1.1"}]}, "extraHosts"),
        ({}, {"links": ["db"]}, "links"),
        ({}, {"hostname": "web"}, "hostname"),
        ({}, {"dnsServers": ["1.1.1.1"]}, "dnsServers"),
        ({}, {"disableNetworking": True}, "disableNetworking"),
        ({}, {"resourceRequirements": [{"type": "GPU", "value": "1"}]}, "GPU"),
        ({}, {"logConfiguration": {"logDriver": "syslog"}}, "log drivers"),
        ({}, linux(capabilities={"add": ["SYS_ADMIN"]}), "SYS_PTRACE"),
        ({}, linux(capabilities={"add": ["SYS_PTRACE", "ALL"]}), "SYS_PTRACE"),
        ({}, linux(devices=[{"hostPath": "/dev/mem"}]), "devices"),
        ({}, linux(sharedMemorySize=64), "sharedMemorySize"),
        ({}, linux(swappiness=0), "swappiness"),
        ({}, linux(maxSwap=64), "maxSwap"),
        ({}, linux(tmpfs=[{"containerPath": "tmp", "size": 64}]), "must be absolute, not 'tmp'"),
        ({}, linux(tmpfs=[{"containerPath": "/tmp", "size": 0}]), "at least 1 MiB"),
        (
            {},
            linux(tmpfs=[{"containerPath": "/tmp", "size": 1, "mountOptions": ["size=1g"]}]),
            "invalid mount option: size=1g",
        ),
    ],
    ids=str,
)
def test_what_fargate_does_not_support_is_refused(
    task: dict[str, Any], container: dict[str, Any], says: str
) -> None:
    status, answer = register(task, container)
    assert (status, answer["__type"]) == (400, "ClientException")
    assert says in answer["message"]
    assert not list(ecs._task_defs.values())


def test_all_of_it_is_refused_together_and_for_ec2_as_well() -> None:
    task = {"requiresCompatibilities": ["EC2"], "pidMode": "host", "volumes": HOST_FILES}
    _, answer = register(task, {"privileged": True})
    for word in ("pidMode", "sourcePath", "privileged"):
        assert word in answer["message"]


@pytest.mark.parametrize(
    ("task", "container"),
    [
        ({}, {}),
        ({"pidMode": "task"}, {"privileged": False, "user": "1000"}),
        ({"cpu": ".25 vCPU", "memory": "1 GB"}, {}),
        ({"cpu": "16384", "memory": "122880"}, {}),
        ({"volumes": [{"name": "scratch"}, {"name": "empty", "host": {}}]}, {}),
        ({}, linux(capabilities={"add": ["SYS_PTRACE"], "drop": ["ALL"]}, initProcessEnabled=True)),
        ({}, linux(tmpfs=[{"containerPath": "/tmp", "size": 64}])),
        (
            {"requiresCompatibilities": ["FARGATE"]},
            linux(
                tmpfs=[
                    {"containerPath": "/tmp", "size": 64, "mountOptions": MOUNT_OPTIONS},
                    {"containerPath": "/run", "size": 8},
                ]
            ),
        ),
        ({}, {"logConfiguration": {"logDriver": "awsfirelens"}}),
    ],
    ids=str,
)
def test_what_fargate_supports_is_registered(
    task: dict[str, Any], container: dict[str, Any]
) -> None:
    status, answer = register(task, container)
    assert (status, answer.get("message")) == (200, None)


@pytest.mark.parametrize("launch_type", ["EC2", "EXTERNAL"])
@pytest.mark.parametrize("operation", ["RunTask", "CreateService"])
def test_there_are_no_machines_besides_fargate(operation: str, launch_type: str) -> None:
    register({}, {})
    request = {"taskDefinition": "app", "launchType": launch_type}
    name = {"serviceName": "web"} if operation == "CreateService" else {}
    answer = call(operation, {**request, **name})
    assert (answer.status, "No Container Instances" in answer.text) == (400, True)
