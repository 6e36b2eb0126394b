import json
from collections.abc import Iterator
from typing import Any

import pytest
from ministack import app
from ministack.services import ecs, iam

from ..conftest import FakeEngine, run_service, tasks, wait_for

ACCOUNT = "000000000000"
ROLE = f"arn:aws:iam::{ACCOUNT}:role/app-app-dev"
CHANNELS = [
    f"ssmmessages:{verb}{kind}Channel"
    for verb in ("Create", "Open")
    for kind in ("Control", "Data")
]
COMMAND = {"cluster": "main", "container": "app", "command": "/bin/sh", "interactive": True}


@pytest.fixture(autouse=True)
def _without_roles() -> Iterator[None]:
    yield
    iam._roles.clear()


@pytest.fixture
def enforced(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(app, "AUTH", True)


def role(*actions: str) -> None:
    """Create the task role, which may do this."""
    trusts = {
        "Effect": "Allow",
        "Action": "sts:AssumeRole",
        "Principal": {"Service": "ecs-tasks.amazonaws.com"},
    }
    allowed = {"Effect": "Allow", "Action": list(actions), "Resource": "*"}
    iam._roles["app-app-dev"] = {
        "Arn": ROLE,
        "AssumeRolePolicyDocument": json.dumps({"Statement": [trusts]}),
        "InlinePolicies": {"run-service": json.dumps({"Statement": [allowed]})},
        "AttachedPolicies": [],
    }


def start(
    *containers: dict[str, Any], enabled: bool = True, task_role: str | None = ROLE
) -> dict[str, Any]:
    """Start a service's task, and return it once its containers run."""
    register = ecs._register_task_definition
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(
            ecs,
            "_register_task_definition",
            lambda data: register({**data, **({"taskRoleArn": task_role} if task_role else {})}),
        )
        run_service(*containers, enableExecuteCommand=enabled)
    wait_for(lambda: tasks("RUNNING"))
    return tasks("RUNNING")[0]


def execute(entered: dict[str, Any], **changes: Any) -> tuple[int, dict[str, Any]]:
    request = {**COMMAND, "task": entered["taskArn"], **changes}
    status, _, body = ecs._execute_command(
        {name: value for name, value in request.items() if value is not None}
    )
    return status, json.loads(body)


def described(task: dict[str, Any]) -> dict[str, Any]:
    request = {"cluster": "main", "tasks": [task["taskArn"]]}
    answer = ecs._finalize_ecs_response(ecs._describe_tasks(request))
    found: dict[str, Any] = json.loads(answer[2])["tasks"][0]
    return found


@pytest.mark.usefixtures("engine")
def test_a_command_gets_a_session_in_the_container_that_it_names() -> None:
    task = start({}, {"name": "side", "essential": False})
    status, answer = execute(task, container="side")
    assert status == 200
    assert (answer["containerName"], answer["taskArn"]) == ("side", task["taskArn"])
    assert answer["interactive"] is True
    assert answer["session"].keys() == {"sessionId", "streamUrl", "tokenValue"}


@pytest.mark.usefixtures("engine")
def test_a_task_can_be_named_by_its_id_and_its_only_container_not_at_all() -> None:
    task = start()
    assert execute(task, task=task["taskArn"].rpartition("/")[2], container=None)[0] == 200


@pytest.mark.usefixtures("engine")
@pytest.mark.parametrize(
    ("changes", "code", "message"),
    [
        ({"cluster": "other"}, "ClusterNotFoundException", "Cluster not found"),
        ({"task": "0" * 32}, "InvalidParameterException", "task was not found"),
        ({"container": "other"}, "InvalidParameterException", "no container named other"),
        ({"container": None}, "InvalidParameterException", "several containers"),
        ({"interactive": False}, "InvalidParameterException", "Interactive must be true"),
    ],
)
def test_a_request_that_ecs_refuses_is_refused(
    changes: dict[str, Any], code: str, message: str
) -> None:
    status, answer = execute(start({}, {"name": "side", "essential": False}), **changes)
    assert (status, answer["__type"]) == (400, code)
    assert message in answer["message"]


@pytest.mark.usefixtures("engine")
def test_a_task_that_was_started_without_it_cannot_be_entered() -> None:
    task = start(enabled=False)
    status, answer = execute(task)
    assert (status, answer["__type"]) == (400, "InvalidParameterException")
    assert "was not enabled when the task was run" in answer["message"]
    assert described(task)["enableExecuteCommand"] is False
    assert "managedAgents" not in described(task)["containers"][0]


@pytest.mark.usefixtures("engine")
def test_a_task_keeps_what_its_service_said_when_it_started() -> None:
    task = start(enabled=False)
    request = {"cluster": "main", "service": "app", "enableExecuteCommand": True}
    told = json.loads(ecs._update_service(request)[2])["service"]
    assert told["enableExecuteCommand"] is True
    assert execute(task)[0] == 400


@pytest.mark.usefixtures("engine")
def test_the_agent_does_not_run_in_a_read_only_file_system() -> None:
    task = start({"readonlyRootFilesystem": True}, {"name": "side", "essential": False})
    read_only, writable = described(task)["containers"]
    assert read_only["managedAgents"][0]["lastStatus"] == "STOPPED"
    assert (
        writable["managedAgents"][0].items()
        >= {
            "name": "ExecuteCommandAgent",
            "lastStatus": "RUNNING",
        }.items()
    )
    assert isinstance(writable["managedAgents"][0]["lastStartedAt"], int)
    assert "agent isn't running" in execute(task)[1]["message"]
    assert execute(task, container="side")[0] == 200


def test_a_stopped_task_cannot_be_entered(engine: FakeEngine) -> None:
    task = start()
    next(iter(engine.all.values())).exit_with(1)
    wait_for(lambda: task["lastStatus"] == "STOPPED")
    assert execute(task)[0] == 400
    assert described(task)["containers"][0]["managedAgents"][0]["lastStatus"] == "STOPPED"


@pytest.mark.usefixtures("engine")
def test_the_agent_reaches_nothing_without_a_task_role() -> None:
    status, answer = execute(start(task_role=None))
    assert (status, answer["__type"]) == (400, "TargetNotConnectedException")
    assert "internal error" in answer["message"]


@pytest.mark.usefixtures("engine", "enforced")
@pytest.mark.parametrize("missing", [None, *CHANNELS])
def test_the_agent_needs_each_of_its_four_actions_in_the_task_role(missing: str | None) -> None:
    role(*(each for each in CHANNELS if each != missing))
    status, answer = execute(start())
    assert status == (200 if missing is None else 400)
    assert missing is None or answer["__type"] == "TargetNotConnectedException"
