import json
from collections.abc import Iterator
from typing import Any

import pytest
from ministack.services import kms, sns

from extensions.topics import publishing
from extensions.topics.publishing import Publisher

from ..alarms.alarms import ACCOUNT, TOPIC, may_publish

SOURCE = f"arn:aws:budgets::{ACCOUNT}:budget/dev"
PRINCIPAL = "budgets.amazonaws.com"
TELLING = Publisher(PRINCIPAL, "AWS Budgets")
SILENT = Publisher(PRINCIPAL, "AWS Budgets", tells_source=False)


def topic(statement: dict[str, Any], **attributes: str) -> None:
    policy = json.dumps({"Statement": [statement]})
    sns._topics[TOPIC] = {"attributes": {"Policy": policy, **attributes}, "subscriptions": []}


@pytest.fixture(autouse=True)
def _no_keys() -> Iterator[None]:
    yield
    kms._keys.clear()
    kms._aliases.clear()


def test_a_service_that_the_policy_names_may_publish() -> None:
    topic(may_publish(PRINCIPAL))
    assert publishing.refusal(TELLING, TOPIC, SOURCE) is None
    assert publishing.refusal(SILENT, TOPIC, SOURCE) is None


def test_another_service_may_not_and_neither_may_an_account_s_name_stand_for_it() -> None:
    account = {**may_publish(PRINCIPAL), "Principal": {"AWS": f"arn:aws:iam::{ACCOUNT}:root"}}
    for statement in (may_publish("other.amazonaws.com"), account):
        topic(statement)
        assert "is not authorized" in str(publishing.refusal(TELLING, TOPIC, SOURCE))


@pytest.mark.parametrize(
    "condition",
    [
        {"StringEquals": {"aws:SourceAccount": ACCOUNT}},
        {"ArnLike": {"aws:SourceArn": "arn:aws:budgets::*:budget/*"}},
    ],
)
def test_a_condition_on_the_source_holds_only_for_one_who_tells_it(
    condition: dict[str, Any],
) -> None:
    topic(may_publish(PRINCIPAL, **condition))
    assert publishing.refusal(TELLING, TOPIC, SOURCE) is None
    assert publishing.refusal(SILENT, TOPIC, SOURCE) is not None


def test_a_missing_topic_is_told_as_such() -> None:
    assert publishing.refusal(TELLING, TOPIC, SOURCE) == f"Topic does not exist: {TOPIC}"


@pytest.mark.parametrize("key", ["alias/aws/sns", f"arn:aws:kms:us-east-1:{ACCOUNT}:alias/aws/sns"])
def test_nobody_publishes_with_the_key_that_aws_manages(key: str) -> None:
    topic(may_publish(PRINCIPAL), KmsMasterKeyId=key)
    open_to_all = {"Effect": "Allow", "Principal": "*", "Action": "kms:*", "Resource": "*"}
    arn = f"arn:aws:kms:us-east-1:{ACCOUNT}:key/aws"
    kms._keys["aws"] = {"Arn": arn, "Policy": json.dumps({"Statement": [open_to_all]})}
    kms._aliases[f"arn:aws:kms:us-east-1:{ACCOUNT}:alias/aws/sns"] = "aws"
    assert publishing.refusal(TELLING, TOPIC, SOURCE) == (
        "AWS Budgets does not have authorization to access the SNS topic encryption key."
    )


def test_a_customer_s_key_has_to_name_the_service_too() -> None:
    lets = {**may_publish(PRINCIPAL), "Action": "kms:*", "Resource": "*"}
    topic(may_publish(PRINCIPAL), KmsMasterKeyId="own")
    for policy, is_refused in (({"Statement": [lets]}, False), ({"Statement": []}, True)):
        arn = f"arn:aws:kms:us-east-1:{ACCOUNT}:key/own"
        kms._keys["own"] = {"Arn": arn, "Policy": json.dumps(policy)}
        assert (publishing.refusal(TELLING, TOPIC, SOURCE) is not None) == is_refused
    kms._keys.clear()
    assert publishing.refusal(TELLING, TOPIC, SOURCE) is not None
