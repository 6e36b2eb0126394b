import base64
import json
from typing import Any

import pytest
from ministack.services import sts

ROLE = "arn:aws:iam::000000000000:role/setup/platform-deploy-prod"
GITHUB = "token.actions.githubusercontent.com"


def keys_of(**claims: Any) -> dict[str, Any]:
    encoded = base64.urlsafe_b64encode(json.dumps(claims).encode()).decode().rstrip("=")
    _, keys = sts._web_identity_principal(f"e30.{encoded}.c2ln", "", ROLE)
    return keys


@pytest.mark.parametrize("claim", ["ref", "job_workflow_ref", "environment", "repository_id"])
def test_a_trust_policy_may_name_a_claim_of_github(claim: str) -> None:
    keys = keys_of(iss=f"https://{GITHUB}", sub="repo:acme/platform", **{claim: "one"})
    assert keys == {f"{GITHUB}:sub": "repo:acme/platform", f"{GITHUB}:{claim}": "one"}


def test_a_claim_that_aws_does_not_pass_on_is_no_condition() -> None:
    assert keys_of(iss=f"https://{GITHUB}", run_id="7") == {}


def test_the_claims_of_another_issuer_are_not_passed_on() -> None:
    assert keys_of(iss="https://gitlab.example.com", ref="refs/heads/main") == {}


def test_a_token_that_cannot_be_read_has_no_claims() -> None:
    assert sts._web_identity_principal("", GITHUB, ROLE)[1] == {}
