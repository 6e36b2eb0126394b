"""Limits that AWS documents but its models lack, for the parameters that the platform sets.

Each is documented on the page of its operation, such as `API_CreateLoadBalancer.html`.
"""

from dataclasses import dataclass

_DESCRIPTION = r"[a-zA-Z0-9 ._\-:/()#,@\[\]+=&;{}!$*]*"
_ECS_NAME = r"[a-zA-Z0-9_-]+"
_IDENTIFIER = r"[a-zA-Z](-?[a-zA-Z0-9])*"


@dataclass(frozen=True)
class Limit:
    """The maximum length in characters, the allowed characters, and the documentation page."""

    longest: int
    page: str
    pattern: str = r"[\s\S]*"


def _ec2(operation: str, *parameters: str) -> dict[tuple[str, str], Limit]:
    page = f"https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_{operation}.html"
    return {(f"ec2:{operation}", each): Limit(255, page, _DESCRIPTION) for each in parameters}


def _ec2_tags(parameter: str, *operations: str) -> dict[tuple[str, str], Limit]:
    page = "https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_Tag.html"
    lengths = {"Key": 127, "Value": 256}
    return {
        (f"ec2:{operation}", f"{parameter}.{part}"): Limit(longest, page)
        for operation in operations
        for part, longest in lengths.items()
    }


def _ecs(operation: str, *parameters: str) -> dict[tuple[str, str], Limit]:
    page = f"https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_{operation}.html"
    return {(f"ecs:{operation}", each): Limit(255, page, _ECS_NAME) for each in parameters}


def _load_balancing(
    operation: str, parameter: str, longest: int, pattern: str
) -> dict[tuple[str, str], Limit]:
    page = (
        f"https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_{operation}.html"
    )
    return {(f"elasticloadbalancing:{operation}", parameter): Limit(longest, page, pattern)}


def _rds(
    operation: str, parameter: str, longest: int, pattern: str
) -> dict[tuple[str, str], Limit]:
    page = f"https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_{operation}.html"
    return {(f"rds:{operation}", parameter): Limit(longest, page, pattern)}


_NO_OUTER_HYPHEN = r"[a-zA-Z0-9]([a-zA-Z0-9-]*[a-zA-Z0-9])?"
_PATHS = r"[A-Za-z0-9_\-.$/~\"'@:+&*?]+"
_PATH_VALUES = "Conditions[].PathPatternConfig.Values[]"
_RULE = "IpPermissions[]"
_TAGGED = (
    *("CreateVpc", "CreateSubnet", "CreateSecurityGroup", "CreateInternetGateway"),
    *("CreateRouteTable", "CreateNatGateway", "AllocateAddress", "CreateVpcEndpoint"),
    *("AuthorizeSecurityGroupIngress", "AuthorizeSecurityGroupEgress"),
)

LIMITS: dict[tuple[str, str], Limit] = {
    **_ec2("CreateSecurityGroup", "Description"),
    **_ec2("AuthorizeSecurityGroupIngress", f"{_RULE}.IpRanges[].Description"),
    **_ec2("AuthorizeSecurityGroupIngress", f"{_RULE}.UserIdGroupPairs[].Description"),
    **_ec2("AuthorizeSecurityGroupEgress", f"{_RULE}.IpRanges[].Description"),
    **_ec2("AuthorizeSecurityGroupEgress", f"{_RULE}.UserIdGroupPairs[].Description"),
    ("ec2:CreateSecurityGroup", "GroupName"): Limit(
        255,
        "https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateSecurityGroup.html",
        f"(?!sg-){_DESCRIPTION}",
    ),
    **_ec2_tags("Tags[]", "CreateTags"),
    **_ec2_tags("TagSpecifications[].Tags[]", *_TAGGED),
    **_ecs("CreateCluster", "clusterName"),
    **_ecs("CreateService", "serviceName"),
    **_ecs("RegisterTaskDefinition", "family", "containerDefinitions[].name"),
    **_load_balancing("CreateLoadBalancer", "Name", 32, f"(?!internal-){_NO_OUTER_HYPHEN}"),
    **_load_balancing("CreateTargetGroup", "Name", 32, _NO_OUTER_HYPHEN),
    **_load_balancing("CreateRule", _PATH_VALUES, 128, _PATHS),
    **_load_balancing("ModifyRule", _PATH_VALUES, 128, _PATHS),
    **_rds("CreateDBCluster", "DBClusterIdentifier", 63, _IDENTIFIER),
    **_rds("CreateDBCluster", "MasterUsername", 16, r"[a-zA-Z][a-zA-Z0-9]*"),
    **_rds("CreateDBCluster", "DatabaseName", 64, r"[a-zA-Z0-9]+"),
    **_rds("CreateDBInstance", "DBInstanceIdentifier", 63, _IDENTIFIER),
    **_rds("CreateDBSubnetGroup", "DBSubnetGroupName", 255, r"[a-zA-Z][a-zA-Z0-9._ -]*"),
    **_rds("CreateDBClusterParameterGroup", "DBClusterParameterGroupName", 255, _IDENTIFIER),
    # The limit of a certificate's first name, which is its common name (RFC 5280).
    ("acm:RequestCertificate", "DomainName"): Limit(
        64, "https://docs.aws.amazon.com/acm/latest/APIReference/API_RequestCertificate.html"
    ),
}
