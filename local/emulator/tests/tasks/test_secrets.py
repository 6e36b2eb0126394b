import json
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from ministack.services import ecs, secretsmanager, ssm

from extensions.tasks import secrets

from ..conftest import FakeEngine, run_service, tasks, wait_for

FAILED = (
    "ResourceInitializationError: unable to pull secrets or registry auth: execution resource "
    "retrieval failed: unable to retrieve secret from asm: service call has been retried 1 time(s)"
)
NOT_FOUND = "ResourceNotFoundException: Secrets Manager can't find the specified secret"
PARAMETERS = "arn:aws:ssm:us-east-1:000000000000:parameter"
MISSING = "arn:aws:secretsmanager:us-east-1:000000000000:secret:gone-AbCdEf"


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(secrets, "RETRY_SECONDS", 0)
    yield
    secretsmanager._secrets.clear()
    ssm._parameters.clear()


def store(value: str = '{"password": "first", "port": 5432}') -> str:
    _, _, body = secretsmanager._create_secret({"Name": "login", "SecretString": value})
    return json.loads(body)["ARN"]


def from_secret(reference: str) -> dict[str, Any]:
    return {"secrets": [{"name": "VALUE", "valueFrom": reference}]}


def resolved(reference: str) -> str:
    return ecs._resolve_container_secrets(from_secret(reference))["VALUE"]


def test_a_container_gets_a_secret_a_key_of_it_or_one_of_its_versions() -> None:
    arn = store()
    first = next(iter(secretsmanager._secrets["login"]["Versions"]))
    secretsmanager._put_secret_value({"SecretId": arn, "SecretString": '{"password": "second"}'})
    assert resolved(arn) == '{"password": "second"}'
    assert resolved(f"{arn}:password::") == "second"
    assert resolved(f"{arn}:password:AWSPREVIOUS:") == "first"
    assert resolved(f"{arn}:port::{first}") == "5432"
    assert resolved(f"{arn[:-7]}:password::") == "second"


def test_a_task_definition_may_name_a_version_that_has_no_label_any_more() -> None:
    arn = store()
    first = next(iter(secretsmanager._secrets["login"]["Versions"]))
    for password in ("second", "third"):
        value = json.dumps({"password": password})
        secretsmanager._put_secret_value({"SecretId": arn, "SecretString": value})
    assert resolved(f"{arn}:password::{first}") == "first"
    assert resolved(f"{arn}:password:AWSPREVIOUS:") == "second"
    assert resolved(arn) == '{"password": "third"}'


@pytest.mark.parametrize(
    ("selector", "message"),
    [
        (":user::", "retrieved secret from Secrets Manager did not contain json key user"),
        ("::OLD:", f"{NOT_FOUND} value for staging label: OLD"),
        (":::1234", f"{NOT_FOUND} value for VersionId: 1234"),
    ],
)
def test_what_a_secret_does_not_have_is_named(selector: str, message: str) -> None:
    arn = store()
    with pytest.raises(ecs._SecretResolutionError, match=message):
        resolved(arn + selector)


def test_the_beginning_of_an_arn_names_no_secret() -> None:
    with pytest.raises(ecs._SecretResolutionError, match=f"{NOT_FOUND}."):
        resolved(store()[:-8])


def test_a_key_is_not_looked_for_in_what_is_not_json() -> None:
    with pytest.raises(ecs._SecretResolutionError, match="invalid character 's' looking for"):
        resolved(f"{store('sesame')}:user::")


def test_a_secret_that_waits_for_its_deletion_is_refused() -> None:
    arn = store()
    secretsmanager._delete_secret({"SecretId": arn})
    with pytest.raises(ecs._SecretResolutionError, match="it was marked for deletion"):
        resolved(arn)


def test_a_parameter_that_does_not_exist_is_named() -> None:
    ssm._put_parameter({"Name": "/app/key", "Value": "sesame", "Type": "String"})
    assert resolved("/app/key") == "sesame"
    with pytest.raises(ecs._SecretResolutionError, match="invalid ssm parameters: /app/gone"):
        resolved("arn:aws:ssm:us-east-1:000000000000:parameter/app/gone")


def test_all_parameters_that_do_not_exist_are_named_at_once() -> None:
    named = [{"name": key, "valueFrom": f"/app/{key}"} for key in ("ONE", "TWO")]
    with pytest.raises(ecs._SecretResolutionError, match=r"parameters: /app/ONE,/app/TWO$"):
        ecs._resolve_container_secrets({"secrets": named})


@pytest.mark.parametrize("reference", ["/app/key", f"{PARAMETERS}/app/key"])
def test_a_container_gets_a_parameter_decrypted(reference: str) -> None:
    ssm._put_parameter({"Name": "/app/key", "Value": "sesame", "Type": "SecureString"})
    assert resolved(reference) == "sesame"


def test_a_task_without_its_parameter_fails_in_the_words_of_fargate(engine: FakeEngine) -> None:
    service = run_service({"name": "helper"}, from_secret("/platform-dev/web/KEY"))
    wait_for(lambda: service["deployments"][0]["rolloutState"] == "FAILED")
    assert engine.started == []
    assert tasks()[0]["stoppedReason"] == (
        "ResourceInitializationError: unable to pull secrets or registry auth: execution resource "
        "retrieval failed: unable to retrieve secrets from ssm: service call has been retried "
        "1 time(s): invalid ssm parameters: /platform-dev/web/KEY"
    )


def test_a_task_without_its_secret_starts_no_container_and_fails_the_deployment(
    engine: FakeEngine,
) -> None:
    service = run_service({"name": "helper"}, from_secret(f"{MISSING}:password::"))
    wait_for(lambda: service["deployments"][0]["rolloutState"] == "FAILED")
    wait_for(lambda: len(tasks("STOPPED")) == 3)
    assert engine.started == []
    assert {task["stopCode"] for task in tasks()} == {"TaskFailedToStart"}
    reason = tasks()[0]["stoppedReason"]
    assert reason.startswith(f"{FAILED}: failed to fetch secret {MISSING} from secrets manager: ")
    assert reason.endswith(f"{NOT_FOUND}.")
    messages = [each["message"] for each in service["events"]]
    assert f"(service app) was unable to place a task. Reason: {reason}" in messages


def test_a_secret_that_comes_in_time_is_taken(
    engine: FakeEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    def come(seconds: float) -> None:
        assert seconds == secrets.RETRY_SECONDS
        store()

    # It comes while Fargate waits before it asks once more.
    monkeypatch.setattr(secrets, "time", SimpleNamespace(sleep=come))
    arn = "arn:aws:secretsmanager:us-east-1:000000000000:secret:login"
    run_service(from_secret(f"{arn}:password::"))
    wait_for(lambda: engine.started == ["app"])
    assert tasks("STOPPED") == []
    (container,) = engine.all.values()
    assert container.arguments["environment"]["VALUE"] == "first"
