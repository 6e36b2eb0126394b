import json
from collections.abc import Iterator
from typing import Any

import pytest
from ministack.services import alb, waf

BALANCER = "arn:aws:elasticloadbalancing:us-east-1:000000000000:loadbalancer/app/main/1"

Request = dict[str, Any]


@pytest.fixture(autouse=True)
def _clean() -> Iterator[None]:
    alb._lbs[BALANCER] = {"LoadBalancerArn": BALANCER, "LoadBalancerName": "main"}
    yield
    waf.reset()


def answer_of(response: Any) -> tuple[int, Request]:
    status, _, body = response
    return status, json.loads(body)


def acl() -> Request:
    request = {"Name": "main", "Scope": "REGIONAL", "DefaultAction": {"Allow": {}}}
    return answer_of(waf._create_web_acl(request))[1]["Summary"]


def associate(created: Request, resource: str) -> tuple[int, Request]:
    request = {"WebACLArn": created["ARN"], "ResourceArn": resource}
    return answer_of(waf._associate_web_acl(request))


def delete(created: Request) -> tuple[int, Request]:
    request = {"Id": created["Id"], "Scope": "REGIONAL", "LockToken": created["LockToken"]}
    return answer_of(waf._delete_web_acl(request))


def test_a_load_balancer_that_does_not_exist_is_refused() -> None:
    status, answer = associate(acl(), BALANCER.replace("/main/", "/other/"))
    assert (status, answer["__type"]) == (400, "WAFNonexistentItemException")


def test_an_acl_in_use_is_not_deleted() -> None:
    created = acl()
    assert associate(created, BALANCER)[0] == 200
    status, answer = delete(created)
    assert (status, answer["__type"]) == (400, "WAFAssociatedItemException")
    waf._disassociate_web_acl({"ResourceArn": BALANCER})
    assert delete(created)[0] == 200


def test_the_association_ends_with_its_load_balancer() -> None:
    created = acl()
    associate(created, BALANCER)
    alb._delete_lb({"LoadBalancerArn": BALANCER})
    assert BALANCER not in waf._associations
    assert delete(created)[0] == 200
