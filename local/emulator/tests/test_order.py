"""The order of the extensions, where it matters."""

import re
import sys
from graphlib import TopologicalSorter
from pathlib import Path
from typing import Any

from docker.models.containers import Container, ContainerCollection

import extensions

# The extensions of a function in the order in which they are called.
ORDERED = {
    # A refusal takes its time too.
    "app.app": ["access.answer_time", "access.front_door"],
    # A container that was given up has no health to watch, nor a log.
    "ecs._attach_started_container": ["tasks.container_dependencies", "tasks.lifecycle"],
    "ecs._start_awslogs_forwarder": ["tasks.container_dependencies", "tasks.lifecycle"],
    # A task that waits for its turn has not begun anything.
    "ecs._start_task_worker": [
        "tasks.start_turns",
        "tasks.container_dependencies",
        "tasks.lifecycle",
        "tasks.one_off",
    ],
    # A task keeps its address until its containers have stopped.
    "ecs._cleanup_task_resources": ["tasks.draining", "tasks.network_interface"],
    # Without a route, a task cannot ask for its secrets; without a permission, it gets none.
    "ecs._prepare_service_images": ["tasks.network", "tasks.execution_role", "tasks.secrets"],
    # What a request of the query protocol says is read from it first.
    "cloudwatch._put_metric_alarm": ["metrics.query_answers", "alarms.alarm_requests"],
    "cloudwatch._put_dashboard": ["metrics.query_answers", "dashboards.dashboard_requests"],
    "cloudwatch._delete_dashboards": ["metrics.query_answers", "dashboards.dashboard_requests"],
    # An event is logged in AWS's words; it is counted whatever it is called.
    "stepfunctions._add_event": [
        "measurement.execution_metrics",
        "jobs.execution_logs",
        "jobs.executions",
    ],
    # Every further check is told the tags of its resource; an endpoint is asked about what the
    # caller's own policies allow.
    "iam_evaluator.enforce": [
        "tasks.endpoint_traffic",
        "iam.further_checks",
        "iam.authorization",
    ],
    # A deployment's state must not change between a look at it and what follows from it. Without a
    # rollback, tasks of before a failed deployment are replaced all the same.
    "ecs._reconcile_service_tasks": [
        "services.scheduler",
        "services.replacements",
        "services.revisions",
    ],
    # `target_registration` replaces the function, and with it all that was added before.
    "ecs._sync_service_targets": ["discovery.cloud_map", "load_balancing.target_registration"],
}

IN_ANY_ORDER = {
    # Each refuses a request or adds to one that was accepted.
    "ecs._create_service",
    "ecs._update_service",
    "ecs._run_task",
    "ecs._register_task_definition",
    # One adds settings, the other takes the network's away.
    "ecs._build_run_kwargs",
    # One adds the role's credentials, the other what all tasks have.
    "ecs._register_metadata",
    # Each answers a path of its own.
    "app._handle_pre_body_request",
    # One refuses settings, the other adds labels.
    "ContainerCollection.create",
    # One tells the status of a task, the other the agents of its containers.
    "ecs._sanitize",
    # One adds an event, the other decides about a rollback without reading events.
    "ecs._record_service_task_failure",
    # One refuses a parameter, the other encrypts it after it was accepted.
    "ssm._put_parameter",
    # Each refuses a request, or does more after it was accepted.
    "stepfunctions._create_state_machine",
    "stepfunctions._run_execution",
    "stepfunctions._start_execution",
    "stepfunctions._update_state_machine",
    "sqs._act_create_queue",
    "sqs._act_set_queue_attributes",
    "sqs._act_change_visibility",
    "sqs._act_change_visibility_batch",
    "alb._delete_lb",
    "rds._create_db_cluster",
    "rds._modify_db_cluster",
    "rds._modify_db_instance",
    # Each names what it has denied, and nothing else.
    "iam_actions.access_denied_response",
    # One reads the tags of a user pool, the other adds keys of other services.
    "iam_actions.request_tag_context",
    # One refuses an image, the other expires images after it was accepted.
    "ecr._put_image",
    # One adds tags, the other reports that something has changed.
    "ec2._authorize_sg_ingress",
}


def _extensions_of(function: Any) -> list[str]:
    names = []
    while hasattr(function, "__wrapped__"):
        names.append(getattr(function, "__globals__", {}).get("__name__", ""))
        function = function.__wrapped__
    own = [each for each in names if each.startswith("extensions.")]
    return [each.removeprefix("extensions.") for each in own]


def _shared() -> dict[str, list[str]]:
    """The functions that more than one extension wraps, with these extensions."""
    modules = [each for name, each in sys.modules.items() if name.startswith("ministack.")]
    found = {
        f"{owner.__name__.rpartition('.')[2]}.{name}": _extensions_of(value)
        for owner in (*modules, Container, ContainerCollection)
        for name, value in vars(owner).items()
        # Not where a module has merely imported it.
        if getattr(value, "__module__", "") in (owner.__name__, owner.__dict__.get("__module__"))
    }
    return {name: by for name, by in found.items() if len(set(by)) > 1}


def test_extensions_of_one_function_are_called_in_order() -> None:
    shared = _shared()
    assert {name: shared.get(name) for name in ORDERED} == ORDERED


def test_it_is_known_whether_the_order_of_a_shared_function_matters() -> None:
    assert _shared().keys() == ORDERED.keys() | IN_ANY_ORDER


def test_packages_do_not_import_each_other_in_circles() -> None:
    folder = Path(extensions.__file__).parent
    imported: dict[str, set[str]] = {}
    for path in folder.glob("*/*.py"):
        names = re.findall(r"^from \.\.(?: import )?(\w+)", path.read_text("utf-8"), re.MULTILINE)
        imported.setdefault(path.parent.name, set()).update(names)
    order = list(TopologicalSorter(imported).static_order())
    assert order[0] == "seam"
