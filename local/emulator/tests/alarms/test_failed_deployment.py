"""From a deployment that fails to the message about it, through every part in between."""

from ministack.services import ecs, eventbridge

from ..conftest import FakeEngine, register, run_service, wait_for
from ..sdk import client
from ..services.test_deployments import fail_revision
from .alarms import ACCOUNT, TOPIC, may_publish, received, topic_with_queue

PATTERN = (
    '{"source": ["aws.ecs"], "detail-type": ["ECS Deployment State Change"],'
    ' "detail": {"eventName": ["SERVICE_DEPLOYMENT_FAILED"]},'
    f' "resources": [{{"prefix": "arn:aws:ecs:us-east-1:{ACCOUNT}:service/main/"}}]}}'
)


def test_a_failed_deployment_is_told_once_and_no_other_is(engine: FakeEngine) -> None:
    topic_with_queue(may_publish("events.amazonaws.com"))
    events = client("events")
    events.put_rule(Name="failed", EventPattern=PATTERN)
    message = {
        "InputPathsMap": {"service": "$.resources[0]", "reason": "$.detail.reason"},
        "InputTemplate": '"<service>: <reason>"',
    }
    target = {"Id": "topic", "Arn": TOPIC, "InputTransformer": message}
    events.put_targets(Rule="failed", Targets=[target])
    try:
        service = run_service()
        wait_for(lambda: service["deployments"][0]["rolloutState"] == "COMPLETED")
        engine.on_start = fail_revision(2)
        ecs._update_service({"cluster": "main", "service": "app", "taskDefinition": register()})
        wait_for(lambda: len(service["deployments"]) == 1 and received())
    finally:
        eventbridge.reset()
    assert received() == [
        f'"{service["serviceArn"]}: ECS deployment circuit breaker: tasks failed to start."'
    ]
