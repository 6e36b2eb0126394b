"""The events of a service's deployments: begun, rolled back to, completed, failed.

MiniStack's ECS puts none. On AWS they are on the account's default event bus, where rules find
them.

https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs_service_deployment_events.html
"""

import json
from typing import Any

from ministack.core.responses import now_iso
from ministack.services import eventbridge

from .. import seam

Record = dict[str, Any]


def put(service: Record, deployment: Record) -> None:
    """Put the event of the state that a deployment has come to."""
    state = deployment["rolloutState"]
    detail = {
        "eventType": "ERROR" if state == "FAILED" else "INFO",
        "eventName": f"SERVICE_DEPLOYMENT_{state}",
        "deploymentId": deployment["id"],
        "updatedAt": now_iso(),
        "reason": deployment["rolloutStateReason"],
    }
    entry = {
        "Source": "aws.ecs",
        "DetailType": "ECS Deployment State Change",
        "Detail": json.dumps(detail),
        "Resources": [service["serviceArn"]],
    }
    eventbridge._put_events({"Entries": [entry]}, allow_aws_source=True)


def install() -> None:
    seam.check(eventbridge, "_put_events", "data allow_aws_source")
