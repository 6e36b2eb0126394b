"""Amazon SNS: who may publish to a topic, how a subscription is confirmed, what a policy may be,
which endpoints are reached.

And the rules of EventBridge, whose target is a topic. No two extensions share a function, so their
order does not matter.
"""

from . import event_targets, http_endpoints, input_paths, publishing, subscriptions, topic_policy

EXTENSIONS = (
    event_targets,
    http_endpoints,
    input_paths,
    publishing,
    subscriptions,
    topic_policy,
)
