"""The tags of a user pool, and those in a request for one, as IAM evaluates them.

Cognito names them `UserPoolTags`, unlike every other service, and MiniStack sees neither.
https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazoncognitouserpools.html
"""

import json
from collections.abc import Callable
from typing import Any

from ministack.core import iam_actions
from ministack.services import tagging

from .. import seam

SERVICE = "cognito-idp"
_NAME = "UserPoolTags"


def _with_pool_tags(original: Callable[..., dict[str, Any]]) -> Callable[..., dict[str, Any]]:
    def extract(
        service: str, iam_action: str, body: bytes, params: dict[str, Any]
    ) -> dict[str, Any]:
        if service == SERVICE and body[:1] == b"{":
            request = json.loads(body)
            if _NAME in request:
                body = json.dumps({**request, "Tags": request[_NAME]}).encode()
        return original(service, iam_action, body, params)

    return extract


def install() -> None:
    parameters = "service iam_action body params"
    seam.wrap(iam_actions, "request_tag_context", parameters, _with_pool_tags)
    seam.check(tagging, "_collect_cognito", "")
    tagging._RESOURCE_TAG_COLLECTORS[SERVICE] = tagging._collect_cognito
    iam_actions._TAG_MEMBERS = iam_actions._TAG_MEMBERS | {_NAME}
