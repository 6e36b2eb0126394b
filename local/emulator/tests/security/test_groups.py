import asyncio
import json
from collections.abc import Iterator
from typing import Any

import pytest
from ministack import app
from ministack.services import alb, ec2, ecs, rds

from extensions.security import groups as security_groups
from extensions.security import network_guard, packet_filter

from ..conftest import FakeEngine, run_service, tasks, wait_for

TASK = "com.amazonaws.ecs.task-arn"


@pytest.fixture(autouse=True)
def filters(monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, str]]:
    """Return the filter of each address as it was applied last."""
    applied: dict[str, str] = {}

    def apply(pid: int, address: str, rules: str) -> bool:
        if pid == 0:
            return False
        applied[address] = rules
        return True

    monkeypatch.setattr(packet_filter, "apply", apply)
    monkeypatch.setattr(packet_filter, "program", lambda: "iptables-restore")
    monkeypatch.setattr(network_guard, "_keep_following", lambda client: None)
    monkeypatch.setenv("HOSTNAME", "localhost")
    monkeypatch.setitem(ec2._vpcs, "vpc-1", {"CidrBlock": "10.0.0.0/16"})
    for name in ("web", "orders", "database", "balancer"):
        record = {"GroupId": name, "GroupName": name, "VpcId": "vpc-1", "IpPermissions": []}
        monkeypatch.setitem(ec2._security_groups, name, record)
    yield applied
    for container_id in list(network_guard._residents):
        network_guard._left(container_id)


class Client:
    """As much of a Docker client as tells what a container is."""

    def __init__(self, address: str, labels: dict[str, str], pid: int = 1) -> None:
        self.api = self
        self.address, self.labels, self.pid = address, labels, pid

    def inspect_container(self, container_id: str) -> dict[str, Any]:
        return {
            "Id": container_id,
            "Config": {"Labels": {"ministack": "ecs", **self.labels}},
            "State": {"Running": True, "Pid": self.pid},
            "NetworkSettings": {"Networks": {"n": {"IPAddress": self.address}}},
        }


def start_task(name: str, address: str, *groups: str, pid: int = 1) -> None:
    ecs._tasks[name] = {
        "taskArn": name,
        "clusterArn": "none",
        "lastStatus": "STOPPED",
        "_security_groups": list(groups),
    }
    network_guard.arrived(Client(address, {TASK: name}, pid), name)


def allow(group: str, source: str, port: int) -> None:
    ec2._authorize_sg_ingress(
        {
            "GroupId": [group],
            "IpPermissions.1.IpProtocol": ["tcp"],
            "IpPermissions.1.FromPort": [str(port)],
            "IpPermissions.1.ToPort": [str(port)],
            "IpPermissions.1.Groups.1.GroupId": [source],
        }
    )


def sources(rules: str) -> set[tuple[str, int]]:
    """Return who comes in on which port; port 0 is every one."""
    words = [line.split() for line in rules.splitlines() if " -s " in line]
    return {(line[3], int(line[9].split(":")[0]) if "--dport" in line else 0) for line in words}


def test_who_calls_is_let_in_when_it_starts_and_no_more_when_it_ended(
    filters: dict[str, str],
) -> None:
    allow("orders", "web", 9000)
    start_task("orders-1", "172.18.0.3", "orders")
    assert sources(filters["172.18.0.3"]) == set()
    start_task("web-1", "172.18.0.4", "web")
    assert sources(filters["172.18.0.3"]) == {("172.18.0.4", 9000)}
    assert sources(filters["172.18.0.4"]) == set()
    network_guard._left("web-1")
    wait_for(lambda: not sources(filters["172.18.0.3"]))


def test_an_address_that_is_given_away_again_is_its_new_container(
    filters: dict[str, str],
) -> None:
    allow("orders", "web", 9000)
    start_task("orders-1", "172.18.0.3", "orders")
    start_task("web-1", "172.18.0.4", "web")
    start_task("other-1", "172.18.0.4", "database")
    assert sources(filters["172.18.0.3"]) == set()
    network_guard._left("web-1")
    assert "other-1" in network_guard._residents


def test_a_container_that_has_gone_already_is_in_no_group(filters: dict[str, str]) -> None:
    allow("orders", "web", 9000)
    start_task("orders-1", "172.18.0.3", "orders")
    start_task("web-1", "172.18.0.4", "web", pid=0)
    wait_for(lambda: "web-1" not in network_guard._residents)
    network_guard.enforce()
    assert sources(filters["172.18.0.3"]) == set()


def test_a_rule_holds_as_soon_as_it_is_made_and_until_it_is_revoked(
    filters: dict[str, str],
) -> None:
    start_task("orders-1", "172.18.0.3", "orders")
    start_task("web-1", "172.18.0.4", "web")
    allow("orders", "web", 9000)
    wait_for(lambda: sources(filters["172.18.0.3"]) == {("172.18.0.4", 9000)})
    ids = [ec2._sg_rule_id("orders", False, ec2._security_groups["orders"]["IpPermissions"][0])]
    ec2._revoke_sg_ingress({"GroupId": ["orders"], "SecurityGroupRuleId.1": ids})
    wait_for(lambda: not sources(filters["172.18.0.3"]))


def test_the_load_balancers_are_the_emulator_itself(
    filters: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    allow("web", "balancer", 80)
    monkeypatch.setitem(alb._lbs, "arn", {"SecurityGroups": ["balancer"]})
    start_task("web-1", "172.18.0.4", "web")
    assert sources(filters["172.18.0.4"]) == {("127.0.0.1", 80)}


def test_a_database_lets_in_its_clients_and_its_keeper(
    filters: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    allow("database", "orders", 5432)
    groups = [{"VpcSecurityGroupId": "database"}]
    cluster = {"Engine": "aurora-postgresql", "VpcSecurityGroups": groups}
    monkeypatch.setitem(rds._clusters, "main", cluster)
    labels = {"ministack": "rds", "cluster_id": "main"}
    network_guard.arrived(Client("172.18.0.9", labels), "database-1")
    start_task("orders-1", "172.18.0.3", "orders")
    start_task("web-1", "172.18.0.4", "web")
    assert sources(filters["172.18.0.9"]) == {("172.18.0.3", 5432), ("127.0.0.1", 5432)}


def test_who_is_behind_no_security_group_is_left_alone(filters: dict[str, str]) -> None:
    network_guard.arrived(Client("172.18.0.8", {"ministack": "lambda"}), "function-1")
    assert filters == {}


def test_a_task_is_in_the_groups_that_it_was_started_with(engine: FakeEngine) -> None:
    del engine
    network = {"awsvpcConfiguration": {"subnets": ["subnet-1"], "securityGroups": ["web"]}}
    service = run_service(networkConfiguration=network)
    network["awsvpcConfiguration"]["securityGroups"] = ["orders"]
    service["networkConfiguration"] = network
    wait_for(tasks)
    assert [each["_security_groups"] for each in tasks()] == [["web"]]


def test_it_says_whether_it_holds(monkeypatch: pytest.MonkeyPatch) -> None:
    def asked() -> Any:
        request = app._handle_pre_body_request("GET", security_groups.STATUS_PATH, {}, {}, "1")
        return json.loads(asyncio.run(request)[2])

    assert asked() == {"enforced": True}
    monkeypatch.setattr(packet_filter, "program", lambda: None)
    assert asked() == {"enforced": False}
