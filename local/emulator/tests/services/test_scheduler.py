import threading
import time
from typing import Any

import pytest
from ministack.services import ecs

from ..conftest import FakeEngine, run_service, tasks


def test_two_threads_that_miss_a_task_start_one(
    engine: FakeEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    del engine
    run_task = ecs._run_task

    def run_slowly(request: dict[str, Any]) -> Any:
        time.sleep(0.1)
        return run_task(request)

    run_service(desired=0)
    monkeypatch.setattr(ecs, "_run_task", run_slowly)
    ecs._services["main/app"]["desiredCount"] = 1
    threads = [
        threading.Thread(target=ecs._reconcile_service_tasks, args=("main", "main/app"))
        for _ in range(2)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(tasks()) == 1
