"""The claims of a GitHub token that a role's trust may name, as on AWS.

MiniStack knows `aud`, `sub` and `amr`, as AWS did until January 2026. Since then STS passes further
claims of GitHub's tokens on to the trust policy.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_iam-condition-keys.html
"""

from collections.abc import Callable
from typing import Any

from ministack.services import cognito, sts

from .. import seam

ISSUER = "token.actions.githubusercontent.com"

CLAIMS = (
    "actor",
    "actor_id",
    "enterprise_id",
    "environment",
    "job_workflow_ref",
    "ref",
    "repository",
    "repository_id",
    "repository_owner_id",
    "workflow",
)

Principal = tuple[str, dict[str, Any]]


def _with_claims(original: Callable[..., Principal]) -> Callable[..., Principal]:
    def principal(token: str, provider_id: str, role_arn: str) -> Principal:
        provider, keys = original(token, provider_id, role_arn)
        if not provider.endswith(f"/{ISSUER}"):
            return provider, keys
        try:
            claims = cognito._decode_id_token_unverified(token)
        except ValueError:
            return provider, keys
        return provider, keys | {f"{ISSUER}:{key}": claims[key] for key in CLAIMS if key in claims}

    return principal


def install() -> None:
    """Pass GitHub's claims on to the trust policy of the role that a job assumes."""
    seam.wrap(sts, "_web_identity_principal", "token provider_id role_arn", _with_claims)
