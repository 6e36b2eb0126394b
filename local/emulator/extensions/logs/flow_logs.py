"""The aggregation interval and the tags of flow logs, which MiniStack does not keep.

It looks for tags of a `flow-log`, while EC2 calls the resource `vpc-flow-log`. Terraform would
replace or tag the flow log with every plan.
https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_FlowLog.html
https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_TagSpecification.html
"""

from collections.abc import Callable
from typing import Any

from ministack.services import ec2

from .. import seam

_DEFAULT_SECONDS = "600"


def _kept(original: Callable[..., Any]) -> Callable[..., Any]:
    def create(params: dict[str, Any]) -> Any:
        before = set(ec2._flow_logs)
        answer = original(params)
        for name in set(ec2._flow_logs) - before:
            interval = ec2._p(params, "MaxAggregationInterval") or _DEFAULT_SECONDS
            ec2._flow_logs[name]["MaxAggregationInterval"] = interval
            ec2._parse_tag_specs(params, "vpc-flow-log", name)
        return answer

    return create


def _told(original: Callable[..., Any]) -> Callable[..., Any]:
    def describe(params: dict[str, Any]) -> Any:
        status, headers, body = original(params)
        for name, log in ec2._flow_logs.items():
            interval = log.get("MaxAggregationInterval", _DEFAULT_SECONDS)
            found = f"<flowLogId>{name}</flowLogId>"
            told = f"{found}<maxAggregationInterval>{interval}</maxAggregationInterval>"
            body = body.replace(found.encode(), told.encode())
        return status, headers, body

    return describe


def install() -> None:
    seam.check(ec2, "_parse_tag_specs", "p resource_type resource_id")
    seam.wrap(ec2, "_create_flow_logs", "params", _kept)
    seam.wrap(ec2, "_describe_flow_logs", "params", _told)
