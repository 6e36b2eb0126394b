"""`ecs:runTask.sync`: a state that runs a task and lasts until the task has stopped.

MiniStack succeeds whatever the containers' exit codes are, gives up after ten minutes, and leaves
the task alone when its state ends early. On AWS, the state's result is the description of the task,
or that is the cause of `States.TaskFailed`: if an essential container exits with another code than
0, or if the task never starts. A task whose state has timed out or was aborted is stopped.

https://docs.aws.amazon.com/step-functions/latest/dg/connect-ecs.html
https://github.com/aws/copilot-cli/issues/3160
"""

import json
import logging
import time
from collections.abc import Callable
from typing import Any

from ministack.core.responses import get_account_id, get_region
from ministack.services import ecs, stepfunctions

from .. import seam
from ..tasks.one_off import STEP_FUNCTIONS
from . import executions, integrations

Record = dict[str, Any]
Authorize = Callable[..., None]
Answered = Callable[..., Record]

logger = logging.getLogger("states")

_POLL_SECONDS = 0.1


def run(request: Record, authorize: Authorize, answered: Answered) -> Record:
    """Run the task and return its description; raises what the state then fails with."""
    if int(request.get("count", 1)) != 1:
        raise stepfunctions._ExecutionError(
            "States.Runtime", "The local AWS runs one task per state: leave Count out."
        )
    request.setdefault("startedBy", STEP_FUNCTIONS)
    place = f"{get_region()}:{get_account_id()}"
    cluster = str(request.get("cluster", "default")).rpartition("/")[2]
    _authorize(request, authorize, place, cluster)
    started = answered(ecs._run_task(request), "ECS")
    if started["failures"]:
        reason = str(started["failures"][0].get("reason"))
        raise stepfunctions._ExecutionError("ECS.AmazonECSException", reason)
    output = json.dumps(integrations.pascal(started))
    details = {"resource": integrations.RUN_TASK, "output": output}
    stepfunctions._add_event(
        executions.current(), "TaskSubmitted", {"taskSubmittedEventDetails": details}
    )
    arn = started["tasks"][0]["taskArn"]
    return _until_stopped(arn, cluster, authorize)


def _authorize(request: Record, authorize: Authorize, place: str, cluster: str) -> None:
    key = ecs._resolve_td_key(request.get("taskDefinition", ""))
    definition = ecs._task_defs.get(key) or {}
    resource = definition.get("taskDefinitionArn") or f"arn:aws:ecs:{place}:task-definition/{key}"
    keys = _in_cluster(cluster)
    authorize("ecs:RunTask", resource, keys)
    overrides = request.get("overrides") or {}
    for name in ("taskRoleArn", "executionRoleArn"):
        if role := overrides.get(name) or definition.get(name):
            authorize("iam:PassRole", role, {"iam:PassedToService": "ecs-tasks.amazonaws.com"})
    tasks = f"arn:aws:ecs:{place}:task/{cluster}/*"
    if request.get("tags") or request.get("propagateTags"):
        authorize("ecs:TagResource", tasks, {**keys, "ecs:CreateAction": "RunTask"})
    # Step Functions asks for the task if the event of its end does not come.
    authorize("ecs:DescribeTasks", tasks, keys)


def _in_cluster(cluster: str) -> Record:
    """The condition key of everything that is done to a task."""
    return {"ecs:cluster": f"arn:aws:ecs:{get_region()}:{get_account_id()}:cluster/{cluster}"}


def _until_stopped(arn: str, cluster: str, authorize: Authorize) -> Record:
    while True:
        task = ecs._tasks.get(arn) or {}
        if task.get("lastStatus", "STOPPED") == "STOPPED":
            return _result(task)
        if executions.is_late():
            _stop(arn, cluster, authorize)
            raise stepfunctions._ExecutionError("States.Timeout", "")
        if not executions.is_running():
            _stop(arn, cluster, authorize)
            raise stepfunctions._ExecutionError("States.Runtime", "The execution has ended.")
        time.sleep(_POLL_SECONDS)


def _stop(arn: str, cluster: str, authorize: Authorize) -> None:
    try:
        # Of an execution that was deleted, nobody can be asked.
        if executions.current():
            authorize("ecs:StopTask", arn, _in_cluster(cluster))
    except stepfunctions._ExecutionError as error:
        logger.warning("%s runs on: %s", arn, error)
        return
    ecs._stop_task({"task": arn, "cluster": cluster, "reason": f"Stopped by {STEP_FUNCTIONS}"})


def _result(task: Record) -> Record:
    description: Record = _in_milliseconds(ecs._sanitize(task))
    pairs = zip(task.get("containers", []), task.get("_container_essentials", []), strict=False)
    codes = [container.get("exitCode") for container, essential in pairs if essential]
    # A task that somebody stopped did not do its work, whatever its containers made of it.
    if task.get("stopCode") == "EssentialContainerExited" and all(code == 0 for code in codes):
        return description
    cause = json.dumps(integrations.pascal(description))
    raise stepfunctions._ExecutionError("States.TaskFailed", cause)


def _in_milliseconds(value: Any, name: str = "") -> Any:
    if isinstance(value, dict):
        return {key: _in_milliseconds(each, key) for key, each in value.items()}
    if isinstance(value, list):
        return [_in_milliseconds(each) for each in value]
    return ecs._ts_to_epoch(value) * 1000 if name.endswith("At") and value else value


def install() -> None:
    seam.check(ecs, "_run_task", "data")
    seam.check(ecs, "_stop_task", "data")
    seam.check(ecs, "_sanitize", "obj")
    seam.check(ecs, "_resolve_td_key", "ref")
    seam.check(ecs, "_ts_to_epoch", "value")
