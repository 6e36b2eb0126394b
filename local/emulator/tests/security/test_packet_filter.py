import os
import subprocess
from typing import Any

import pytest

from extensions.security import packet_filter


def answered(monkeypatch: pytest.MonkeyPatch, *bad: str) -> list[list[str]]:
    commands: list[list[str]] = []

    def run(command: list[str], **options: Any) -> subprocess.CompletedProcess[str]:
        del options
        commands.append(command)
        code = int(any(word in bad for word in command))
        return subprocess.CompletedProcess(command, code, stderr="not\nsupported")

    monkeypatch.setattr(subprocess, "run", run)
    packet_filter.program.cache_clear()
    return commands


@pytest.fixture(autouse=True)
def _forgotten() -> Any:
    yield
    packet_filter.program.cache_clear()


@pytest.mark.parametrize(
    ("bad", "expected"),
    [
        ((), "iptables-nft-restore"),
        (("iptables-nft-restore",), "iptables-legacy-restore"),
        (("unshare",), None),
    ],
)
def test_the_program_is_one_that_works_here(
    monkeypatch: pytest.MonkeyPatch, bad: tuple[str, ...], expected: str | None
) -> None:
    answered(monkeypatch, *bad)
    assert packet_filter.program() == expected


def test_that_none_works_is_said_once(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    answered(monkeypatch, "unshare")
    for _ in range(2):
        assert packet_filter.program() is None
    (record,) = caplog.records
    assert "security groups are not enforced here" in record.message
    assert "not supported" in record.message


def test_a_namespace_without_the_address_is_not_touched(monkeypatch: pytest.MonkeyPatch) -> None:
    commands = answered(monkeypatch)
    assert packet_filter.apply(os.getpid(), "203.0.113.1", "") is False
    assert packet_filter.apply(2**22 + 1, "127.0.0.1", "") is False
    assert [command for command in commands if command[0] == "nsenter"] == []
    assert packet_filter.apply(os.getpid(), "127.0.0.1", "") is True


def test_rules_that_are_refused_are_no_rules(monkeypatch: pytest.MonkeyPatch) -> None:
    answered(monkeypatch, "nsenter")
    with pytest.raises(packet_filter.FilterError, match="not supported"):
        packet_filter.apply(os.getpid(), "127.0.0.1", "")


def test_rules_are_added_without_removing_those_of_docker(monkeypatch: pytest.MonkeyPatch) -> None:
    commands = answered(monkeypatch)
    assert packet_filter.add(os.getpid(), "127.0.0.1", "") is True
    assert commands[-1][-1] == "--noflush"
    assert packet_filter.apply(os.getpid(), "127.0.0.1", "") is True
    assert "--noflush" not in commands[-1]
