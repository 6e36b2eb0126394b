from typing import Any

import pytest
from botocore.exceptions import ClientError
from ministack.core.responses import request_scope
from ministack.services import sns

from extensions.topics import http_endpoints

from ..alarms.alarms import ACCOUNT, TOPIC
from ..front_door import HOST, ask
from ..sdk import client


@pytest.fixture(autouse=True)
def asked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Create the topic; return the endpoints that are asked to confirm."""
    endpoints: list[str] = []

    async def ask_endpoint(topic_arn: str, subscription: dict[str, Any]) -> None:
        del topic_arn
        endpoints.append(subscription["endpoint"])

    monkeypatch.setattr(sns, "_send_subscription_confirmation", ask_endpoint)
    monkeypatch.setattr(http_endpoints, "address_of", lambda endpoint: "93.184.215.14")
    client("sns").create_topic(Name="alarms", Tags=[{"Key": "Environment", "Value": "dev"}])
    return endpoints


def subscribe(protocol: str, endpoint: str, **settings: Any) -> str:
    answer = client("sns").subscribe(
        TopicArn=TOPIC, Protocol=protocol, Endpoint=endpoint, **settings
    )
    return str(answer["SubscriptionArn"])


def is_pending(arn: str) -> str:
    answer = client("sns").get_subscription_attributes(SubscriptionArn=arn)
    return str(answer["Attributes"]["PendingConfirmation"])


READERS = [("email", "ada@example.com"), ("https", "https://example.com/alarms")]


@pytest.mark.parametrize(("protocol", "endpoint"), READERS)
def test_a_reader_has_to_confirm(protocol: str, endpoint: str) -> None:
    assert subscribe(protocol, endpoint) == "pending confirmation"
    # Terraform asks for the ARN.
    arn = subscribe(protocol, endpoint, ReturnSubscriptionArn=True)
    assert arn.startswith(f"{TOPIC}:")
    assert is_pending(arn) == "true"
    listed = client("sns").list_subscriptions_by_topic(TopicArn=TOPIC)["Subscriptions"]
    assert [each["SubscriptionArn"] for each in listed] == ["PendingConfirmation"]


def test_a_queue_has_nothing_to_confirm() -> None:
    arn = subscribe("sqs", "arn:aws:sqs:us-east-1:000000000000:inbox")
    assert is_pending(arn) == "false"


def confirm(token: str, topic: str = TOPIC) -> int:
    url = f"/?Action=ConfirmSubscription&TopicArn={topic}&Token={token}"
    return ask("GET", url, {"Host": HOST}).status


def test_the_link_in_the_message_confirms_without_a_signature() -> None:
    arn = subscribe("https", "https://example.com/alarms", ReturnSubscriptionArn=True)
    (subscription,) = sns._topics[TOPIC]["subscriptions"]
    assert confirm("guessed") == 400
    assert is_pending(arn) == "true"
    assert confirm(subscription["token"]) == 200
    assert is_pending(arn) == "false"


def test_the_link_confirms_in_another_region_too() -> None:
    topic = f"arn:aws:sns:eu-west-1:{ACCOUNT}:alarms"
    with request_scope(ACCOUNT, "eu-west-1"):
        sns._create_topic({"Name": "alarms"})
        sns._subscribe({"TopicArn": topic, "Protocol": "email", "Endpoint": "ada@example.com"})
        (subscription,) = sns._topics[topic]["subscriptions"]
    assert confirm(subscription["token"], topic) == 200
    assert subscription["confirmed"]


def test_a_webhook_that_missed_its_confirmation_gets_another_one(asked: list[str]) -> None:
    endpoint = "https://example.com/alarms"
    for expected in (1, 2):
        subscribe("https", endpoint)
        assert asked == [endpoint] * expected
    confirm(sns._topics[TOPIC]["subscriptions"][0]["token"])
    subscribe("https", endpoint)
    assert asked == [endpoint] * 2


@pytest.mark.parametrize("rest", ["&Action=Publish", "&Message=1"])
def test_nothing_else_is_open_without_a_signature(rest: str) -> None:
    url = f"/?Action=ConfirmSubscription&TopicArn={TOPIC}&Token=1{rest}"
    assert ask("GET", url, {"Host": HOST}).status == 403


def test_a_pending_subscription_cannot_be_deleted_and_a_confirmed_one_can() -> None:
    arn = subscribe("email", "ada@example.com", ReturnSubscriptionArn=True)
    with pytest.raises(ClientError, match="that is pending confirmation"):
        client("sns").unsubscribe(SubscriptionArn=arn)
    confirm(sns._topics[TOPIC]["subscriptions"][0]["token"])
    client("sns").unsubscribe(SubscriptionArn=arn)
    with pytest.raises(ClientError, match="NotFound"):
        is_pending(arn)


def test_its_subscriptions_go_with_a_topic() -> None:
    arn = subscribe("email", "ada@example.com", ReturnSubscriptionArn=True)
    client("sns").delete_topic(TopicArn=TOPIC)
    with pytest.raises(ClientError, match="NotFound"):
        is_pending(arn)


@pytest.mark.parametrize(
    ("protocol", "endpoint", "problem"),
    [
        ("email", "ada", "Email address"),
        ("email-json", "ada@", "Email address"),
        ("https", "http://example.com", "must match the specified protocol"),
        ("http", "https://example.com", "must match the specified protocol"),
        ("https", "example.com", "must match the specified protocol"),
    ],
)
def test_an_endpoint_that_its_protocol_does_not_have_is_refused(
    protocol: str, endpoint: str, problem: str
) -> None:
    with pytest.raises(ClientError, match=f"InvalidParameter.*{problem}"):
        subscribe(protocol, endpoint)
    assert sns._topics[TOPIC]["subscriptions"] == []


def test_a_topic_keeps_its_tags() -> None:
    tags = client("sns").list_tags_for_resource(ResourceArn=TOPIC)["Tags"]
    assert tags == [{"Key": "Environment", "Value": "dev"}]
