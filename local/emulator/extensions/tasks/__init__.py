"""ECS tasks on Fargate: how they start, when they count, what they report and how they stop."""

from . import (
    container_dependencies,
    container_settings,
    credentials,
    draining,
    endpoint_policy,
    endpoint_traffic,
    execute_command,
    execution_role,
    failure,
    fargate,
    forgotten,
    lifecycle,
    network,
    network_interface,
    one_off,
    sdk_environment,
    secrets,
    start_turns,
    status,
    unhealthy,
)

EXTENSIONS = (
    one_off,
    fargate,
    container_settings,
    credentials,
    sdk_environment,
    network_interface,
    draining,  # after it: the interface goes once every container has stopped
    failure,
    status,
    lifecycle,
    unhealthy,
    forgotten,
    execute_command,
    endpoint_policy,
    endpoint_traffic,
    secrets,
    execution_role,  # after `secrets`: without a permission, a task cannot read them
    network,  # after both: without a route, a task cannot even ask
    container_dependencies,  # after `lifecycle`, which cannot watch a container that never starts
    start_turns,  # last: a task that waits for its turn has not begun anything
)
