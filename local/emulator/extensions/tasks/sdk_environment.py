"""The variables with which an AWS SDK in a task finds its region, its endpoint and its queues.

On AWS, Fargate sets the region, and an SDK knows the endpoints. MiniStack adds `AWS_ENDPOINT_URL`
with the local AWS's address in the task's network; with an address instead of a name, SDKs put a
bucket into the path. A queue's URL is known to Terraform with the machine's own address, though,
and SDKs for JavaScript send to the URL, not to the endpoint: in a task, it gets the endpoint's.

https://docs.aws.amazon.com/sdkref/latest/guide/feature-ss-endpoints.html
https://docs.aws.amazon.com/AmazonS3/latest/userguide/VirtualHosting.html
"""

import os
import re
from collections.abc import Callable
from typing import Any

from ministack.core.responses import get_region
from ministack.services import ecs

from .. import seam

Record = dict[str, Any]

_ENDPOINT = "AWS_ENDPOINT_URL"
_QUEUE_PATH = r"/\d{12}/[\w-]{1,80}(\.fifo)?"


def complete(env: dict[str, str]) -> None:
    """Add the variables that Fargate adds, unless the task definition sets them."""
    region = get_region()
    env.setdefault("AWS_REGION", region)
    env.setdefault("AWS_DEFAULT_REGION", region)
    env.setdefault("AWS_EXECUTION_ENV", "AWS_ECS_FARGATE")
    for name, value in env.items():
        env[name] = _reachable(value, env[_ENDPOINT])


def _reachable(value: str, endpoint: str) -> str:
    port = os.environ.get("GATEWAY_PORT", "4566")
    pattern = rf"http://(127\.0\.0\.1|localhost):{port}(?P<path>{_QUEUE_PATH})"
    found = re.fullmatch(pattern, value, re.ASCII)
    return endpoint + found["path"] if found else value


def _completed(original: Callable[..., str]) -> Callable[..., str]:
    def register(
        task_arn: str, cluster_arn: str, td: Record, cdef: Any, launch_type: Any,
        env: dict[str, str], host_mode: bool, ministack_net_ip: Any,
    ) -> str:  # fmt: skip
        token = original(
            task_arn, cluster_arn, td, cdef, launch_type, env, host_mode, ministack_net_ip
        )
        complete(env)
        return token

    return register


def install() -> None:
    parameters = "task_arn cluster_arn td cdef launch_type env host_mode ministack_net_ip"
    seam.wrap(ecs, "_register_metadata", parameters, _completed)
