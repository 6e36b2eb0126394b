import socket
import struct

import pytest
from ministack.services import servicediscovery

from extensions.name_server import AAAA, A, parse, respond


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


@pytest.fixture(autouse=True)
def _registered() -> None:
    servicediscovery._namespaces["ns-1"] = {"Name": "lab.internal", "Type": "DNS_PRIVATE"}
    servicediscovery._services["srv-1"] = {
        "Name": "app",
        "NamespaceId": "ns-1",
        "DnsConfig": {"DnsRecords": [{"Type": "A", "TTL": 10}]},
    }
    servicediscovery._instances["srv-1"] = {
        each: {"Attributes": {"AWS_INSTANCE_IPV4": each}} for each in ("10.0.0.1", "10.0.0.2")
    }


def test_a_name_has_the_addresses_of_all_instances() -> None:
    answer = respond(query("App.lab.internal"), nobody)
    assert answer[:2] == b"\x12\x34"
    assert addresses(answer) == {"10.0.0.1", "10.0.0.2"}
    assert struct.unpack_from("!I", answer, len(answer) - 10) == (10,)


def test_a_name_without_instances_exists_and_has_no_address() -> None:
    servicediscovery._instances["srv-1"] = {}
    answer = respond(query("app.lab.internal"), nobody)
    assert (code(answer), addresses(answer)) == (0, set())


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
