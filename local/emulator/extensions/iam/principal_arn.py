"""`aws:PrincipalArn` is the ARN of a role, also in the requests of its sessions.

MiniStack takes the ARN of the session, so that a condition on the role never holds.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-principalarn
"""

from collections.abc import Callable
from typing import Any

from ministack.core import iam_evaluator
from ministack.services import iam

from .. import seam

_SESSION = ":assumed-role/"


def _of_role(arn: str) -> str:
    """Return the ARN of a session's role; any other ARN as it is."""
    account, found, session = arn.partition(_SESSION)
    if not found:
        return arn
    name = session.partition("/")[0]
    # A session says nothing of its role's path.
    role = iam._roles.get(name)
    return str(role["Arn"]) if role else f"arn:aws:iam::{account.rpartition(':')[2]}:role/{name}"


def _resolved(original: Callable[..., Any]) -> Callable[..., Any]:
    def resolve(key: str, ctx: Any) -> Any:
        value = original(key, ctx)
        return _of_role(str(value)) if key.lower() == "aws:principalarn" else value

    return resolve


def install() -> None:
    seam.wrap(iam_evaluator, "_resolve_condition_key", "key ctx", _resolved)
