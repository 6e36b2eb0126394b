import json

from ministack.services import ecs

from ..conftest import FakeEngine, run_service


def described() -> dict[str, object]:
    _, _, body = ecs._describe_services({"cluster": "main", "services": ["app"]})
    return json.loads(body)["services"][0]


def test_a_setting_of_a_new_service_is_described(engine: FakeEngine) -> None:
    run_service(desired=0, availabilityZoneRebalancing="ENABLED")
    assert engine.started == []
    assert described()["availabilityZoneRebalancing"] == "ENABLED"


def test_a_changed_setting_is_described(engine: FakeEngine) -> None:
    run_service(desired=0)
    request = {"cluster": "main", "service": "app", "propagateTags": "SERVICE"}
    _, _, body = ecs._update_service({**request, "availabilityZoneRebalancing": "ENABLED"})
    assert engine.started == []
    assert json.loads(body)["service"]["propagateTags"] == "SERVICE"
    assert described()["availabilityZoneRebalancing"] == "ENABLED"


def test_an_error_stays_an_error() -> None:
    status, *_ = ecs._update_service({"cluster": "main", "service": "none"})
    assert status == 400
