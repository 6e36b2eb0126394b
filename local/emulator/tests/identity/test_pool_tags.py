import json
from typing import Any

import pytest
from ministack.core import iam_actions
from ministack.services import cognito, tagging

PLACE = "us-east-1:000000000000"
POOL = f"arn:aws:cognito-idp:{PLACE}:userpool/us-east-1_Ab"
ACL = f"arn:aws:wafv2:{PLACE}:regional/webacl/dev/1"
BALANCER = f"arn:aws:elasticloadbalancing:{PLACE}:loadbalancer/app/dev/1"


def resource(service: str, action: str, **body: Any) -> str:
    headers = {"x-amz-target": f"Service.{action}"}
    data = json.dumps(body).encode()
    return iam_actions.extract_resource_arn(
        service, "POST", "/", headers, data, {}, "us-east-1", "000000000000"
    )


@pytest.mark.parametrize("action", ["CreateUserPool", "UpdateUserPool"])
def test_the_tags_in_a_request_for_a_pool_are_conditions(action: str) -> None:
    body = json.dumps({"UserPoolTags": {"Environment": "dev"}}).encode()
    keys = iam_actions.request_tag_context("cognito-idp", f"cognito-idp:{action}", body, {})
    assert keys["aws:requesttag/environment"] == "dev"


def test_the_tags_of_a_pool_are_known() -> None:
    cognito._user_pools["us-east-1_Ab"] = {"UserPoolTags": {"Environment": "dev"}}
    try:
        assert tagging.resource_tags(POOL) == {"Environment": "dev"}
    finally:
        del cognito._user_pools["us-east-1_Ab"]


def test_a_request_is_about_the_pool_or_the_acl_that_it_names() -> None:
    assert resource("cognito-idp", "AdminInitiateAuth", UserPoolId="us-east-1_Ab") == POOL
    assert resource("cognito-idp", "TagResource", ResourceArn=POOL) == POOL
    assert resource("wafv2", "CreateWebACL", Name="dev", Scope="REGIONAL") == ACL[:-1] + "*"
    assert resource("wafv2", "TagResource", ResourceARN=ACL) == ACL
    assert resource("wafv2", "AssociateWebACL", WebACLArn=ACL, ResourceArn=BALANCER) == ACL
    assert resource("wafv2", "DisassociateWebACL", ResourceArn=BALANCER) == BALANCER
