"""What IAM allows is what the service does: a request that names two operations is refused."""

import botocore.session
import pytest

from extensions.access import services_in_use
from extensions.access.one_operation import BY_ACTION

from ..front_door import CALLER, ask, ecs, query, signed

LIST = "AmazonEC2ContainerServiceV20141113.ListClusters"
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
CBOR = {"smithy-protocol": "rpc-v2-cbor"}


@pytest.mark.parametrize(
    ("service", "url", "headers", "body"),
    [
        ("ecs", "/?Action=DescribeClusters", {"X-Amz-Target": LIST}, "{}"),
        ("ecs", "/taskdefinitions", {"X-Amz-Target": LIST}, "{}"),
        ("ecs", "/", {"X-Amz-Target": f"{LIST}, {LIST}"}, "{}"),
        ("sqs", "/?Action=SendMessage", {"X-Amz-Target": "AmazonSQS.ReceiveMessage"}, "{}"),
        ("sts", f"/?{CALLER}", FORM, "Action=AssumeRole"),
        ("sts", f"/?{CALLER}", {}, "Action=AssumeRole"),
        ("sts", f"/?{CALLER}&Action=AssumeRole", {}, ""),
        ("iam", "/", FORM, "Action=ListRoles&Action=CreateRole"),
        ("monitoring", "/service/A/operation/ListMetrics?Action=PutMetricData", CBOR, ""),
    ],
    ids=str,
)
def test_two_operations_in_one_request_are_refused(
    service: str, url: str, headers: dict[str, str], body: str
) -> None:
    answer = ask("POST", url, signed(service, "POST", url, body, headers), body)
    assert answer.status in (400, 403)
    assert b"The request names several operations" in answer.body


def test_one_operation_goes_on_however_it_is_named() -> None:
    assert "clusterArns" in ecs("ListClusters", {}).text
    assert "GetCallerIdentityResult" in query("sts", CALLER).text
    url = f"/?{CALLER}"
    assert "GetCallerIdentityResult" in ask("GET", url, signed("sts", "GET", url)).text
    # The same twice is one.
    assert (
        "GetCallerIdentityResult"
        in ask("POST", url, signed("sts", "POST", url, CALLER), CALLER).text
    )
    headers = {"X-Amz-Target": "AmazonSQS.ListQueues", "Content-Type": "application/x-amz-json-1.0"}
    body = '{"QueueNamePrefix": "a?Action=x&Action=y"}'
    url = "/000000000000/orders"
    assert ask("POST", url, signed("sqs", "POST", url, body, headers), body).status == 200


def test_the_services_with_actions_are_those_that_are_on() -> None:
    names = {"elasticloadbalancing": "elbv2", "monitoring": "cloudwatch", "states": "stepfunctions"}
    names["tagging"] = "resourcegroupstaggingapi"
    session = botocore.session.get_session()
    found = set()
    for signing_name in services_in_use.PURPOSES.keys() - {"ecs-metadata"}:
        metadata = session.get_service_model(names.get(signing_name, signing_name)).metadata
        if {"query", "ec2"} & {metadata["protocol"], *metadata.get("protocols", [])}:
            found.add(signing_name)
    # botocore describes the newer protocol of SQS alone.
    assert found == BY_ACTION - {"sqs"}
