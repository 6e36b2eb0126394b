import socket
import struct

import pytest
from ministack.services import servicediscovery

from extensions.discovery import private_zones
from extensions.discovery.name_server import AAAA, A, cache, parse, respond

from ..conftest import Clock


def query(name: str, kind: int = A) -> bytes:
    labels = b"".join(bytes([len(label)]) + label.encode() for label in name.split("."))
    return (
        b"\x12\x34"
        + struct.pack("!5H", 0x0100, 1, 0, 0, 0)
        + labels
        + b"\0"
        + struct.pack("!2H", kind, 1)
    )


def addresses(answer: bytes) -> set[str]:
    (count,) = struct.unpack_from("!H", answer, 6)
    return {socket.inet_ntoa(answer[len(answer) - 16 * n :][12:16]) for n in range(1, count + 1)}


def code(answer: bytes) -> int:
    return answer[3] & 0x0F


def nobody(query: bytes) -> bytes:
    raise AssertionError(query)


def register(*instances: str) -> None:
    servicediscovery._instances["srv-1"] = {
        each: {"Attributes": {"AWS_INSTANCE_IPV4": each}} for each in instances
    }


def resolved(name: str = "app.lab.internal") -> set[str] | None:
    """The addresses of a name; None if there is no such name."""
    answer = respond(query(name), nobody)
    return None if code(answer) == 3 else addresses(answer)


@pytest.fixture(autouse=True)
def _registered() -> None:
    cache.clear()
    servicediscovery._namespaces["ns-1"] = {"Name": "lab.internal", "Type": "DNS_PRIVATE"}
    servicediscovery._services["srv-1"] = {
        "Name": "app",
        "NamespaceId": "ns-1",
        "DnsConfig": {"DnsRecords": [{"Type": "A", "TTL": 10}]},
    }
    register("10.0.0.1", "10.0.0.2")


def test_a_name_has_the_addresses_of_all_instances() -> None:
    answer = respond(query("App.lab.internal"), nobody)
    assert answer[:2] == b"\x12\x34"
    assert addresses(answer) == {"10.0.0.1", "10.0.0.2"}
    assert struct.unpack_from("!I", answer, len(answer) - 10) == (10,)


def test_a_name_without_instances_does_not_exist() -> None:
    register()
    assert resolved() is None


def test_an_answer_is_kept_for_its_ttl(clock: Clock) -> None:
    assert resolved() == {"10.0.0.1", "10.0.0.2"}
    register("10.0.0.3")
    clock.now += 9
    assert resolved() == {"10.0.0.1", "10.0.0.2"}
    (ttl,) = struct.unpack_from("!I", answer := respond(query("app.lab.internal"), nobody), -10)
    assert (code(answer), ttl) == (0, 1)
    clock.now += 1
    assert resolved() == {"10.0.0.3"}


def test_a_name_that_did_not_exist_does_not_for_as_long_as_the_resolver_keeps_it(
    clock: Clock,
) -> None:
    register()
    assert resolved() is None
    register("10.0.0.3")
    clock.now += 299
    assert resolved() is None
    clock.now += 1
    assert resolved() == {"10.0.0.3"}


def test_a_namespace_may_have_its_missing_names_forgotten_sooner(clock: Clock) -> None:
    soa = {"Properties": {"DnsProperties": {"SOA": {"TTL": 15}}}}
    servicediscovery._namespaces["ns-1"] |= soa
    register()
    assert resolved() is None
    register("10.0.0.3")
    clock.now += 15
    assert resolved() == {"10.0.0.3"}


def test_a_deregistered_address_is_answered_until_the_change_has_propagated(clock: Clock) -> None:
    register("10.0.0.3")
    scope = ("000000000000", "us-east-1", "srv-1")
    private_zones.withdraw(scope, {"10.0.0.1"})
    clock.now += 59
    assert resolved() == {"10.0.0.1", "10.0.0.3"}
    clock.now += 10
    assert resolved() == {"10.0.0.3"}


def test_eight_addresses_are_answered_at_most() -> None:
    register(*(f"10.0.0.{number}" for number in range(20)))
    assert len(resolved() or ()) == 8


def test_there_are_no_ipv6_addresses() -> None:
    answer = respond(query("app.lab.internal", AAAA), nobody)
    assert (code(answer), addresses(answer)) == (0, set())


def test_an_unknown_name_of_a_namespace_does_not_exist() -> None:
    assert code(respond(query("other.lab.internal"), nobody)) == 3


def test_every_other_name_is_asked_of_others() -> None:
    assert respond(query("example.org"), lambda query: b"theirs:" + query[:2]) == b"theirs:\x12\x34"


def test_a_question_is_read() -> None:
    question = parse(query("app.lab.internal", AAAA))
    assert (question.name, question.kind) == ("app.lab.internal", AAAA)
