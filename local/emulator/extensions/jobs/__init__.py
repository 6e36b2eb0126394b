"""Jobs: schedules that start state machines, and state machines that run tasks."""

from . import (
    calls,
    deletions,
    execution_logs,
    execution_requests,
    executions,
    run_task,
    schedule_runs,
    schedules,
    state_machines,
)

EXTENSIONS = (
    schedules,
    schedule_runs,
    state_machines,
    execution_requests,
    executions,
    execution_logs,  # after it, whose events it writes
    run_task,
    calls,
    deletions,
)
