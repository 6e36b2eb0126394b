import json
from typing import Any

import pytest
from ministack.services import ecs

from ..conftest import CONTAINER, NETWORK, FakeEngine, tasks, wait_for

ROLE = "arn:aws:iam::000000000000:role/other"


@pytest.fixture
def registered() -> str:
    ecs._create_cluster({"clusterName": "main"})
    answer = ecs._register_task_definition(
        {
            "family": "job",
            "networkMode": "awsvpc",
            "requiresCompatibilities": ["FARGATE"],
            "cpu": "256",
            "memory": "512",
            "containerDefinitions": [CONTAINER, {**CONTAINER, "name": "side", "essential": False}],
            "tags": [{"key": "Service", "value": "job"}, {"key": "Kind", "value": "definition"}],
        }
    )
    return str(json.loads(answer[2])["taskDefinition"]["taskDefinitionArn"])


def run(**settings: Any) -> Any:
    request = {"cluster": "main", "taskDefinition": "job", "networkConfiguration": NETWORK}
    status, _, body = ecs._run_task(request | settings)
    document = json.loads(body)
    return document["tasks"][0] if status == 200 else document["message"]


@pytest.mark.usefixtures("registered")
def test_a_task_runs_another_command_with_other_variables_and_ends_with_its_code(
    engine: FakeEngine,
) -> None:
    override = {"name": "app", "command": ["sum"], "environment": [{"name": "DAY", "value": "1"}]}
    run(overrides={"containerOverrides": [override]}, startedBy="deploy/7")
    wait_for(lambda: engine.started == ["app", "side"])
    app, side = engine.all.values()
    assert app.arguments["command"] == ["sum"]
    assert app.arguments["environment"]["DAY"] == "1"
    assert side.arguments["command"] is None
    app.exit_with(3)
    wait_for(lambda: tasks("STOPPED"))
    (task,) = tasks()
    assert (task["containers"][0]["exitCode"], task["stopCode"]) == (3, "EssentialContainerExited")
    assert task["stoppedReason"] == "Essential container in task exited"
    assert (task["group"], task["startedBy"]) == ("family:job", "deploy/7")


@pytest.mark.usefixtures("registered")
def test_a_task_has_the_size_and_the_role_of_its_override(
    engine: FakeEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[dict[str, Any]] = []
    original = ecs._register_metadata
    monkeypatch.setattr(
        ecs, "_register_metadata", lambda *args: (seen.append(args[2]), original(*args))[1]
    )
    container = {"name": "app", "memory": 600}
    sizes = {"cpu": "512", "memory": "1024", "taskRoleArn": ROLE}
    told = run(overrides={**sizes, "containerOverrides": [container]})
    assert (told["cpu"], told["memory"]) == ("512", "1024")
    wait_for(lambda: len(engine.all) == 2)
    app, side = engine.all.values()
    assert app.arguments["mem_limit"] == 600 * 1024 * 1024
    assert side.arguments["mem_limit"] == 1024 * 1024 * 1024
    assert {each["taskRoleArn"] for each in seen} == {ROLE}
    # The definition itself is as it was.
    assert not ecs._task_defs["job:1"].get("taskRoleArn")
    assert ecs._task_defs["job:1"]["memory"] == "512"


@pytest.mark.usefixtures("engine", "registered")
def test_a_task_inherits_the_tags_of_its_definition_if_it_is_told_to() -> None:
    assert run()["tags"] == []
    own = [{"key": "Kind", "value": "task"}]
    inherited = run(propagateTags="TASK_DEFINITION", tags=own)["tags"]
    assert inherited == [{"key": "Service", "value": "job"}, *own]


@pytest.mark.usefixtures("engine", "registered")
@pytest.mark.parametrize(
    ("settings", "reason"),
    [
        ({"cluster": "other"}, "Cluster not found"),
        ({"taskDefinition": "other"}, "TaskDefinition not found"),
        ({"networkConfiguration": None}, "Network Configuration must be provided"),
        ({"count": 11}, "between 1 and 10"),
        ({"startedBy": "a job"}, "startedBy"),
        ({"propagateTags": "SERVICE"}, "propagateTags"),
        ({"overrides": {"containerOverrides": [{"name": "x"}]}}, "named x is not a container"),
        ({"overrides": {"cpu": "256", "memory": "8192"}}, "No Fargate configuration"),
        (
            {"overrides": {"containerOverrides": [{"name": "app", "memory": 600}]}},
            "more memory than its task",
        ),
        (
            {"overrides": {"containerOverrides": [{"name": "app", "command": ["x" * 8192]}]}},
            "8192 characters",
        ),
        (
            {"overrides": {"containerOverrides": [{"name": "app", "environmentFiles": [{}]}]}},
            "environmentFiles",
        ),
    ],
)
def test_a_request_that_ecs_refuses_is_refused(settings: dict[str, Any], reason: str) -> None:
    assert reason in run(**settings)
    assert tasks() == []
    assert "other" not in ecs._clusters


def test_its_containers_start_in_order_and_write_to_its_own_log_streams(
    engine: FakeEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    streams: list[str] = []
    monkeypatch.setattr(
        ecs, "_ensure_awslogs_stream", lambda config: streams.append(config["stream"])
    )
    options = {
        "awslogs-group": "/ecs/job",
        "awslogs-region": "us-east-1",
        "awslogs-stream-prefix": "job",
    }
    log = {"logConfiguration": {"logDriver": "awslogs", "options": options}}
    setup = {**CONTAINER, **log, "name": "setup", "essential": False}
    waits = {"dependsOn": [{"containerName": "setup", "condition": "SUCCESS"}]}
    ecs._create_cluster({"clusterName": "main"})
    definitions = [{**CONTAINER, **log, **waits}, setup]
    ecs._register_task_definition(
        {"family": "job", "networkMode": "awsvpc", "containerDefinitions": definitions}
    )
    engine.on_start = lambda container: container.exit_with(0)
    task_id = run()["taskArn"].rpartition("/")[2]
    wait_for(lambda: tasks("STOPPED"))
    assert engine.started == ["setup", "app"]
    wait_for(lambda: len(streams) == 2)
    assert streams == [f"job/setup/{task_id}", f"job/app/{task_id}"]
