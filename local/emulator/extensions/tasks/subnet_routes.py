"""Where a subnet's routes lead: out of its VPC, or to an endpoint inside it.

The routes come from its own route table or else from its VPC's main one. A route to a deleted
gateway is a black hole. MiniStack's default VPC lacks the route to the internet gateway that AWS
gives it; here that route counts as present.
"""

from typing import Any

from ministack.core.responses import get_region
from ministack.services import ec2

Record = dict[str, Any]

_EVERYWHERE = "0.0.0.0/0"


def known(subnet_id: str | None) -> bool:
    return subnet_id in ec2._subnets


def _route_table(subnet: Record) -> Record:
    tables = [each for each in ec2._route_tables.values() if each["VpcId"] == subnet["VpcId"]]
    for table in tables:
        if any(each.get("SubnetId") == subnet["SubnetId"] for each in table["Associations"]):
            return table
    main = (table for table in tables if any(each.get("Main") for each in table["Associations"]))
    return next(main, {})


def _way_out(subnet: Record) -> Record:
    """The default route of a subnet."""
    table = _route_table(subnet)
    for route in table.get("Routes", ()):
        if route.get("DestinationCidrBlock") == _EVERYWHERE:
            return route
    vpc = ec2._vpcs.get(subnet["VpcId"]) or {}
    own = any(each.get("Main") for each in table.get("Associations", ()))
    return {"GatewayId": ec2._DEFAULT_IGW_ID} if vpc.get("IsDefault") and own else {}


def _is_attached(gateway_id: str, vpc_id: str) -> bool:
    gateway = ec2._internet_gateways.get(gateway_id) or {}
    return any(each["VpcId"] == vpc_id for each in gateway.get("Attachments", ()))


def _through_internet_gateway(subnet: Record) -> bool:
    gateway = _way_out(subnet).get("GatewayId", "")
    return gateway.startswith("igw-") and _is_attached(gateway, subnet["VpcId"])


def _through_nat(gateway_id: str) -> bool:
    gateway = ec2._nat_gateways.get(gateway_id) or {}
    stands_in = ec2._subnets.get(gateway.get("SubnetId", ""))
    public = gateway.get("State") == "available" and gateway["ConnectivityType"] == "public"
    return bool(public and stands_in and _through_internet_gateway(stands_in))


def reaches_internet(subnet_id: str, public_address: bool) -> bool:
    """Whether a subnet reaches the internet; an unknown default route counts as working."""
    subnet = ec2._subnets[subnet_id]
    route = _way_out(subnet)
    if not route:
        return False
    if "NatGatewayId" in route:
        return _through_nat(route["NatGatewayId"])
    if route.get("GatewayId", "").startswith("igw-"):
        return public_address and _through_internet_gateway(subnet)
    return True


def endpoint(subnet_id: str, service: str) -> Record | None:
    """The endpoint of an AWS service that a subnet's traffic to it takes, if there is one."""
    subnet = ec2._subnets[subnet_id]
    table = _route_table(subnet).get("RouteTableId")
    found = (
        each
        for each in ec2._vpc_endpoints.values()
        if each["ServiceName"] == f"com.amazonaws.{get_region()}.{service}"
        and each["VpcId"] == subnet["VpcId"]
        and each["State"] == "available"
        and (each["VpcEndpointType"] == "Interface" or table in each["RouteTableIds"])
    )
    return next(found, None)
