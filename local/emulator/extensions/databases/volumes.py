"""Copies of a cluster's storage, so that snapshots and restores hold real data.

MiniStack keeps a cluster's PostgreSQL in one named volume. A copy is taken while the server stands
still, paused or stopped: what is on disk then is what a crash at that moment would leave, from
which PostgreSQL recovers without loss.
"""

import uuid
from contextlib import contextmanager, suppress
from typing import Any

from docker.errors import NotFound
from ministack.services import rds

from ..state.ownership import labels

Record = dict[str, Any]

_FROM, _TO = "/from", "/to"
# The lock file of a server that is not this one.
_COPY = f"cp -a {_FROM}/. {_TO}/ && find {_TO} -name postmaster.pid -delete"


def unused_name(purpose: str) -> str:
    """A volume's name that no cluster of any identifier gets from MiniStack."""
    return f"ministack-rds-{rds._rds_docker_scope()}-{purpose}-{uuid.uuid4().hex[:12]}"


def copy_of_cluster(cluster: Record, purpose: str) -> str | None:
    """Copy a cluster's storage; the copy's name, or None if it never had an instance."""
    volume = cluster.get("_shared_volume_name")
    client = rds._get_docker()
    if not client or not volume:
        return None
    with _standing_still(client, cluster.get("_shared_container_id")):
        return copy(volume, purpose, cluster)


def copy(volume: str, purpose: str, of: Record) -> str | None:
    """Copy a volume with the image of the engine that `of` runs; the copy's name."""
    client = rds._get_docker()
    if not client:
        return None
    image = rds._docker_image_for_engine(of["Engine"], of["EngineVersion"], "u", "p", "d")[0]
    name = unused_name(purpose)
    client.volumes.create(name=name, labels=labels())
    client.containers.run(
        image,
        command=["-c", _COPY],
        entrypoint="sh",
        user="root",
        network_mode="none",
        volumes={volume: {"bind": _FROM, "mode": "ro"}, name: {"bind": _TO, "mode": "rw"}},
        remove=True,
    )
    return name


def remove(volume: str | None) -> None:
    """Remove a copy."""
    client = rds._get_docker()
    if not client or not volume:
        return
    with suppress(NotFound):
        client.volumes.get(volume).remove()


@contextmanager
def _standing_still(client: Any, container_id: str | None) -> Any:
    """Pause the server, if it runs."""
    try:
        container = client.containers.get(container_id) if container_id else None
    except NotFound:
        container = None
    if not container or container.status != "running":
        yield
        return
    container.pause()
    try:
        yield
    finally:
        container.unpause()
