import pytest
from ministack.services import alb


@pytest.fixture
def balancer() -> None:
    arn = "arn:aws:elasticloadbalancing:us-east-1:000000000000:loadbalancer/app/shop/1"
    alb._lbs[arn] = {
        "LoadBalancerName": "shop",
        "LoadBalancerArn": arn,
        "SecurityGroups": [],
        "DNSName": "shop.elb.amazonaws.com",
    }
    fixed = {"StatusCode": "200", "ContentType": "text/plain", "MessageBody": "hello"}
    alb._listeners["listener"] = {
        "ListenerArn": "listener",
        "LoadBalancerArn": arn,
        "Port": 80,
    }
    alb._rules["rule"] = {
        "ListenerArn": "listener",
        "Priority": "default",
        "IsDefault": True,
        "Conditions": [],
        "Actions": [{"Type": "fixed-response", "FixedResponseConfig": fixed}],
    }
