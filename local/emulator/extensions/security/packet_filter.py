"""Packet filters in the network namespaces of containers.

Containers of one network reach each other through a bridge, where the machine's own filter may
never see their packets. But each has a network namespace, and Docker itself puts iptables rules
there for its name server (https://docs.docker.com/engine/network/packet-filtering-firewalls/), so
every machine that runs Docker supports this. The emulator enters the namespace through the
container's process. Its own container therefore shares the machine's process ids and has a few
extra capabilities: see `local/aws/container.ts`.
"""

import functools
import logging
import os
import subprocess
from pathlib import Path

logger = logging.getLogger("security_groups")

# One uses the kernel's newer tables, the other the older ones; Docker needs one of them.
_PROGRAMS = ("iptables-nft-restore", "iptables-legacy-restore")
_LIMIT_SECONDS = 10
_TRIAL = "*filter\n-A INPUT -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT\nCOMMIT\n"


class FilterError(RuntimeError):
    """A packet filter was rejected."""


@functools.cache
def program() -> str | None:
    """Return the program that works here; if none does, log that once and return None."""
    reasons = []
    for name in _PROGRAMS:
        try:
            _run(["unshare", "--net", name], _TRIAL)
        except FilterError as error:
            reasons.append(f"{name}: {error}")
        else:
            return name
    logger.warning("security groups are not enforced here: %s", "; ".join(reasons))
    return None


def apply(pid: int, address: str, rules: str) -> bool:
    """Replace the filter of the container with this process and address; False if it is gone.

    A table is replaced atomically.
    """
    return _enter(pid, address, rules)


def add(pid: int, address: str, rules: str) -> bool:
    """Add rules to those that Docker has put there for its name server; False if it is gone."""
    return _enter(pid, address, rules, "--noflush")


def _enter(pid: int, address: str, rules: str, *options: str) -> bool:
    restore = program()
    if restore is None:
        return False
    try:
        namespace = os.open(f"/proc/{pid}/ns/net", os.O_RDONLY)
    except OSError:
        return False
    try:
        # Checked after opening the namespace, because another process may have reused the id.
        if not holds(pid, address):
            return False
        command = ["nsenter", f"--net=/proc/self/fd/{namespace}", restore, *options]
        _run(command, rules, namespace)
        return True
    finally:
        os.close(namespace)


def holds(pid: int, address: str) -> bool:
    """Whether the process is in the network namespace that has this address."""
    try:
        table = Path(f"/proc/{pid}/net/fib_trie").read_text()
    except OSError:
        return False
    return f"-- {address}\n" in table


def _run(command: list[str], rules: str, *descriptors: int) -> None:
    try:
        done = subprocess.run(
            command,
            input=rules,
            capture_output=True,
            text=True,
            timeout=_LIMIT_SECONDS,
            pass_fds=descriptors,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise FilterError(str(error)) from error
    if done.returncode:
        raise FilterError(" ".join(done.stderr.split()) or f"exit code {done.returncode}")
