import json
from typing import Any

import pytest

from .conftest import PLACE, attributes_of, call, create

POLICY = json.dumps(
    {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Deny",
                "Principal": "*",
                "Action": "sqs:*",
                "Resource": f"{PLACE}:exports",
                "Condition": {"Bool": {"aws:SecureTransport": "false"}},
            }
        ],
    }
)


def test_a_new_queue_has_the_attributes_of_aws() -> None:
    create()
    found = attributes_of()
    assert found.pop("CreatedTimestamp") == found.pop("LastModifiedTimestamp")
    assert found == {
        "ApproximateNumberOfMessages": "0",
        "ApproximateNumberOfMessagesDelayed": "0",
        "ApproximateNumberOfMessagesNotVisible": "0",
        "DelaySeconds": "0",
        "MaximumMessageSize": "1048576",
        "MessageRetentionPeriod": "345600",
        "QueueArn": f"{PLACE}:exports",
        "ReceiveMessageWaitTimeSeconds": "0",
        "SqsManagedSseEnabled": "true",
        "VisibilityTimeout": "30",
    }


def test_what_terraform_sets_it_reads_again() -> None:
    given = {
        "VisibilityTimeout": "120",
        "MessageRetentionPeriod": "1209600",
        "ReceiveMessageWaitTimeSeconds": "20",
        "SqsManagedSseEnabled": "true",
    }
    create(**given)
    # A resource of its own sets the policy, and unsets it when it is destroyed.
    call("SetQueueAttributes", Attributes={"Policy": POLICY})
    found = attributes_of()
    assert given.items() <= found.items()
    assert json.loads(found["Policy"]) == json.loads(POLICY)
    call("SetQueueAttributes", Attributes={"Policy": "", "KmsMasterKeyId": ""})
    assert not {"Policy", "KmsMasterKeyId"} & attributes_of().keys()


def test_a_queue_has_one_kind_of_encryption() -> None:
    create(KmsMasterKeyId="alias/aws/sqs")
    assert attributes_of()["SqsManagedSseEnabled"] == "false"
    call("SetQueueAttributes", Attributes={"SqsManagedSseEnabled": "true"})
    assert "KmsMasterKeyId" not in attributes_of()
    call("SetQueueAttributes", Attributes={"SqsManagedSseEnabled": "false"})
    assert attributes_of()["SqsManagedSseEnabled"] == "false"


@pytest.mark.parametrize(
    ("attributes", "code"),
    [
        ({"VisibilityTimeout": "43201"}, "InvalidAttributeValue"),
        ({"MessageRetentionPeriod": "59"}, "InvalidAttributeValue"),
        ({"MaximumMessageSize": "1048577"}, "InvalidAttributeValue"),
        ({"SqsManagedSseEnabled": "yes"}, "InvalidAttributeValue"),
        ({"SqsManagedSseEnabled": "true", "KmsMasterKeyId": "k"}, "InvalidAttributeValue"),
        ({"Policy": "{"}, "InvalidAttributeValue"),
        ({"RedrivePolicy": '"{}"'}, "InvalidAttributeValue"),
        # Where the model lists the names, its validation comes first.
        ({"Colour": "red"}, "InvalidParameterValue"),
        ({"ApproximateNumberOfMessages": "7"}, "InvalidAttributeName"),
    ],
)
def test_an_attribute_that_aws_refuses_is_refused(attributes: dict[str, Any], code: str) -> None:
    assert create(**attributes)["__type"] == code
    create()
    before = attributes_of()
    assert call("SetQueueAttributes", Attributes=attributes)["__type"] == code
    assert attributes_of() == before


def test_a_queue_has_a_name_of_80_letters_at_most() -> None:
    assert create("x" * 80).status == 200
    for name in ("x" * 81, "a.b", "a b", ""):
        assert create(name).status == 400


def test_a_queue_may_be_created_again_as_it_is() -> None:
    url = create(VisibilityTimeout="60")["QueueUrl"]
    assert create(VisibilityTimeout="60")["QueueUrl"] == url
    found = create(VisibilityTimeout="61")
    assert (found["__type"], found.query_error) == ("QueueNameExists", "QueueAlreadyExists")


def test_a_queue_s_tags_are_kept() -> None:
    call("CreateQueue", QueueName="exports", tags={"Environment": "dev"})
    call("TagQueue", Tags={"Service": "worker"})
    call("UntagQueue", TagKeys=["Environment"])
    assert call("ListQueueTags")["Tags"] == {"Service": "worker"}
