"""Expires images as their repository's lifecycle policy demands.

MiniStack keeps every image. AWS evaluates a policy within 24 hours; here it is evaluated after each
push and each change of the policy, so that an image that AWS would expire the next day is missed at
once.

All rules are evaluated at the same time and see all images. They are then applied by priority: an
image that meets the tagging requirements of a rule cannot be expired by a rule with a lower
priority, which still counts it. An image of an index stays as long as the index. An artifact that
is attached to an image, such as a signature, goes once the image is gone and it is a day old. AWS
does not say that rules for untagged images spare it before, so here they do not.

https://docs.aws.amazon.com/AmazonECR/latest/userguide/LifecyclePolicies.html
"""

import logging
import time
from collections.abc import Callable, Sequence
from typing import Any

from ministack.core.responses import error_response_json
from ministack.services import ecr

from .. import seam
from . import manifests
from .lifecycle_policy import PolicyError, Rule, read

Record = dict[str, Any]

_DAY_SECONDS = 24 * 3600

_log = logging.getLogger("emulator")


def marked(rules: Sequence[Rule], images: Sequence[Record], now: float) -> list[Record]:
    """Return the images that the rules, in the order of their priorities, expire.

    Of images of the same second, the first of the list was pushed first.
    """
    youngest_first = sorted(images, key=lambda each: each["imagePushedAt"])[::-1]
    expired: list[Record] = []
    seen: set[str] = set()
    for rule in rules:
        selected = [each for each in youngest_first if rule.selects(each.get("imageTags", []))]
        surplus = _older(selected, rule, now) if rule.by_age else selected[rule.count :]
        expired += [each for each in surplus if each["imageDigest"] not in seen]
        seen |= {each["imageDigest"] for each in selected}
    return expired


def _older(images: list[Record], rule: Rule, now: float) -> list[Record]:
    return [each for each in images if _days(each, now) > rule.count]


def _days(image: Record, now: float) -> float:
    return (now - image["imagePushedAt"]) / _DAY_SECONDS


def evaluate(name: str, now: float) -> None:
    """Expire images of a repository."""
    policy = ecr._lifecycle_policies.get(name)
    if not policy:
        return
    for image in marked(read(policy), ecr._images[name], now):
        if not manifests.indexes_of(name, image["imageDigest"]):
            _expire(name, image)
    there = {each["imageDigest"] for each in ecr._images[name]}
    for image in list(ecr._images[name]):
        subject = manifests.subject(image)
        if subject and subject not in there and _days(image, now) > 1:
            _expire(name, image)


def _expire(name: str, image: Record) -> None:
    tags = ", ".join(image.get("imageTags", [])) or "untagged"
    _log.info("the lifecycle policy of %s expires %s (%s)", name, image["imageDigest"], tags)
    manifests.remove(name, image)


def _then_evaluated(original: Callable[..., Any]) -> Callable[..., Any]:
    def put(data: Record) -> Any:
        answer = original(data)
        if answer[0] == 200:
            evaluate(data["repositoryName"], time.time())
        return answer

    return put


def _pushed(original: Callable[..., Any]) -> Callable[..., Any]:
    def put(name: str, ref: str, headers: dict[str, str], body: bytes) -> Any:
        answer = original(name, ref, headers, body)
        if answer[0] == 201:
            evaluate(name, time.time())
        return answer

    return put


def _checked(original: Callable[..., Any]) -> Callable[..., Any]:
    def put(data: Record) -> Any:
        try:
            read(data.get("lifecyclePolicyText", ""))
        except PolicyError as error:
            text = (
                "Invalid parameter at 'LifecyclePolicyText' failed to satisfy constraint: "
                f"'Lifecycle policy validation failure: {error}'"
            )
            return error_response_json("InvalidParameterException", text, 400)
        return original(data)

    return put


def install() -> None:
    seam.wrap(ecr, "_put_lifecycle_policy", "data", _then_evaluated)
    seam.wrap(ecr, "_put_lifecycle_policy", "data", _checked)
    seam.wrap(ecr, "_put_image", "data", _then_evaluated)
    seam.wrap(ecr, "_v2_put_manifest", "name ref headers body", _pushed)
