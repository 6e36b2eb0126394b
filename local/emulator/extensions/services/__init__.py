"""ECS services: their deployments, their revisions, their settings and their scheduler."""

from . import (
    deployment_events,
    deployments,
    revisions,
    scheduler,
    service_deployments,
    service_revisions,
    settings,
)

EXTENSIONS = (
    deployment_events,
    deployments,
    revisions,
    service_deployments,
    service_revisions,
    scheduler,  # after `revisions`, which must read a deployment's state inside the lock
    settings,
)
