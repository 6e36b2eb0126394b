"""A request names its operation once, and in one way.

MiniStack reads a request several times: IAM's part asks for an action first, a service for its
target, its path or its body. What IAM allows must be what the service does.
"""

from urllib.parse import parse_qs

from ministack.core.iam_evaluator import AuthError

from .request import Request

# The services whose operations are an `Action`. SQS and CloudWatch have newer protocols, too.
# https://docs.aws.amazon.com/IAM/latest/APIReference/MakingQueryRequests.html
BY_ACTION = {"ec2", "elasticloadbalancing", "iam", "monitoring", "rds", "sns", "sqs", "sts"}


def failure(request: Request) -> AuthError | None:
    """Return why it is not clear which operation a request calls; None if it is."""
    target = request.headers().get("x-amz-target", "")
    cbor = request.path if "smithy-protocol" in request.headers() else ""
    named = [each for each in (target, cbor) if each] + sorted(_actions(request, target or cbor))
    # Clients of SQS ask the address of the queue.
    if target and request.path != "/" and request.service != "sqs":
        named.append(request.path)
    if len(named) < 2 and "," not in target:
        return None
    return AuthError("InvalidAction", f"The request names several operations: {', '.join(named)}.")


def _actions(request: Request, other: str) -> set[str]:
    """The actions that a request names; another service's document may have the word in it."""
    actions = set(request.query.get("Action", []))
    if request.service in BY_ACTION and not other:
        form = parse_qs(request.body.decode(errors="replace"), keep_blank_values=True)
        actions.update(form.get("Action", []))
    return actions
