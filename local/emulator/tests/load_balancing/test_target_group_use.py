import json

from ministack.services import alb, ecs

from ..conftest import run_service
from ..load_balancer import create, group, text_of


def test_a_target_group_in_use_stays(listener: str) -> None:
    arn = group("one")
    _, rule = create(listener, 1, arn)
    status, _, body = alb._delete_tg({"TargetGroupArn": [arn]})
    assert (status, text_of(body, "Code")) == (400, "ResourceInUse")
    alb._delete_rule({"RuleArn": [rule]})
    assert alb._delete_tg({"TargetGroupArn": [arn]})[0] == 200


def test_ecs_takes_a_target_group_that_a_load_balancer_forwards_to(listener: str) -> None:
    arn = group("one")
    balancers = [{"targetGroupArn": arn, "containerName": "app", "containerPort": 80}]
    status, _, body = ecs._create_service({"serviceName": "app", "loadBalancers": balancers})
    assert status == 400
    assert "does not have an associated load balancer" in json.loads(body)["message"]
    assert create(listener, 1, arn)[0] == 200
    assert run_service(desired=0, loadBalancers=balancers)["loadBalancers"] == balancers


def test_a_target_group_names_the_load_balancer_of_a_rule_that_forwards_to_it(
    listener: str,
) -> None:
    arn, other = group("one"), group("two")
    create(listener, 1, arn)
    balancer = alb._listeners[listener]["LoadBalancerArn"]
    _, _, body = alb._describe_tgs({"LoadBalancerArn": [balancer]})
    assert text_of(body, "TargetGroupArn") == arn
    assert f"<LoadBalancerArns><member>{balancer}</member>" in body.decode()
    assert other not in body.decode()
