import json
from collections.abc import Iterator

import pytest
from ministack.services import ec2

from extensions.tasks import endpoint_policy

POLICY = json.dumps({"Statement": [{"Effect": "Deny", "Principal": "*", "Action": "*"}]})


@pytest.fixture(autouse=True)
def _empty() -> Iterator[None]:
    yield
    ec2._vpc_endpoints.clear()


def create(**settings: str) -> str:
    ec2._create_vpc_endpoint(
        {"VpcId": "vpc-1", "ServiceName": "com.amazonaws.us-east-1.s3", **settings}
    )
    return next(iter(ec2._vpc_endpoints))


def described() -> str:
    _, _, body = ec2._describe_vpc_endpoints({})
    text = body.decode() if isinstance(body, bytes) else body
    return str(text.partition("<policyDocument>")[2].partition("</policyDocument>")[0])


def test_an_endpoint_keeps_the_policy_that_it_is_created_with() -> None:
    create(PolicyDocument=POLICY)
    assert json.loads(described()) == json.loads(POLICY)


def test_an_endpoint_without_a_policy_lets_everything_through() -> None:
    identifier = create()
    assert json.loads(described())["Statement"][0]["Action"] == "*"
    assert endpoint_policy.lets_layers_through(ec2._vpc_endpoints[identifier])


def test_a_policy_is_changed_and_reset() -> None:
    identifier = create()
    ec2._modify_vpc_endpoint({"VpcEndpointId": identifier, "PolicyDocument": POLICY})
    assert json.loads(described()) == json.loads(POLICY)
    ec2._modify_vpc_endpoint({"VpcEndpointId": identifier, "ResetPolicy": "true"})
    assert json.loads(described()) == json.loads(endpoint_policy.FULL_ACCESS)
