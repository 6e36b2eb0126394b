"""Subscriptions that wait for their reader's confirmation, and endpoints that no protocol has.

MiniStack confirms an e-mail address at once, and takes any text as an endpoint. On AWS nothing is
delivered before the reader confirms, and a pending subscription cannot be deleted: it expires after
48 hours. In the local AWS it is gone with its topic. A topic that is subscribed to once more asks a
pending reader once more.

https://docs.aws.amazon.com/sns/latest/api/API_ConfirmSubscription.html
https://docs.aws.amazon.com/sns/latest/api/API_Subscribe.html
https://docs.aws.amazon.com/sns/latest/api/API_Unsubscribe.html
"""

import asyncio
import re
from collections.abc import Callable
from typing import Any

from ministack.core.arn import ArnParseError, parse_arn
from ministack.core.responses import new_uuid, request_scope
from ministack.services import sns

from .. import seam
from . import http_endpoints

Record = dict[str, Any]

_PENDING = "pending confirmation"
_EMAIL = ("email", "email-json")
# What an endpoint of each protocol looks like.
_ENDPOINTS = {
    "email": r"[^@\s]+@[^@\s]+\.[^@\s]+",
    "email-json": r"[^@\s]+@[^@\s]+\.[^@\s]+",
    "http": r"http://\S+",
    "https": r"https://\S+",
}

# A loop keeps no task alive that nobody else does.
_sent: set[asyncio.Future[None]] = set()


def problem_of(protocol: str, endpoint: str) -> str | None:
    """What AWS says of an endpoint that its protocol does not have."""
    pattern = _ENDPOINTS.get(protocol)
    if pattern is None:
        return None
    if re.fullmatch(pattern, endpoint):
        return http_endpoints.problem_of(endpoint) if protocol in http_endpoints.PROTOCOLS else None
    if protocol in _EMAIL:
        return "Invalid parameter: Email address"
    return "Invalid parameter: Endpoint must match the specified protocol"


def _confirmed_by_its_reader(original: Callable[[Record], Any]) -> Callable[[Record], Any]:
    def subscribe(params: Record) -> Any:
        protocol, endpoint = sns._p(params, "Protocol"), sns._p(params, "Endpoint")
        if problem := problem_of(protocol, endpoint):
            return sns._error("InvalidParameter", problem, 400)
        known = _all_of(params)
        answer = original(params)
        if answer[0] != 200:
            return answer
        (subscription,) = [
            each
            for each in _all_of(params)
            if (each["protocol"], each["endpoint"]) == (protocol, endpoint)
        ]
        if protocol in _EMAIL and subscription not in known:
            subscription.update(confirmed=False, token=new_uuid())
            subscription["attributes"].update(
                PendingConfirmation="true", ConfirmationWasAuthenticated="false"
            )
        elif protocol not in _EMAIL and not subscription["confirmed"] and subscription in known:
            _ask_again(subscription)
        tells = subscription["confirmed"] or sns._p(params, "ReturnSubscriptionArn") == "true"
        arn = subscription["arn"] if tells else _PENDING
        result = f"<SubscriptionArn>{arn}</SubscriptionArn>"
        return sns._xml(200, "SubscribeResponse", f"<SubscribeResult>{result}</SubscribeResult>")

    return subscribe


def _ask_again(subscription: Record) -> None:
    confirmation = sns._send_subscription_confirmation(subscription["topic_arn"], subscription)
    sending = asyncio.ensure_future(confirmation)
    _sent.add(sending)
    sending.add_done_callback(_sent.discard)


def _where_its_topic_is(original: Callable[[Record], Any]) -> Callable[[Record], Any]:
    """The link that was sent names its region in the topic's ARN alone."""

    def confirm(params: Record) -> Any:
        try:
            topic = parse_arn(sns._normalize_arn(sns._p(params, "TopicArn")))
        except ArnParseError:
            return original(params)
        with request_scope(topic.account_id, topic.region):
            return original(params)

    return confirm


def _all_of(params: Record) -> list[Record]:
    topic = sns._topics.get(sns._normalize_arn(sns._p(params, "TopicArn"))) or {}
    return list(topic.get("subscriptions") or [])


def _never_pending(original: Callable[[Record], Any]) -> Callable[[Record], Any]:
    def unsubscribe(params: Record) -> Any:
        arn = sns._p(params, "SubscriptionArn")
        found = sns._find_subscription(sns._sub_arn_to_topic.get(arn) or "", arn)
        if found and not found["confirmed"]:
            text = (
                "Invalid parameter: Cannot unsubscribe a subscription that is pending confirmation"
            )
            return sns._error("InvalidParameter", text, 400)
        return original(params)

    return unsubscribe


def _listed_as_pending(original: Callable[[Record], Any]) -> Callable[[Record], Any]:
    def listed(params: Record) -> Any:
        status, headers, body = original(params)
        for topic in sns._topics.values():
            for each in topic["subscriptions"]:
                if not each["confirmed"]:
                    body = body.replace(each["arn"].encode(), b"PendingConfirmation")
        return status, headers, body

    return listed


def install() -> None:
    seam.check(sns, "_find_subscription", "topic_arn sub_arn")
    seam.check(sns, "_send_subscription_confirmation", "topic_arn sub")
    seam.wrap(sns, "_subscribe", "params", _confirmed_by_its_reader)
    seam.wrap(sns, "_confirm_subscription", "params", _where_its_topic_is)
    seam.wrap(sns, "_unsubscribe", "params", _never_pending)
    for name in ("_list_subscriptions", "_list_subscriptions_by_topic"):
        seam.wrap(sns, name, "params", _listed_as_pending)
