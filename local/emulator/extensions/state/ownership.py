"""Labels on everything that the emulator creates in the container engine, and no published ports.

MiniStack labels its containers but not its volumes, and publishes each database on every interface
of the machine. AWS puts databases into private subnets: tasks reach them over the network by name,
and nothing on the host needs their port. So each container and each named volume gets the labels
that `local/aws/container.ts` passes in EMULATOR_LABELS, by which `down` finds them, and no port is
published.
"""

import json
import os
from collections.abc import Callable
from typing import Any

from docker.models.containers import Container, ContainerCollection
from ministack.services import rds

from .. import seam


def labels() -> dict[str, str]:
    """The labels that mark an engine object as created by this emulator."""
    return json.loads(os.environ.get("EMULATOR_LABELS", "{}"))


def _named_volumes(volumes: dict[str, Any] | list[str] | None) -> list[str]:
    sources = [entry.split(":")[0] for entry in volumes] if volumes else []
    return [source for source in sources if not source.startswith("/")]


def _owned(original: Callable[..., Container]) -> Callable[..., Container]:
    def create(
        self: ContainerCollection, image: str, command: Any = None, **kwargs: Any
    ) -> Container:
        for name in _named_volumes(kwargs.get("volumes")):
            self.client.volumes.create(name=name, labels=labels())
        kwargs["labels"] = {**dict(kwargs.get("labels") or {}), **labels()}
        kwargs.pop("ports", None)
        return original(self, image, command=command, **kwargs)

    return create


def _per_emulator(original: Callable[..., str]) -> Callable[..., str]:
    """Allow databases of the same name in two local AWS on different ports of one engine."""

    def scope(account_id: str | None = None, region: str | None = None) -> str:
        return f"{os.environ.get('GATEWAY_PORT', '4566')}-{original(account_id, region)}"

    return scope


def install() -> None:
    seam.wrap(rds, "_rds_docker_scope", "account_id region", _per_emulator)
    seam.wrap(ContainerCollection, "create", "self image command kwargs", _owned)
