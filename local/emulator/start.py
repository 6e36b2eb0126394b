"""Start the local AWS: MiniStack with the extensions."""

import logging

from ministack.app import main

from extensions import (
    application_autoscaling,
    authorization,
    checkpoint,
    cloud_map,
    container_dependencies,
    container_insights,
    container_settings,
    deleted_services,
    deployments,
    draining,
    engine_versions,
    layer_files,
    listener_rules,
    load_balancing,
    log_options,
    name_server,
    ownership,
    request_validation,
    restored_tasks,
    revisions,
    rule_quotas,
    security_group_rules,
    security_groups,
    service_deployments,
    service_scheduler,
    service_settings,
    target_group_use,
    target_health,
    target_registration,
    task_address,
    task_failure,
    task_lifecycle,
    task_network,
    task_secrets,
    task_status,
)

# Order matters: `cloud_map`, for example, extends a function that `target_registration` replaces.
EXTENSIONS = (
    ownership,
    application_autoscaling,
    authorization,
    container_settings,
    target_health,
    target_registration,
    layer_files,
    target_group_use,
    rule_quotas,
    listener_rules,
    load_balancing,
    cloud_map,
    name_server,
    draining,
    task_address,
    task_failure,
    task_status,
    task_lifecycle,
    task_secrets,
    task_network,
    container_dependencies,
    deployments,
    revisions,
    service_deployments,
    service_scheduler,
    service_settings,
    security_group_rules,
    security_groups,
    engine_versions,
    log_options,
    container_insights,
    deleted_services,
    restored_tasks,
    checkpoint,
    request_validation,
)


def install() -> None:
    """Install every extension, in order."""
    for extension in EXTENSIONS:
        extension.install()


def serve() -> None:
    """Serve until stopped, then log the counts of the requests."""
    try:
        main()
    finally:
        request_validation.tell()


if __name__ == "__main__":
    install()
    logging.getLogger("emulator").info("%d extensions installed", len(EXTENSIONS))
    serve()
