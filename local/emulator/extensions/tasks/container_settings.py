"""Settings of a container definition that Fargate honours and MiniStack ignores.

MiniStack passes the image, command, environment and mounts to Docker. This adds the limits (a task
with 512 MiB must be killed at 512 MiB here too, not for the first time on AWS), the entry point,
user, working directory, read-only root file system, init process, scratch volumes, folders in
memory and stop timeout. No container gets more CPU than its task has; several of one task together
may, because Docker has no limit for a group of them. Docker's own health check is off, as on ECS;
`container_health` runs the real one.
"""

from collections.abc import Callable
from typing import Any

from ministack.services import ecs

from .. import seam

MIB = 1024 * 1024
# 1 vCPU is 1024 CPU units.
_UNITS_OF_VCPU = 1024
STOP_TIMEOUT_LABEL = "fargate-platform.stop-timeout"
DEPENDS_ON_LABEL = "fargate-platform.depends-on"
_DEFAULT_STOP_TIMEOUT = 30

Definition = dict[str, Any]


def _memory(container: Definition, task: Definition) -> dict[str, int]:
    limit = int(container.get("memory") or task.get("memory") or 0) * MIB
    # Equal limits disable swap, as on Fargate.
    return {"mem_limit": limit, "memswap_limit": limit} if limit else {}


def _cpu(container: Definition, task: Definition) -> dict[str, int]:
    """The container's share of its task, and the task's size, which Fargate never exceeds.

    https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task_definition_parameters.html
    """
    of_task = int(task.get("cpu") or 0)
    units = int(container.get("cpu") or of_task)
    shares = {"cpu_shares": max(2, units)} if units else {}
    if not of_task or of_task / _UNITS_OF_VCPU >= _cpus_of_engine():
        return shares
    return {**shares, "nano_cpus": of_task * 10**9 // _UNITS_OF_VCPU}


def _cpus_of_engine() -> float:
    """The engine's processors; it refuses more, and 0 if it can limit none."""
    info = ecs._get_docker().info()
    return float(info["NCPU"]) if info.get("CpuCfsQuota") else 0


def _scratch(container: Definition, task: Definition) -> dict[str, str]:
    """Mounts of volumes without a host path: empty storage that is deleted with the task."""
    empty = {
        volume["name"]
        for volume in task.get("volumes") or []
        if not (volume.get("host") or {}).get("sourcePath")
        and "efsVolumeConfiguration" not in volume
    }
    return {
        mount["containerPath"]: "exec,ro" if mount.get("readOnly") else "exec"
        for mount in container.get("mountPoints") or []
        if mount.get("sourceVolume") in empty
    }


def _in_memory(linux: Definition) -> dict[str, str]:
    """Folders in memory, each with its mount options; Docker itself forbids programs in them."""
    return {
        folder["containerPath"]: ",".join(
            [*(folder.get("mountOptions") or []), f"size={folder['size']}m"]
        )
        for folder in linux.get("tmpfs") or []
    }


def settings(container: Definition, task: Definition) -> dict[str, Any]:
    """The additional Docker arguments for this container of this task definition."""
    linux = container.get("linuxParameters") or {}
    chosen: dict[str, Any] = {
        **_memory(container, task),
        **_cpu(container, task),
        "healthcheck": {"test": ["NONE"]},
        "entrypoint": container.get("entryPoint") or None,
        "working_dir": container.get("workingDirectory") or None,
        "user": container.get("user") or None,
        "read_only": container.get("readonlyRootFilesystem") or None,
        "init": linux.get("initProcessEnabled") or None,
        "cap_drop": (linux.get("capabilities") or {}).get("drop") or None,
        "tmpfs": {**_scratch(container, task), **_in_memory(linux)} or None,
    }
    return {name: value for name, value in chosen.items() if value is not None}


def _with_settings(original: Callable[..., dict[str, Any]]) -> Callable[..., dict[str, Any]]:
    def build(cdef: Definition, td: Definition, *args: Any, **kwargs: Any) -> dict[str, Any]:
        arguments = {**original(cdef, td, *args, **kwargs), **settings(cdef, td)}
        timeout = cdef.get("stopTimeout") or _DEFAULT_STOP_TIMEOUT
        needed = [each["containerName"] for each in cdef.get("dependsOn") or []]
        arguments["labels"] = {
            **arguments["labels"],
            STOP_TIMEOUT_LABEL: str(timeout),
            DEPENDS_ON_LABEL: ",".join(needed),
        }
        return arguments

    return build


def install() -> None:
    seam.wrap(
        ecs,
        "_build_run_kwargs",
        "cdef td env port_bindings ecs_network host_mode task_id task_arn ministack_net_ip"
        " cluster_arn",
        _with_settings,
    )
