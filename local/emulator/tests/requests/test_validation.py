"""Requests as an SDK writes them, and what is wrong with them."""

import asyncio
import json
from collections.abc import Iterator
from typing import Any

import botocore.session
import pytest
from botocore.awsrequest import prepare_request_dict
from botocore.serialize import create_serializer
from ministack import app

from extensions.requests import patterns, validation
from extensions.requests.documented_limits import LIMITS
from extensions.requests.models import Request
from extensions.requests.record import PATH, RequestRecord

Record = dict[str, Any]

SIGNED_AS = {"elbv2": "elasticloadbalancing", "cloudwatch": "monitoring"}


@pytest.fixture(autouse=True)
def _new_record() -> Iterator[None]:
    validation.record.begin()
    yield
    validation.record.begin()


def written(service: str, operation: str, parameters: Record, protocol: str = "") -> Request:
    """Return the request that botocore writes, which is not asked whether it is valid."""
    model = botocore.session.get_session().get_service_model(service)
    serializer = create_serializer(protocol or model.protocol, include_validation=False)
    made = serializer.serialize_to_request(parameters, model.operation_model(operation))
    prepare_request_dict(made, "http://127.0.0.1")
    scope = SIGNED_AS.get(service, service)
    credential = f"Credential=test/20260101/us-east-1/{scope}/aws4_request"
    signed = f"AWS4-HMAC-SHA256 {credential}, SignedHeaders=host, Signature=0"
    headers = {name.lower(): value for name, value in made["headers"].items()}
    headers["x-amz-date"] = "20260101T000000Z"
    body = made["body"]
    if isinstance(body, dict):
        body = "&".join(f"{name}={quoted(value)}" for name, value in body.items())
    text = body.encode() if isinstance(body, str) else body
    return Request(made["method"], made["url_path"], {**headers, "authorization": signed}, text, {})


def quoted(value: Any) -> str:
    return str(value).replace("%", "%25").replace("&", "%26").replace("+", "%2B")


def wrong(service: str, operation: str, parameters: Record, protocol: str = "") -> list[str]:
    validation.refusal(written(service, operation, parameters, protocol), "id")
    return [
        f"{each.parameter} {each.rule}"
        for invalid in validation.record.invalid
        for each in invalid.violations
    ]


ROLE = {"RoleName": "a", "AssumeRolePolicyDocument": "{}"}
GROUP = {"GroupName": "a", "Description": "a", "VpcId": "vpc-1"}
CLUSTER = {"DBClusterIdentifier": "a", "Engine": "aurora-postgresql"}
INSTANCE = {"DBInstanceIdentifier": "a", "DBInstanceClass": "a", "Engine": "aurora-postgresql"}
SUBNETS = {"DBSubnetGroupName": "a", "DBSubnetGroupDescription": "a", "SubnetIds": ["subnet-1"]}
PARAMETERS = {
    "DBClusterParameterGroupName": "a",
    "DBParameterGroupFamily": "aurora-postgresql17",
    "Description": "a",
}
TARGET = {
    "ServiceNamespace": "ecs",
    "ResourceId": "service/a/b",
    "ScalableDimension": "ecs:service:DesiredCount",
}
TASKS = {"family": "a", "containerDefinitions": []}
POLICY = {"RoleName": "a", "PolicyName": "a", "PolicyDocument": "{}"}
NAMESPACE = {"Vpc": "vpc-1"}

# Each kind of name that the platform makes: the operation, its parameter and its greatest length.
NAMES = [
    ("ecr", "CreateRepository", "repositoryName", 256, {}),
    ("logs", "CreateLogGroup", "logGroupName", 512, {}),
    ("iam", "CreateRole", "RoleName", 64, ROLE),
    ("iam", "PutRolePolicy", "PolicyName", 128, POLICY),
    ("secretsmanager", "CreateSecret", "Name", 512, {}),
    ("elbv2", "CreateLoadBalancer", "Name", 32, {}),
    ("elbv2", "CreateTargetGroup", "Name", 32, {}),
    ("ec2", "CreateSecurityGroup", "GroupName", 255, GROUP),
    ("ec2", "CreateSecurityGroup", "Description", 255, GROUP),
    ("ecs", "CreateCluster", "clusterName", 255, {}),
    ("ecs", "CreateService", "serviceName", 255, {}),
    ("ecs", "RegisterTaskDefinition", "family", 255, TASKS),
    ("rds", "CreateDBCluster", "DBClusterIdentifier", 63, CLUSTER),
    ("rds", "CreateDBInstance", "DBInstanceIdentifier", 63, INSTANCE),
    ("rds", "CreateDBSubnetGroup", "DBSubnetGroupName", 255, SUBNETS),
    ("rds", "CreateDBClusterParameterGroup", "DBClusterParameterGroupName", 255, PARAMETERS),
    ("servicediscovery", "CreatePrivateDnsNamespace", "Name", 253, NAMESPACE),
    ("servicediscovery", "CreateService", "Name", 63, {}),
    (
        "application-autoscaling",
        "PutScalingPolicy",
        "PolicyName",
        256,
        {**TARGET, "PolicyType": "TargetTrackingScaling"},
    ),
]


