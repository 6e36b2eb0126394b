from collections.abc import Iterator
from typing import Any

import pytest
from ministack.services import ecs

from extensions.scaling import application_autoscaling

from ..conftest import run_service
from .test_application_autoscaling import POLICY, TARGET, call, register

pytestmark = pytest.mark.usefixtures("engine")


@pytest.fixture(autouse=True)
def _empty() -> Iterator[None]:
    application_autoscaling.reset()
    yield
    application_autoscaling.reset()


def delete(service: str) -> Any:
    return ecs._delete_service({"cluster": "main", "service": service, "force": True})


def test_a_deleted_service_takes_its_scaling_with_it() -> None:
    run_service()
    register()
    call("PutScalingPolicy", **POLICY)
    delete("app")
    assert call("DescribeScalableTargets", **TARGET)["ScalableTargets"] == []
    assert call("DescribeScalingPolicies", **TARGET)["ScalingPolicies"] == []
    # What Terraform deletes afterwards was there before, and is gone: no failure for the provider.
    assert call("DeleteScalingPolicy", **POLICY)["__type"] == "ObjectNotFoundException"
    assert call("DeregisterScalableTarget", **TARGET)["__type"] == "ObjectNotFoundException"


def test_a_service_of_the_same_name_begins_without_scaling() -> None:
    run_service()
    register()
    delete("app")
    run_service()
    assert call("DescribeScalableTargets", **TARGET)["ScalableTargets"] == []


def test_the_scaling_of_other_services_stays() -> None:
    run_service()
    register()
    assert delete("other")[0] == 400
    assert len(call("DescribeScalableTargets", **TARGET)["ScalableTargets"]) == 1


def test_a_service_that_is_not_there_cannot_be_scaled() -> None:
    refusal = register()
    assert refusal["__type"] == "ValidationException"
    assert "ECS service doesn't exist" in refusal["message"]
