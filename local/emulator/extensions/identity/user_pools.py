"""User pools refuse what Amazon Cognito refuses.

MiniStack checks the flows of an app client, its secret, and the access tokens that it receives only
with AUTH=true, lets a client without flows use all of them, and deletes a pool in spite of its
deletion protection. On AWS none of this depends on IAM.
https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_UserPoolClientType.html
https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-settings-deletion-protection.html
"""

from collections.abc import Callable
from typing import Any

from ministack.core.responses import error_response_json
from ministack.services import cognito

from .. import seam

Request = dict[str, Any]

# The flows of a client that names none.
DEFAULT_FLOWS = ("ALLOW_CUSTOM_AUTH", "ALLOW_REFRESH_TOKEN_AUTH", "ALLOW_USER_SRP_AUTH")

# The flow that a client must allow, by the flow that a request asks for.
_ALLOWING = {
    "ADMIN_NO_SRP_AUTH": {"ALLOW_ADMIN_USER_PASSWORD_AUTH", "ADMIN_NO_SRP_AUTH"},
    "ADMIN_USER_PASSWORD_AUTH": {"ALLOW_ADMIN_USER_PASSWORD_AUTH", "ADMIN_NO_SRP_AUTH"},
    "CUSTOM_AUTH": {"ALLOW_CUSTOM_AUTH", "CUSTOM_AUTH_FLOW_ONLY"},
    "REFRESH_TOKEN": {"ALLOW_REFRESH_TOKEN_AUTH"},
    "REFRESH_TOKEN_AUTH": {"ALLOW_REFRESH_TOKEN_AUTH"},
    "USER_PASSWORD_AUTH": {"ALLOW_USER_PASSWORD_AUTH", "USER_PASSWORD_AUTH"},
    "USER_SRP_AUTH": {"ALLOW_USER_SRP_AUTH"},
}


def _refused(message: str) -> Any:
    return error_response_json("InvalidParameterException", message, 400)


def _client(data: Request) -> Request | None:
    pool = cognito._get_pool_unscoped(data.get("UserPoolId") or "")
    if pool is None:
        pool = cognito._pool_for_client(data.get("ClientId"))[0]
    return ((pool or {}).get("_clients") or {}).get(data.get("ClientId"))


def flow_problem(action: str, data: Request) -> Any | None:
    """The answer to a flow that the app client does not allow, or that is for another operation."""
    flow = data.get("AuthFlow")
    client = _client(data)
    if action not in ("InitiateAuth", "AdminInitiateAuth") or client is None:
        return None
    if action == "InitiateAuth" and str(flow).startswith("ADMIN_"):
        return _refused("Initiate Auth method not supported")
    allowing = _ALLOWING.get(str(flow))
    allowed = set(client.get("ExplicitAuthFlows") or DEFAULT_FLOWS)
    # The names without ALLOW_ restrict nothing but password flows.
    if allowing is None or allowed & allowing or not _restricts(allowed, str(flow)):
        return None
    if flow == "USER_PASSWORD_AUTH":
        return _refused("USER_PASSWORD_AUTH flow not enabled for this client")
    return _refused("Auth flow not enabled for this client")


def _restricts(allowed: set[str], flow: str) -> bool:
    return "PASSWORD" in flow or any(each.startswith("ALLOW_") for each in allowed)


def _strict(original: Callable[..., Any]) -> Callable[..., Any]:
    def run(handler: Callable[..., Any], action: str, data: Request) -> Any:
        if action in cognito._UNSIGNED_IDP_ACTIONS:
            cognito._pin_unsigned_idp_scope(data)
        error = (
            cognito._validate_client_secret_hash(action, data)
            or flow_problem(action, data)
            or cognito._access_token_error(data)
            or cognito._confirmation_code_error(action, data)
        )
        return error or original(handler, action, data)

    return run


def _protected(original: Callable[..., Any]) -> Callable[..., Any]:
    def delete(data: Request) -> Any:
        pool = cognito._user_pools.get(data.get("UserPoolId")) or {}
        if pool.get("DeletionProtection") == "ACTIVE":
            return _refused(
                "The user pool cannot be deleted because deletion protection is activated. "
                "Deletion protection must be inactivated first."
            )
        return original(data)

    return delete


def install() -> None:
    seam.check(cognito, "_pool_for_client", "cid")
    seam.check(cognito, "_get_pool_unscoped", "pool_id")
    seam.check(cognito, "_pin_unsigned_idp_scope", "data")
    seam.check(cognito, "_access_token_error", "data")
    for name in ("_validate_client_secret_hash", "_confirmation_code_error"):
        seam.check(cognito, name, "action data")
    seam.wrap(cognito, "_run_idp_handler", "handler action data", _strict)
    seam.wrap(cognito, "_delete_user_pool", "data", _protected)
