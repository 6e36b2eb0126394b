"""A topic's attributes, refused where SNS refuses them: above all, a policy that is none.

MiniStack stores any text as a policy; whoever publishes by it is refused later.

https://docs.aws.amazon.com/sns/latest/api/API_SetTopicAttributes.html
https://docs.aws.amazon.com/sns/latest/dg/sns-access-policy-language-api-permissions-reference.html
"""

import json
from collections.abc import Callable
from typing import Any

from ministack.core import iam_evaluator
from ministack.core.responses import get_account_id, get_region
from ministack.services import sns

from .. import seam

Record = dict[str, Any]

# Those of a topic's own policy; `sns:*` is more than they are.
_ACTIONS = {
    "sns:addpermission",
    "sns:deletetopic",
    "sns:getdataprotectionpolicy",
    "sns:gettopicattributes",
    "sns:listsubscriptionsbytopic",
    "sns:listtagsforresource",
    "sns:publish",
    "sns:putdataprotectionpolicy",
    "sns:receive",
    "sns:removepermission",
    "sns:settopicattributes",
    "sns:subscribe",
}


def problem_of(policy: str, topic_arn: str) -> str | None:
    """What is wrong with the policy of a topic."""
    try:
        document = json.loads(policy)
    except ValueError:
        return "Invalid parameter: Policy Error: null"
    if not isinstance(document, dict):
        return "Invalid parameter: Policy Error: null"
    found = _listed(document.get("Statement") or [])
    if not all(isinstance(each, dict) for each in found):
        return "Invalid parameter: Policy Error: null"
    if not found or any("Principal" not in each for each in found):
        return "Invalid parameter: Policy statement must contain principals"
    ids = [str(each["Sid"]) for each in found if "Sid" in each]
    if len(ids) != len(set(ids)) or (len(found) > 1 and len(ids) < len(found)):
        return "Invalid parameter: Policy Error: Every policy statement must have a unique ID"
    actions = [action for each in found for action in _listed(each.get("Action", []))]
    if any(str(each).lower() not in _ACTIONS for each in actions):
        return "Invalid parameter: Policy statement action out of service scope!"
    resources = [name for each in found for name in _listed(each.get("Resource", []))]
    if other := [each for each in resources if each != topic_arn]:
        return f"Invalid parameter: Policy Error: Resource is {other[0]}; it must be {topic_arn}"
    if problem := iam_evaluator.validate_policy_document(document):
        return f"Invalid parameter: Policy Error: {problem}"
    return None


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _checked(original: Callable[[Record], Any]) -> Callable[[Record], Any]:
    def change(params: Record) -> Any:
        topic_arn = _topic_of(params)
        for policy in _policies_in(params):
            if problem := problem_of(policy, topic_arn):
                return sns._error("InvalidParameter", problem, 400)
        return original(params)

    return change


def _topic_of(params: Record) -> str:
    """The ARN of the topic that a request changes, or creates by its name."""
    if given := sns._p(params, "TopicArn"):
        return str(sns._normalize_arn(given))
    return f"arn:aws:sns:{get_region()}:{get_account_id()}:{sns._p(params, 'Name')}"


def _policies_in(params: Record) -> list[str]:
    if sns._p(params, "AttributeName") == "Policy":
        return [sns._p(params, "AttributeValue")]
    keys = [name for name in params if name.endswith(".key") and sns._p(params, name) == "Policy"]
    return [sns._p(params, name.removesuffix("key") + "value") for name in keys]


def install() -> None:
    seam.check(iam_evaluator, "validate_policy_document", "doc")
    seam.wrap(sns, "_set_topic_attributes", "params", _checked)
    seam.wrap(sns, "_create_topic", "params", _checked)
