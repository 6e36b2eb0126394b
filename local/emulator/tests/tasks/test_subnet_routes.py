from collections.abc import Iterator

import pytest
from ministack.services import ec2

from extensions.tasks import subnet_routes
from extensions.tasks.subnet_routes import endpoint, reaches_internet

STORES = (ec2._vpcs, ec2._subnets, ec2._route_tables, ec2._internet_gateways)


@pytest.fixture(autouse=True)
def _no_networks() -> Iterator[None]:
    yield
    for store in (*STORES, ec2._nat_gateways, ec2._vpc_endpoints):
        store.clear()


def vpc(default: bool = False) -> None:
    """Make a VPC with its main route table, an internet gateway and the subnets `a` and `b`."""
    ec2._vpcs["vpc"] = {"VpcId": "vpc", "IsDefault": default}
    for name in ("a", "b"):
        ec2._subnets[name] = {"SubnetId": name, "VpcId": "vpc"}
    attachment = {"VpcId": "vpc", "State": "available"}
    for name in ("igw-1", ec2._DEFAULT_IGW_ID):
        ec2._internet_gateways[name] = {"Attachments": [attachment]}
    table("main")
    ec2._route_tables["main"]["Associations"] = [{"Main": True}]


def table(name: str, *subnets: str, **target: str) -> None:
    """Make a route table with a default route."""
    ec2._route_tables[name] = {
        "RouteTableId": name,
        "VpcId": "vpc",
        "Routes": [{"DestinationCidrBlock": "10.0.0.0/16", "GatewayId": "local"}],
        "Associations": [{"SubnetId": each, "Main": False} for each in subnets],
    }
    if target:
        route = {"DestinationCidrBlock": "0.0.0.0/0", **target}
        ec2._route_tables[name]["Routes"].append(route)


def nat(state: str = "available") -> None:
    """Make a NAT gateway in the subnet `b`."""
    ec2._nat_gateways["nat-1"] = {
        "SubnetId": "b",
        "State": state,
        "ConnectivityType": "public",
    }


def test_without_a_default_route_nothing_is_reached() -> None:
    vpc()
    assert not reaches_internet("a", public_address=True)


def test_an_internet_gateway_serves_public_addresses() -> None:
    vpc()
    table("own", "a", GatewayId="igw-1")
    assert reaches_internet("a", public_address=True)
    assert not reaches_internet("a", public_address=False)
    assert not reaches_internet("b", public_address=True)


def test_a_subnet_without_a_table_has_the_main_one() -> None:
    vpc()
    ec2._route_tables["main"]["Routes"].append(
        {"DestinationCidrBlock": "0.0.0.0/0", "GatewayId": "igw-1"}
    )
    assert reaches_internet("a", public_address=True)
    table("own", "a")
    assert not reaches_internet("a", public_address=True)


def test_a_nat_gateway_serves_those_without() -> None:
    vpc()
    table("own", "a", NatGatewayId="nat-1")
    table("outside", "b", GatewayId="igw-1")
    nat()
    assert reaches_internet("a", public_address=False)


@pytest.mark.parametrize(
    ("state", "outside"), [("deleted", {"GatewayId": "igw-1"}), ("available", {})]
)
def test_a_nat_gateway_that_is_gone_or_shut_in_serves_nobody(
    state: str, outside: dict[str, str]
) -> None:
    vpc()
    table("own", "a", NatGatewayId="nat-1")
    table("outside", "b", **outside)
    nat(state)
    assert not reaches_internet("a", public_address=False)


def test_a_route_to_a_gateway_that_is_gone_is_a_black_hole() -> None:
    vpc()
    table("own", "a", GatewayId="igw-1")
    ec2._internet_gateways["igw-1"]["Attachments"] = []
    assert not reaches_internet("a", public_address=True)


def test_an_unknown_way_out_is_believed() -> None:
    vpc()
    table("own", "a", TransitGatewayId="tgw-1")
    assert reaches_internet("a", public_address=False)


def test_the_default_vpc_has_the_route_that_aws_gives_it() -> None:
    vpc(default=True)
    assert reaches_internet("a", public_address=True)
    table("own", "a")
    assert not reaches_internet("a", public_address=True)


def test_endpoints_are_those_of_the_vpc_and_of_the_route_table() -> None:
    vpc()
    table("own", "a")
    of_vpc = {"VpcId": "vpc", "State": "available", "RouteTableIds": ["own"]}
    name = "com.amazonaws.us-east-1"
    s3 = {**of_vpc, "ServiceName": f"{name}.s3", "VpcEndpointType": "Gateway"}
    api = {**of_vpc, "ServiceName": f"{name}.ecr.api", "VpcEndpointType": "Interface"}
    ec2._vpc_endpoints.update({"1": s3, "2": api, "3": {**api, "VpcId": "other"}})
    assert (bool(endpoint("a", "s3")), endpoint("b", "s3")) == (True, None)
    assert endpoint("a", "ecr.api")
    assert endpoint("b", "ecr.api")
    assert not endpoint("a", "ecr.dkr")
    del ec2._vpc_endpoints["2"]
    assert not endpoint("a", "ecr.api")


def test_a_subnet_of_which_nothing_is_known_is_told() -> None:
    vpc()
    assert subnet_routes.known("a")
    assert not subnet_routes.known("subnet-1")
    assert not subnet_routes.known(None)
