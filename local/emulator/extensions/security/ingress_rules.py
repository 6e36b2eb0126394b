"""The traffic that security groups' ingress rules allow, and the equivalent packet filter.

https://docs.aws.amazon.com/vpc/latest/userguide/security-group-rules.html: rules only allow, the
rules of all groups of an interface are combined, and a rule that names a group allows the addresses
of that group's members.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from ipaddress import IPv4Network
from typing import Any

Record = dict[str, Any]

ANYBODY = "0.0.0.0/0"
_PROTOCOLS = {"-1": "all", "1": "icmp", "6": "tcp", "17": "udp"}


@dataclass(frozen=True)
class Member:
    """An address in the network, and the security groups that it is in."""

    address: str
    groups: frozenset[str]


@dataclass(frozen=True, order=True)
class Opening:
    """Allowed traffic: a source, a protocol, and the TCP or UDP ports or the ICMP type and code."""

    source: str
    protocol: str = "all"
    low: int = -1
    high: int = -1


def openings(
    groups: Iterable[str],
    known: Mapping[str, Record],
    members: Iterable[Member],
    networks: Mapping[str, str],
) -> set[Opening]:
    """Return the traffic that may reach the members of `groups`.

    `known` maps ids to security groups, `networks` maps VPC ids to address ranges.
    """
    present = list(members)
    return {
        Opening(source, *_what(rule))
        for group in groups
        if group in known
        for rule in known[group]["IpPermissions"]
        for source in _sources(rule, networks.get(known[group]["VpcId"]), present)
    }


def _what(rule: Record) -> tuple[str, int, int]:
    protocol = _PROTOCOLS.get(str(rule["IpProtocol"]), str(rule["IpProtocol"]))
    if protocol == "all":
        return (protocol, -1, -1)
    return (protocol, int(rule.get("FromPort", -1)), int(rule.get("ToPort", -1)))


def _sources(rule: Record, network: str | None, members: list[Member]) -> set[str]:
    ranges = {_range(each["CidrIp"], network) for each in rule["IpRanges"]}
    groups = {each.get("GroupId") for each in rule["UserIdGroupPairs"]}
    return ranges | {each.address for each in members if each.groups & groups}


def _range(cidr: str, network: str | None) -> str:
    """Containers have no VPC addresses: a range that covers the VPC covers all containers."""
    try:
        if network and IPv4Network(network).subnet_of(IPv4Network(cidr)):
            return ANYBODY
    except ValueError:  # not an IPv4 range: used unchanged
        pass
    return cidr


def ruleset(ways_in: Iterable[Opening]) -> str:
    """Return a filter table for `iptables-restore` that drops all other traffic, as AWS does.

    Security groups are stateful, so replies to outgoing requests are allowed. Loopback traffic
    passes neither a network interface nor a security group on AWS.
    """
    return "\n".join(
        [
            "*filter",
            ":INPUT DROP [0:0]",
            ":FORWARD ACCEPT [0:0]",
            ":OUTPUT ACCEPT [0:0]",
            "-A INPUT -i lo -j ACCEPT",
            "-A INPUT -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT",
            *(f"-A INPUT -s {each.source}{_match(each)} -j ACCEPT" for each in sorted(ways_in)),
            "COMMIT",
            "",
        ]
    )


def _match(way: Opening) -> str:
    if way.protocol == "all":
        return ""
    match = f" -p {way.protocol}"
    if way.low < 0 or way.protocol not in ("tcp", "udp", "icmp"):
        return match
    if way.protocol == "icmp":
        code = f"/{way.high}" if way.high >= 0 else ""
        return f"{match} -m icmp --icmp-type {way.low}{code}"
    return f"{match} -m {way.protocol} --dport {way.low}:{way.high}"
