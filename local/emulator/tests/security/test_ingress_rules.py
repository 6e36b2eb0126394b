from ipaddress import IPv4Address, IPv4Network
from typing import Any

import pytest

from extensions.security.ingress_rules import ANYBODY, Member, Opening, openings, ruleset

NETWORKS = {"vpc-1": "10.0.0.0/16"}
MEMBERS = [
    Member("172.18.0.2", frozenset({"balancer"})),
    Member("172.18.0.3", frozenset({"web"})),
    Member("172.18.0.4", frozenset({"web", "admin"})),
    Member("172.18.0.5", frozenset({"orders"})),
]


def rule(protocol: str = "tcp", ports: tuple[int, int] | None = (80, 80), **source: str) -> Any:
    cidr, group = source.get("cidr"), source.get("group")
    limits = {"FromPort": ports[0], "ToPort": ports[1]} if ports else {}
    return {
        "IpProtocol": protocol,
        **limits,
        "IpRanges": [{"CidrIp": cidr}] if cidr else [],
        "UserIdGroupPairs": [{"GroupId": group}] if group else [],
    }


def group(*rules: Any) -> dict[str, Any]:
    return {"VpcId": "vpc-1", "IpPermissions": list(rules)}


def admitted(ways: set[Opening], protocol: str, port: int) -> set[str]:
    """The last parts of the addresses that come in to a port, of a few that may try."""
    return {
        str(last)
        for last in range(2, 7)
        for way in ways
        if IPv4Address(f"172.18.0.{last}") in IPv4Network(way.source)
        and way.protocol in (protocol, "all")
        and (way.low == -1 or way.low <= port <= way.high)
    }


@pytest.mark.parametrize(
    ("rules", "protocol", "port", "expected"),
    [
        ([], "tcp", 80, ""),
        ([rule(group="web")], "tcp", 80, "34"),
        ([rule(group="web")], "tcp", 81, ""),
        ([rule(group="web")], "udp", 80, ""),
        ([rule(group="web", ports=(79, 81))], "tcp", 81, "34"),
        ([rule(group="orders")], "tcp", 80, "5"),
        ([rule(group="nobody")], "tcp", 80, ""),
        ([rule(group="balancer"), rule(group="admin", ports=(90, 90))], "tcp", 80, "2"),
        ([rule(group="balancer"), rule(group="admin", ports=(90, 90))], "tcp", 90, "4"),
        ([rule("-1", None, group="admin")], "udp", 9, "4"),
        ([rule("6", group="admin")], "tcp", 80, "4"),
        ([rule(cidr=ANYBODY)], "tcp", 80, "23456"),
        ([rule(cidr="10.0.0.0/16")], "tcp", 80, "23456"),
        ([rule(cidr="10.0.0.0/8")], "tcp", 80, "23456"),
        ([rule(cidr="10.0.128.0/20")], "tcp", 80, ""),
        ([rule(cidr="172.18.0.6/32")], "tcp", 80, "6"),
    ],
)
def test_only_what_a_rule_allows_comes_in(
    rules: list[Any], protocol: str, port: int, expected: str
) -> None:
    ways = openings({"target"}, {"target": group(*rules)}, MEMBERS, NETWORKS)
    assert admitted(ways, protocol, port) == set(expected)


def test_the_rules_of_all_groups_of_an_address_are_taken_together() -> None:
    known = {"a": group(rule(group="web")), "b": group(rule(group="orders")), "c": group()}
    assert admitted(openings({"a", "b", "gone"}, known, MEMBERS, NETWORKS), "tcp", 80) == set("345")
    assert openings({"c"}, known, MEMBERS, NETWORKS) == set()


def test_a_filter_drops_the_rest_and_lets_answers_and_loopback_in() -> None:
    ways = {
        Opening("172.18.0.3", "tcp", 80, 81),
        Opening(ANYBODY, "icmp", 8, 0),
        Opening("172.18.0.4"),
    }
    assert ruleset(ways).splitlines() == [
        "*filter",
        ":INPUT DROP [0:0]",
        ":FORWARD ACCEPT [0:0]",
        ":OUTPUT ACCEPT [0:0]",
        "-A INPUT -i lo -j ACCEPT",
        "-A INPUT -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT",
        "-A INPUT -s 0.0.0.0/0 -p icmp -m icmp --icmp-type 8/0 -j ACCEPT",
        "-A INPUT -s 172.18.0.3 -p tcp -m tcp --dport 80:81 -j ACCEPT",
        "-A INPUT -s 172.18.0.4 -j ACCEPT",
        "COMMIT",
    ]
