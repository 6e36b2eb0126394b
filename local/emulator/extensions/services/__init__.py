"""ECS services: their deployments, their revisions, their settings and their scheduler."""

from . import (
    deployment_events,
    deployments,
    replacements,
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
    replacements,  # after `revisions`: earlier tasks are replaced after a failed deployment, too
    scheduler,  # after both, which must read a deployment's state inside the lock
    settings,
)
