"""Tags of security-group rules that MiniStack loses.

A new security group has a default rule that allows all outgoing traffic. Terraform often declares
the same rule; MiniStack then finds it present and drops the tags of the request, so every plan adds
them again.
"""

import re
from collections.abc import Callable
from typing import Any

from ministack.services import ec2

from .. import seam

_RULE_ID = re.compile(r"<securityGroupRuleId>(sgr-[^<]+)</securityGroupRuleId>")


def _tagged(original: Callable[..., Any]) -> Callable[..., Any]:
    def authorize(p: dict[str, Any]) -> Any:
        status, headers, body = original(p)
        tags = ec2._sg_rule_tag_specifications(p)
        text = body.decode() if isinstance(body, bytes) else body
        if status == 200 and tags:
            for rule_id in _RULE_ID.findall(text):
                ec2._tags[rule_id] = list(tags)
        return status, headers, body

    return authorize


def install() -> None:
    seam.check(ec2, "_sg_rule_tag_specifications", "p")
    for name in ("_authorize_sg_ingress", "_authorize_sg_egress"):
        seam.wrap(ec2, name, "p", _tagged)
