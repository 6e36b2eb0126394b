"""What AWS serves without a signature, and where its proof is instead.

MiniStack decides by many parts of a request which service answers it: a target, an action, a path.
A request is open only if all of them name the same open operation.
"""

import re
from urllib.parse import parse_qs

from ministack import app
from ministack.core import iam_actions
from ministack.services import alb, cognito

from ..requests import record
from ..security import groups
from . import services_in_use
from .request import Request

HEALTH_PATH = "/_local-aws/health"
# MiniStack's own routes are off.
_OWN_PATHS = {HEALTH_PATH, record.PATH, groups.STATUS_PATH}
_BALANCER_PREFIX = "/_alb/"
# https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-iam-roles.html: the path and a
# token that only the task knows.
CREDENTIALS = re.compile(r"/v2/credentials/[0-9a-f-]{36}")
_CREDENTIALS_HOST = "169.254.170.2"
_METADATA = re.compile(r"/v4/[A-Za-z0-9_-]{32,}(/(task|stats|task/stats))?")

_COGNITO = "cognito-idp"
_COGNITO_TARGET = "AWSCognitoIdentityProviderService."
# https://docs.aws.amazon.com/cognito/latest/developerguide/managed-login-endpoints.html
_COGNITO_PAGES = {
    ("GET", "/logout"),
    ("GET", "/oauth2/authorize"),
    ("GET", "/oauth2/userInfo"),
    ("POST", "/login"),
    ("POST", "/oauth2/login"),
    ("POST", "/oauth2/token"),
    ("POST", "/oauth2/userInfo"),
}
_POOL_DOCUMENT = re.compile(r"/([^/]+)/\.well-known/(?:jwks\.json|openid-configuration)")


def is_open(request: Request) -> bool:
    """Whether a request needs no signature."""
    if request.path in _OWN_PATHS:
        return True
    # The target would be asked first.
    if "x-amz-target" in request.headers():
        return _is_cognito_operation(request)
    return (
        _is_for_task(request)
        or to_load_balancer(request)
        or _is_cognito_page(request)
        or _is_federation(request)
        or _is_confirmation(request)
    )


def hosts_of(method: str, path: str) -> set[str]:
    """The further names of the local AWS for a request: a task asks for credentials as on AWS."""
    return {_CREDENTIALS_HOST} if method == "GET" and CREDENTIALS.fullmatch(path) else set()


def to_load_balancer(request: Request) -> bool:
    """Whether an application answers: the load balancers have a path each, instead of a name."""
    name = request.path.removeprefix(_BALANCER_PREFIX).partition("/")[0]
    return request.path.startswith(_BALANCER_PREFIX) and alb._find_lb_by_name(name) is not None


def _is_for_task(request: Request) -> bool:
    if request.method != "GET":
        return False
    if CREDENTIALS.fullmatch(request.path):
        return True
    return request.service == "ecs-metadata" and bool(_METADATA.fullmatch(request.path))


def _is_cognito_operation(request: Request) -> bool:
    prefix, dot, operation = request.headers()["x-amz-target"].rpartition(".")
    return (
        services_in_use.is_on(_COGNITO)
        and request.service == _COGNITO
        and prefix + dot == _COGNITO_TARGET
        and operation in iam_actions.unsigned_operations(_COGNITO)
    )


def _is_cognito_page(request: Request) -> bool:
    if not services_in_use.is_on(_COGNITO):
        return False
    if request.service == _COGNITO and (request.method, request.path) in _COGNITO_PAGES:
        return True
    document = _POOL_DOCUMENT.fullmatch(request.path)
    # Without the pool, the path would be an object's in S3.
    return (
        request.method == "GET"
        and document is not None
        and any(key[-1] == document[1] for key, _ in cognito._user_pools.all_items())
    )


def _is_confirmation(request: Request) -> bool:
    """Whether the reader of a topic follows the link that was sent: its token is the proof.

    https://docs.aws.amazon.com/sns/latest/api/API_ConfirmSubscription.html
    """
    return (
        services_in_use.is_on("sns")
        and request.service == "sns"
        and (request.method, request.path, request.body) == ("GET", "/", b"")
        and request.query.get("Action") == ["ConfirmSubscription"]
        and request.query.keys() <= {"Action", "TopicArn", "Token", "Version"}
    )


def _is_federation(request: Request) -> bool:
    """Whether a token of another identity provider asks for a role.

    Only where IAM is enforced does MiniStack read the role's trust policy; otherwise anybody would
    get any role.
    """
    # The body is read last: a layer of an image takes seconds.
    if not app.AUTH or request.service != "sts":
        return False
    form = parse_qs(request.body.decode(errors="replace"))
    actions = request.query.get("Action", []) + form.get("Action", [])
    return actions == ["AssumeRoleWithWebIdentity"]
