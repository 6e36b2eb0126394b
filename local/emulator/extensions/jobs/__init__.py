"""Jobs: schedules that start state machines, and state machines that run tasks.

Where two extend the same function, one adds to an event and the other reads none of it.
"""

from . import (
    calls,
    executions,
    run_task,
    schedule_expressions,
    schedule_runs,
    schedules,
    state_machines,
)

EXTENSIONS = (
    schedule_expressions,
    schedules,
    schedule_runs,
    state_machines,
    executions,
    run_task,
    calls,
)
