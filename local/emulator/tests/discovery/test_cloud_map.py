import asyncio
import json

from ministack.services import ecs, servicediscovery

from extensions.discovery import cloud_map, private_zones

from ..conftest import FakeEngine, run_service, tasks, wait_for


def create_service() -> str:
    """Create the Cloud Map service `app` the way Terraform does; its ARN."""
    servicediscovery._namespaces["ns-1"] = {"Id": "ns-1", "Name": "lab.internal"}
    request = {"Name": "app", "DnsConfig": {"NamespaceId": "ns-1", "DnsRecords": []}}
    created = servicediscovery._create_service(request)
    _, _, body = asyncio.run(created) if asyncio.iscoroutine(created) else created
    return json.loads(body)["Service"]["Arn"]


def test_a_service_may_name_its_namespace_in_its_dns_config_only() -> None:
    arn = create_service()
    assert servicediscovery._services[arn.rpartition("/")[2]]["NamespaceId"] == "ns-1"


def test_running_tasks_are_instances_and_stopping_ones_are_not(engine: FakeEngine) -> None:
    arn = create_service()
    service = run_service(serviceRegistries=[{"registryArn": arn}])
    wait_for(lambda: service["runningCount"] == 1)
    (registered,) = servicediscovery._instances[arn.rpartition("/")[2]].values()
    assert registered["Id"] == tasks()[0]["taskArn"].rpartition("/")[2]
    assert registered["Attributes"]["AWS_INSTANCE_IPV4"] == "127.0.0.1"
    assert registered["Attributes"]["ECS_SERVICE_NAME"] == "app"
    instances_at_stop: list[int] = []

    def stop(timeout: int) -> None:
        del timeout
        instances_at_stop.append(len(servicediscovery._instances[arn.rpartition("/")[2]]))

    for container in engine.all.values():
        container.stop = stop
    ecs._delete_service({"cluster": "main", "service": "app", "force": True})
    wait_for(lambda: instances_at_stop)
    assert instances_at_stop[0] == 0


def test_a_task_hears_sigterm_while_its_name_still_leads_to_it(engine: FakeEngine) -> None:
    arn = create_service()
    servicediscovery._namespaces["ns-1"]["Type"] = "DNS_PRIVATE"
    service = run_service(serviceRegistries=[{"registryArn": arn}])
    wait_for(lambda: service["runningCount"] == 1)
    ecs._delete_service({"cluster": "main", "service": "app", "force": True})
    wait_for(lambda: engine.stopped)
    assert servicediscovery._instances[arn.rpartition("/")[2]] == {}
    known = private_zones.look_up("app.lab.internal")
    assert known is not None
    assert "127.0.0.1" in known.addresses


def test_a_task_that_does_not_run_yet_is_no_instance(engine: FakeEngine) -> None:
    service = run_service()
    wait_for(lambda: service["runningCount"] == 1)
    assert engine.started == ["app"]
    (task,) = tasks()
    assert len(cloud_map.instances(service)) == 1
    task["lastStatus"] = "ACTIVATING"
    assert cloud_map.instances(service) == {}
    task["lastStatus"] = "RUNNING"
