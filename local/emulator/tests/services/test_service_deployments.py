import json
from typing import Any

from ministack.services import ecs

from ..conftest import FakeEngine, run_service, wait_for


def listed(**request: Any) -> list[dict[str, Any]]:
    request = {"cluster": "main", "service": "app", **request}
    _, _, body = ecs._finalize_ecs_response(ecs._list_service_deployments(request))
    return json.loads(body)["serviceDeployments"]


def test_deployments_are_listed_by_status(engine: FakeEngine) -> None:
    run_service()
    wait_for(lambda: listed(status=["SUCCESSFUL"]))
    assert engine.started == ["app"]
    assert listed(status=["IN_PROGRESS"]) == []


def test_the_end_of_a_deployment_is_a_number_as_every_sdk_reads_it(engine: FakeEngine) -> None:
    del engine
    run_service(desired=0)
    wait_for(lambda: listed(status=["SUCCESSFUL"]))
    [deployment] = listed()
    assert isinstance(deployment["finishedAt"], int)


def test_a_deployment_tells_which_revision_it_replaces(engine: FakeEngine) -> None:
    run_service()
    wait_for(lambda: listed(status=["SUCCESSFUL"]))
    ecs._update_service({"cluster": "main", "service": "app", "forceNewDeployment": True})
    wait_for(lambda: len(listed(status=["SUCCESSFUL"])) == 2)
    assert engine.started == ["app", "app"]
    second, first = listed()
    arns = [second["serviceDeploymentArn"], first["serviceDeploymentArn"]]
    answer = json.loads(ecs._describe_service_deployments({"serviceDeploymentArns": arns})[2])
    assert [each["sourceServiceRevisions"] for each in answer["serviceDeployments"]] == [
        [{"arn": first["targetServiceRevisionArn"]}],
        [],
    ]


def test_a_deployment_is_described_by_its_arn(engine: FakeEngine) -> None:
    run_service()
    wait_for(lambda: [each["status"] for each in listed()] == ["SUCCESSFUL"])
    assert engine.started == ["app"]
    arn = listed()[0]["serviceDeploymentArn"]
    request = {"serviceDeploymentArns": [arn, "arn:unknown"]}
    answer = json.loads(ecs._describe_service_deployments(request)[2])
    assert [each["status"] for each in answer["serviceDeployments"]] == ["SUCCESSFUL"]
    assert answer["failures"] == [{"arn": "arn:unknown", "reason": "MISSING"}]
