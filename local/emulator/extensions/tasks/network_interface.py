"""The network interface of a task, which its containers share.

MiniStack gives each container an address of its own. With `awsvpc` a task has one network
interface: its containers reach each other on localhost, no two of them can listen on the same port,
and the task's address is theirs. As with the ECS agent, a container that does nothing holds the
interface, from before the first container starts until the last one has stopped.

https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-networking-awsvpc.html
"""

import contextlib
import os
import socket
from collections.abc import Callable
from typing import Any

from ministack.services import ecs

from .. import seam
from ..access import container_guard
from . import credentials

Record = dict[str, Any]

_NAME = "network-interface"
_MIB = 1024 * 1024
# What belongs to an interface, and not to a container that shares one.
_OF_INTERFACE = ("network", "extra_hosts", "ports")

_holders: dict[str, Any] = {}


def _hold(arguments: Record, ecs_network: str | None) -> Any:
    """Start the container that holds the interface of a task, and give the task its address."""
    labels = arguments["labels"]
    arn = labels["com.amazonaws.ecs.task-arn"]
    client = ecs._get_docker()
    server = socket.gethostbyname(os.environ["HOSTNAME"])
    holder = client.containers.run(
        client.containers.get(os.environ["HOSTNAME"]).attrs["Image"],
        **{name: arguments[name] for name in _OF_INTERFACE if arguments.get(name)},
        # The emulator answers Cloud Map names and forwards all others to Docker's own server.
        dns=[server],
        command=["infinity"],
        entrypoint="sleep",
        detach=True,
        init=True,
        read_only=True,
        cap_drop=["ALL"],
        user="65534:65534",
        mem_limit=16 * _MIB,
        name=f"ministack-{_NAME}-{arn.rpartition('/')[2][:8]}",
        labels={**labels, "com.amazonaws.ecs.container-name": _NAME},
    )
    container_guard.interfaces[holder.id] = arn
    _holders[arn] = holder
    if arn in ecs._tasks:
        ecs._record_task_ip(ecs._tasks[arn], holder, ecs_network)
    holder.reload()
    networks = holder.attrs["NetworkSettings"]["Networks"].values()
    address = next((each["IPAddress"] for each in networks if each.get("IPAddress")), "")
    credentials.lead(holder.attrs["State"].get("Pid", 0), address, server)
    return holder


def release(task_arn: str) -> None:
    """Remove the interface of a task."""
    holder = _holders.pop(task_arn, None)
    if holder is not None:
        container_guard.interfaces.pop(holder.id, None)
        with contextlib.suppress(Exception):  # it has gone with the engine
            holder.remove(force=True)


def _shared(original: Callable[..., Record]) -> Callable[..., Record]:
    def build(
        cdef: Record, td: Record, env: Any, port_bindings: Any, ecs_network: str | None, *args: Any
    ) -> Record:
        arguments = original(cdef, td, env, port_bindings, ecs_network, *args)
        if td.get("networkMode") != "awsvpc":
            return arguments
        holder = _holders.get(arguments["labels"]["com.amazonaws.ecs.task-arn"])
        holder = holder or _hold(arguments, ecs_network)
        own = {name: value for name, value in arguments.items() if name not in _OF_INTERFACE}
        return {**own, "network_mode": f"container:{holder.id}"}

    return build


def _released(original: Callable[..., None]) -> Callable[..., None]:
    def cleanup(task: Record, docker_client: Any, extra_container: Any = None) -> None:
        original(task, docker_client, extra_container)
        # The others of a task that is about to stop still finish their requests.
        if extra_container is None or not task.get("_retiring"):
            release(task["taskArn"])

    return cleanup


def install() -> None:
    seam.check(ecs, "_record_task_ip", "task container ecs_network")
    seam.wrap(
        ecs,
        "_build_run_kwargs",
        "cdef td env port_bindings ecs_network host_mode task_id task_arn ministack_net_ip"
        " cluster_arn",
        _shared,
    )
    seam.wrap(ecs, "_cleanup_task_resources", "task docker_client extra_container", _released)
