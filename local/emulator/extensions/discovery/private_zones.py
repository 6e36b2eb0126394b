"""Route 53's answers for the names in Cloud Map's namespaces.

Cloud Map adds a record for each instance to the private hosted zone of its namespace, and removes
it when the instance is deregistered. "Changes generally propagate to all Route 53 name servers
within 60 seconds", says Route 53's developer guide ("Deleting records"): here a deregistered
address is always returned for that long. A new one is returned at once, because ECS waits for its
record before it reports the task as RUNNING. A name without a record does not exist, and an answer
has at most eight records ("MULTIVALUE", Cloud Map's API reference, DnsConfig).
"""

import random
import time
from dataclasses import dataclass
from typing import Any

from ministack.services import servicediscovery

Record = dict[str, Any]
Scope = tuple[str, str, str]
"""Account, region and the Cloud Map service's id."""

PROPAGATION_SECONDS = 60.0
_MOST_RECORDS = 8

# Route 53's SOA record has a TTL of 900 s and a minimum of 86,400, and the VPC's resolver caches no
# answer for more than 300 s (aws/aws-app-mesh-roadmap#221). A namespace may set another TTL.
NEGATIVE_TTL_SECONDS = 300

_withdrawn: dict[Scope, dict[str, float]] = {}
"""The addresses that were deregistered lately, each with the time from which none answers it."""


@dataclass(frozen=True)
class Known:
    """Route 53's data for a name in a private zone.

    `ttl` is how many seconds a resolver may cache it, even if the name does not exist.
    """

    exists: bool
    addresses: tuple[str, ...] = ()
    ttl: int = NEGATIVE_TTL_SECONDS


def withdraw(scope: Scope, addresses: set[str]) -> None:
    """Record the addresses of a service that were just deregistered."""
    gone = time.monotonic() + PROPAGATION_SECONDS
    _withdrawn[scope] = _still_answered(scope) | dict.fromkeys(addresses, gone)


def addresses_of(instances: dict[str, Record]) -> set[str]:
    """The IPv4 addresses of Cloud Map instances."""
    return {
        each["Attributes"]["AWS_INSTANCE_IPV4"]
        for each in instances.values()
        if each["Attributes"].get("AWS_INSTANCE_IPV4")
    }


def look_up(name: str) -> Known | None:
    """Route 53's data for a name; None if no private zone contains it."""
    for (account, region, namespace_id), namespace in list(
        servicediscovery._namespaces._data.items()
    ):
        domain = namespace["Name"].lower()
        if namespace["Type"] == "HTTP" or not (name == domain or name.endswith(f".{domain}")):
            continue
        negative = Known(exists=name == domain, ttl=_negative_ttl(namespace))
        host = name.removesuffix(domain).removesuffix(".")
        for (*scope, service_id), service in list(servicediscovery._services._data.items()):
            if scope != [account, region] or service["NamespaceId"] != namespace_id:
                continue
            if service["Name"].lower() == host:
                return _records((account, region, service_id), service) or negative
        return negative
    return None


def _negative_ttl(namespace: Record) -> int:
    dns = (namespace.get("Properties") or {}).get("DnsProperties") or {}
    ttl = (dns.get("SOA") or {}).get("TTL")
    return NEGATIVE_TTL_SECONDS if ttl is None else min(int(ttl), NEGATIVE_TTL_SECONDS)


def _still_answered(scope: Scope) -> dict[str, float]:
    now = time.monotonic()
    return {address: gone for address, gone in _withdrawn.get(scope, {}).items() if now < gone}


def _records(scope: Scope, service: Record) -> Known | None:
    registered = addresses_of(servicediscovery._instances.get_scoped(*scope) or {})
    addresses = registered | _still_answered(scope).keys()
    if not addresses:
        return None
    chosen = random.sample(sorted(addresses), min(len(addresses), _MOST_RECORDS))
    records = (service.get("DnsConfig") or {}).get("DnsRecords") or [{}]
    return Known(exists=True, addresses=tuple(chosen), ttl=int(records[0].get("TTL") or 0))