@pytest.mark.parametrize(("service", "operation", "parameter", "longest", "others"), NAMES)
def test_a_name_one_character_too_long_is_refused(
    service: str, operation: str, parameter: str, longest: int, others: Record
) -> None:
    assert wrong(service, operation, {**others, parameter: "a" * longest}) == []
    assert any(
        problem.startswith(f"{parameter} ")
        for problem in wrong(service, operation, {**others, parameter: "a" * (longest + 1)})
    )


def test_a_domain_of_65_characters_is_refused() -> None:
    domain = ".".join(["a" * 30, "b" * 29, "com"])
    assert len(domain) == 64
    assert wrong("acm", "RequestCertificate", {"DomainName": domain}) == []
    found = wrong("acm", "RequestCertificate", {"DomainName": f"c{domain}"})
    assert found == [
        "DomainName has 65 characters; the most is 64: "
        "https://docs.aws.amazon.com/acm/latest/APIReference/API_RequestCertificate.html"
    ]


@pytest.mark.parametrize(
    ("key", "value"), [("k" * 128, "v"), ("k", "v" * 257)], ids=["key", "value"]
)
def test_a_tag_one_character_too_long_is_refused(key: str, value: str) -> None:
    tags = [{"Key": key, "Value": value}]
    specification = {"ResourceType": "vpc", "Tags": tags}
    found = wrong("ec2", "CreateVpc", {"TagSpecifications": [specification]})
    assert [each.split(" ")[0] for each in found] == [
        f"TagSpecifications[0].Tags[0].{'Key' if len(key) > 127 else 'Value'}"
    ]


def test_a_mistyped_choice_is_refused() -> None:
    assert wrong("ecs", "CreateService", {"serviceName": "a", "launchType": "FARGAT"}) == [
        "launchType must be one of EC2, FARGATE, EXTERNAL, MANAGED_INSTANCES"
    ]


@pytest.mark.parametrize(
    ("service", "operation", "others"),
    [("ecs", "ListClusters", {}), ("iam", "CreateRole", ROLE), ("ec2", "CreateVpc", {})],
)
def test_an_unknown_parameter_is_refused(service: str, operation: str, others: Record) -> None:
    request = written(service, operation, others)
    if service == "ecs":
        body = json.dumps({**others, "Colour": "red"}).encode()
    else:
        body = request.body + b"&Colour=red"
    changed = Request(request.method, request.path, request.headers, body, request.query)
    assert validation.refusal(changed, "id") is not None
    [invalid] = validation.record.invalid
    assert [each.parameter for each in invalid.violations] == ["Colour"]


def test_a_presigned_request_is_validated_without_its_signature() -> None:
    signature = {
        "X-Amz-Algorithm": ["AWS4-HMAC-SHA256"],
        "X-Amz-Credential": ["test/20260101/us-east-1/iam/aws4_request"],
        "X-Amz-Date": ["20260101T000000Z"],
        "X-Amz-SignedHeaders": ["host"],
        "X-Amz-Signature": ["0"],
    }
    call = {"Action": ["GetRole"], "Version": ["2010-05-08"], "RoleName": ["a"]}
    assert validation.refusal(Request("GET", "/", {}, b"", {**signature, **call}), "id") is None
    assert validation.record.invalid == []
    wrong = {**signature, **call, "Colour": ["red"]}
    assert validation.refusal(Request("GET", "/", {}, b"", wrong), "id") is not None


def test_what_is_missing_is_refused() -> None:
    assert wrong("iam", "CreateRole", {"RoleName": "a"}) == ["AssumeRolePolicyDocument is required"]


