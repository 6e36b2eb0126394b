import json
from typing import Any

from ministack.services import ecs

from ..conftest import FakeEngine, run_service, wait_for
from .test_service_deployments import listed


def described(*arns: str) -> dict[str, Any]:
    answer: dict[str, Any] = json.loads(
        ecs._describe_service_revisions({"serviceRevisionArns": list(arns)})[2]
    )
    return answer


def test_a_deployment_names_the_revision_that_it_deployed(engine: FakeEngine) -> None:
    run_service()
    wait_for(lambda: listed(status=["SUCCESSFUL"]))
    assert engine.started == ["app"]
    [deployment] = listed()
    arn = deployment["targetServiceRevisionArn"]
    [revision] = described(arn)["serviceRevisions"]
    [service] = ecs._services.values()
    assert revision["serviceRevisionArn"] == arn
    assert revision["taskDefinition"] == service["taskDefinition"]
    # ECS tells it of the revision alone.
    assert not [key for key in deployment if key.startswith("_")]


def test_an_unknown_revision_is_missing(engine: FakeEngine) -> None:
    del engine
    assert described("arn:unknown") == {
        "serviceRevisions": [],
        "failures": [{"arn": "arn:unknown", "reason": "MISSING"}],
    }
