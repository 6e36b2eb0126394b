import time

import pytest
from ministack.services import cloudwatch_logs, ecs

from extensions.logs import container_insights

from ..conftest import wait_for

GROUP = "/aws/ecs/containerinsights/observed/performance"


@pytest.fixture(autouse=True)
def _soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(container_insights, "LATE_SECONDS", 0.05)
    cloudwatch_logs._log_groups.clear()


def create(value: str) -> None:
    settings = [{"name": "containerInsights", "value": value}]
    ecs._create_cluster({"clusterName": "observed", "settings": settings})


@pytest.mark.parametrize("value", ["enabled", "enhanced"])
def test_the_log_group_comes_back_after_the_cluster_was_deleted(value: str) -> None:
    create(value)
    cloudwatch_logs._create_log_group({"logGroupName": GROUP, "tags": {"a": "1"}})
    cloudwatch_logs._put_retention_policy({"logGroupName": GROUP, "retentionInDays": 7})
    ecs._delete_cluster({"cluster": "observed"})
    cloudwatch_logs._delete_log_group({"logGroupName": GROUP})
    wait_for(lambda: GROUP in cloudwatch_logs._log_groups)
    group = cloudwatch_logs._log_groups[GROUP]
    assert (group["retentionInDays"], group["tags"]) == (None, {})
    wait_for(lambda: [stream["events"] for stream in group["streams"].values()])


def test_what_is_written_late_is_added_to_a_log_group_that_is_there() -> None:
    cloudwatch_logs._create_log_group({"logGroupName": GROUP, "tags": {"a": "1"}})
    container_insights.write("observed")
    assert cloudwatch_logs._log_groups[GROUP]["tags"] == {"a": "1"}


def test_a_cluster_without_container_insights_leaves_nothing() -> None:
    create("disabled")
    ecs._delete_cluster({"cluster": "observed"})
    time.sleep(0.2)
    assert GROUP not in cloudwatch_logs._log_groups