@pytest.mark.parametrize(("port", "rule"), [(0, "at least 1"), (65536, "at most 65535")])
def test_a_number_out_of_range_is_refused(port: int, rule: str) -> None:
    found = wrong("elbv2", "CreateTargetGroup", {"Name": "a", "Port": port})
    assert found == [f"Port must be {rule}"]


def test_a_list_that_is_too_long_is_refused() -> None:
    names = [f"a{number}" for number in range(101)]
    found = wrong("ecr", "DescribeRepositories", {"repositoryNames": names})
    assert found == ["repositoryNames has 101 members; the most is 100"]


def test_a_value_beside_its_pattern_is_refused() -> None:
    [found] = wrong("iam", "CreateRole", {**ROLE, "RoleName": "a b"})
    assert found.startswith("RoleName must match ")


def test_records_of_dns_are_read_from_xml() -> None:
    change = {
        "Action": "UPSERT",
        "ResourceRecordSet": {
            "Name": "a.example.com",
            "Type": "CNAME",
            "TTL": 60,
            "ResourceRecords": [{"Value": "b"}],
        },
    }
    parameters = {"HostedZoneId": "Z1", "ChangeBatch": {"Changes": [change]}}
    operation = "ChangeResourceRecordSets"
    assert wrong("route53", operation, parameters) == []
    change["ResourceRecordSet"]["Type"] = "CNAMES"  # type: ignore[index]
    [found] = wrong("route53", operation, parameters)
    parameter = "ChangeBatch.Changes[0].ResourceRecordSet.Type"
    assert found.startswith(f"{parameter} must be one of ")


def test_metrics_are_read_from_cbor() -> None:
    parameters = {"Namespace": "a", "MetricData": [{"MetricName": "m" * 256}]}
    [found] = wrong("cloudwatch", "PutMetricData", parameters)
    assert found == "MetricData[0].MetricName has 256 characters; the most is 255"


def test_what_is_refused_never_reaches_the_service() -> None:
    request = written("iam", "CreateRole", {**ROLE, "RoleName": "a" * 65})
    status, _, body = asyncio.run(
        app._dispatch_service_request(
            request.method, request.path, dict(request.headers), request.body, {}, "id"
        )
    )
    assert status == 400
    assert b"<Code>ValidationError</Code>" in body
    assert b"RoleName" in body


def test_the_record_is_told_and_begun_anew() -> None:
    wrong("iam", "CreateRole", ROLE)
    wrong("iam", "CreateRole", {**ROLE, "Path": "here"})
    wrong("s3", "ListBuckets", {})
    told = asyncio.run(app._handle_pre_body_request("DELETE", PATH, {}, {}, "id"))
    record = json.loads(told[2])
    assert record["requests"] == 2
    assert record["actions"] == {"iam:CreateRole": 2}
    assert [each["action"] for each in record["invalid"]] == ["iam:CreateRole"]
    assert record["unchecked"] == {"s3": 1}
    assert validation.record.actions.total() == 0


@pytest.mark.parametrize(("action", "parameter"), LIMITS)
def test_a_documented_limit_is_of_a_parameter_that_exists(action: str, parameter: str) -> None:
    names = {signed: name for name, signed in SIGNED_AS.items()}
    service, _, operation = action.partition(":")
    model = botocore.session.get_session().get_service_model(names.get(service, service))
    shape: Any = model.operation_model(operation).input_shape
    for part in parameter.split("."):
        shape = shape.members[part.removesuffix("[]")]
        shape = shape.member if part.endswith("[]") else shape


def test_every_pattern_of_the_services_in_use_can_be_read() -> None:
    loader = botocore.session.get_session().get_component("data_loader")
    services = {service for service, *_ in NAMES} | {"acm", "route53", "sts", "service-quotas"}
    for service in services | {"resourcegroupstaggingapi", "cloudwatch", "s3", "ssm"}:
        for shape in loader.load_service_model(service, "service-2")["shapes"].values():
            patterns.matches(shape.get("pattern", ""), "")
    assert patterns.unreadable == set()


def test_operations_are_recorded_by_their_names_in_iam() -> None:
    made = RequestRecord()
    made.add("monitoring:PutMetricAlarm", [])
    made.add("ecs:ListTasks", [])
    assert sorted(made.actions) == ["cloudwatch:PutMetricAlarm", "ecs:ListTasks"]
