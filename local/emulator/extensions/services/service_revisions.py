"""DescribeServiceRevisions: what each deployment of a service deployed.

MiniStack answers with an empty list. On AWS a rollback by hand finds the earlier revisions there.

https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-revision.html
"""

from collections.abc import Callable
from typing import Any

from ministack.core.responses import json_response
from ministack.services import ecs

from .. import seam
from . import service_deployments

Record = dict[str, Any]


def _images(task_definition: str) -> list[Record]:
    definition = ecs._task_defs.get(ecs._resolve_td_key(task_definition) or "") or {}
    return [
        {
            "containerName": container["name"],
            "image": container["image"],
            "imageDigest": container["image"].partition("@")[2],
        }
        for container in definition.get("containerDefinitions", [])
        if "@" in container.get("image", "")
    ]


def _described(original: Callable[..., Any]) -> Callable[..., Any]:
    del original

    def describe(data: Record) -> Any:
        known = service_deployments.revisions()
        arns = data.get("serviceRevisionArns", [])
        found = [
            {**known[arn], "containerImages": _images(known[arn]["taskDefinition"])}
            for arn in arns
            if arn in known
        ]
        failures = [{"arn": arn, "reason": "MISSING"} for arn in arns if arn not in known]
        return json_response({"serviceRevisions": found, "failures": failures})

    return describe


def install() -> None:
    seam.wrap(ecs, "_describe_service_revisions", "data", _described)
