"""ListServiceDeployments and DescribeServiceDeployments: how each deployment of a service ended.

MiniStack answers both with an empty list. On AWS they report a deployment's result and its reason
after it has left the service's own list; version 6 of the AWS provider waits for that result.
"""

from collections.abc import Callable
from typing import Any

from ministack.core.responses import get_account_id, get_region, json_response, now_iso
from ministack.services import ecs

from .. import seam

Record = dict[str, Any]

TRIPPED = "the circuit breaker threshold was exceeded"
_HISTORY = "_deployment_history"
# Of the service revision that a deployment deploys; ECS does not list it with the deployment.
_TASK_DEFINITION = "_taskDefinition"
# The deployments whose tasks ran when it began. ECS tells of them only in a description.
_SOURCES = "_sources"


def note(service: Record, deployment: Record, status: str, reason: str = "") -> None:
    """Record a deployment's state, so that it outlives its entry in the service's list."""
    history = service.setdefault(_HISTORY, {})
    entry = history.setdefault(
        deployment["id"],
        {
            "createdAt": deployment["createdAt"],
            "startedAt": deployment["createdAt"],
            _TASK_DEFINITION: deployment["taskDefinition"],
            _SOURCES: [
                each["id"]
                for each in service["deployments"]
                if each["id"] != deployment["id"] and each.get("runningCount", 0) > 0
            ],
        },
    )
    entry.update(status=status, statusReason=reason, updatedAt=now_iso())
    if status not in ("IN_PROGRESS", "ROLLBACK_IN_PROGRESS"):
        entry["finishedAt"] = now_iso()


def finish(service: Record, completed: Record) -> None:
    """Record that a deployment is complete, along with any rollback that led to it."""
    rolled_back = f"Service deployment rolled back because {TRIPPED}."
    for entry in service.get(_HISTORY, {}).values():
        if entry["status"] == "ROLLBACK_IN_PROGRESS":
            entry.update(status="ROLLBACK_SUCCESSFUL", statusReason=rolled_back)
            entry["finishedAt"] = now_iso()
    note(service, completed, "SUCCESSFUL")


def has_completed(service: Record, deployment: Record) -> bool:
    """Whether a deployment ever succeeded, also if the service is rolled back to it now."""
    ended = service.get(_HISTORY, {}).get(deployment["id"], {}).get("status")
    return deployment["rolloutState"] == "COMPLETED" or ended == "SUCCESSFUL"


def _arn(kind: str, service: Record, identity: str) -> str:
    place = service["serviceArn"].split(":service/", 1)[1]
    unique = identity.rsplit("/", 1)[-1]
    return f"arn:aws:ecs:{get_region()}:{get_account_id()}:{kind}/{place}/{unique}"


def _all_deployments() -> list[Record]:
    return [
        {
            "serviceDeploymentArn": _arn("service-deployment", service, identity),
            "targetServiceRevisionArn": _arn("service-revision", service, identity),
            "serviceArn": service["serviceArn"],
            "clusterArn": service["clusterArn"],
            **{key: entry[key] for key in entry if not key.startswith("_")},
        }
        for service in list(ecs._services.values())
        for identity, entry in list(service.get(_HISTORY, {}).items())
    ]


def _sources() -> dict[str, list[Record]]:
    """The service revisions that each deployment replaces, by its ARN."""
    return {
        _arn("service-deployment", service, identity): [
            {"arn": _arn("service-revision", service, source)}
            # A state that was saved before has none.
            for source in entry.get(_SOURCES, [])
        ]
        for service in list(ecs._services.values())
        for identity, entry in list(service.get(_HISTORY, {}).items())
    }


def revisions() -> dict[str, Record]:
    """The service revision of each deployment, by its ARN."""
    return {
        (arn := _arn("service-revision", service, identity)): {
            "serviceRevisionArn": arn,
            "serviceArn": service["serviceArn"],
            "clusterArn": service["clusterArn"],
            "taskDefinition": entry[_TASK_DEFINITION],
            "createdAt": entry["createdAt"],
        }
        for service in list(ecs._services.values())
        for identity, entry in list(service.get(_HISTORY, {}).items())
        # A state that was saved before has none.
        if _TASK_DEFINITION in entry
    }


def _list(original: Callable[..., Any]) -> Callable[..., Any]:
    del original

    def listed(data: Record) -> Any:
        cluster = ecs._resolve_cluster_name(data.get("cluster", "default"))
        name = data.get("service", "").rsplit("/", 1)[-1]
        wanted = set(data.get("status") or [])
        found = [
            each
            for each in _all_deployments()
            if each["serviceArn"].endswith(f"/{cluster}/{name}")
            and (not wanted or each["status"] in wanted)
        ]
        found.sort(key=lambda each: each["createdAt"], reverse=True)
        return json_response({"serviceDeployments": found})

    return listed


def _describe(original: Callable[..., Any]) -> Callable[..., Any]:
    del original

    def described(data: Record) -> Any:
        known = {each["serviceDeploymentArn"]: each for each in _all_deployments()}
        sources = _sources()
        arns = data.get("serviceDeploymentArns", [])
        found = [
            {
                **known[arn],
                "targetServiceRevision": {"arn": known[arn]["targetServiceRevisionArn"]},
                "sourceServiceRevisions": sources[arn],
            }
            for arn in arns
            if arn in known
        ]
        failures = [{"arn": arn, "reason": "MISSING"} for arn in arns if arn not in known]
        return json_response({"serviceDeployments": found, "failures": failures})

    return described


def install() -> None:
    seam.wrap(ecs, "_list_service_deployments", "data", _list)
    seam.wrap(ecs, "_describe_service_deployments", "data", _describe)
    # SDKs accept times only as numbers; MiniStack converts the fields in this set last.
    seam.check(ecs, "_finalize_ecs_response", "response")
    ecs._ECS_TIMESTAMP_FIELDS.add("finishedAt")
