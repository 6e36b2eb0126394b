"""Container Insights writes the last events of a cluster after the cluster was deleted.

If the log group was deleted in the meantime, this creates it again, without retention and tags.
On AWS the delay is a minute or more; here it is `LATE_SECONDS`.
https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Container-Insights-reference-performance-logs-ECS.html
"""

import contextvars
import json
import threading
import time
from collections.abc import Callable
from typing import Any

from ministack.services import cloudwatch_logs, ecs

from .. import seam

Record = dict[str, Any]

LATE_SECONDS = 10.0


def log_group(cluster: str) -> str:
    return f"/aws/ecs/containerinsights/{cluster}/performance"


def is_observed(cluster: Record) -> bool:
    return any(
        setting["name"] == "containerInsights" and setting["value"] in ("enabled", "enhanced")
        for setting in cluster.get("settings") or []
    )


def write(cluster: str) -> None:
    """Write an event of a cluster; create its log group if it does not exist."""
    group, stream = log_group(cluster), f"FargateTelemetry-{len(cluster)}"
    # Both calls fail if the object exists already, which is fine.
    cloudwatch_logs._create_log_group({"logGroupName": group})
    cloudwatch_logs._create_log_stream({"logGroupName": group, "logStreamName": stream})
    now = int(time.time() * 1000)
    message = json.dumps({"Type": "Cluster", "ClusterName": cluster, "Timestamp": now})
    event = {"timestamp": now, "message": message}
    cloudwatch_logs._put_log_events(
        {"logGroupName": group, "logStreamName": stream, "logEvents": [event]}
    )


def _written_late(original: Callable[..., Any]) -> Callable[..., Any]:
    def delete(data: Record) -> Any:
        status, headers, body = original(data)
        if status == 200:
            cluster = json.loads(body)["cluster"]
            if is_observed(cluster):
                # The context holds the account and the region of a request.
                run = contextvars.copy_context().run
                timer = threading.Timer(LATE_SECONDS, run, (write, cluster["clusterName"]))
                timer.daemon = True
                timer.start()
        return status, headers, body

    return delete


def install() -> None:
    for name in ("_create_log_group", "_create_log_stream", "_put_log_events"):
        seam.check(cloudwatch_logs, name, "data")
    seam.wrap(ecs, "_delete_cluster", "data", _written_late)
