"""A load balancer, asked for as its clients do."""

from typing import Any
from xml.etree import ElementTree

from ministack.services import alb

BALANCER = "arn:aws:elasticloadbalancing:us-east-1:000000000000:loadbalancer/app/web/1"


def load_balancer() -> str:
    """Create a load balancer with one listener; the listener's ARN."""
    alb._lbs[BALANCER] = {"LoadBalancerArn": BALANCER, "LoadBalancerName": "web"}
    return listen(80)


def listen(port: int) -> str:
    request = {"LoadBalancerArn": [BALANCER], "Port": [str(port)], "Protocol": ["HTTP"]}
    status, _, body = alb._create_listener(request)
    assert status == 200
    return text_of(body, "ListenerArn")


def group(name: str) -> str:
    status, _, body = alb._create_tg({"Name": [name], "TargetType": ["ip"]})
    assert status == 200
    return text_of(body, "TargetGroupArn")


def text_of(body: bytes, tag: str) -> str:
    found = next(
        each for each in ElementTree.fromstring(body).iter() if each.tag.rpartition("}")[2] == tag
    )
    return str(found.text)


def rule_of(arn: str, *paths: str, **given: Any) -> dict[str, list[str]]:
    values = {f"Conditions.member.1.Values.member.{at}": [path] for at, path in enumerate(paths, 1)}
    return {
        "Conditions.member.1.Field": ["path-pattern"],
        **values,
        "Actions.member.1.Type": ["forward"],
        "Actions.member.1.TargetGroupArn": [arn],
        **{key: [str(value)] for key, value in given.items()},
    }


def create(listener: str, priority: int, arn: str, *paths: str) -> tuple[int, str]:
    """Return the status, and the ARN of the rule or the code of the error."""
    request = rule_of(arn, *(paths or ("/",)), ListenerArn=listener, Priority=priority)
    status, _, body = alb._create_rule(request)
    return status, text_of(body, "RuleArn" if status == 200 else "Code")


def set_priorities(wanted: dict[str, int]) -> tuple[int, bytes]:
    request: dict[str, list[str]] = {}
    for at, (arn, priority) in enumerate(wanted.items(), 1):
        request[f"RulePriorities.member.{at}.RuleArn"] = [arn]
        request[f"RulePriorities.member.{at}.Priority"] = [str(priority)]
    status, _, body = alb._set_rule_priorities(request)
    return status, body
