import boto3
import pytest

from extensions.tasks import sdk_environment

ENDPOINT = "http://172.20.0.2:4566"


def completed(**given: str) -> dict[str, str]:
    env = {"AWS_ENDPOINT_URL": ENDPOINT, **given}
    sdk_environment.complete(env)
    return env


def test_a_task_knows_its_region_and_that_it_runs_on_fargate() -> None:
    env = completed()
    assert env["AWS_REGION"] == env["AWS_DEFAULT_REGION"] == "us-east-1"
    assert env["AWS_EXECUTION_ENV"] == "AWS_ECS_FARGATE"
    assert completed(AWS_REGION="eu-west-1")["AWS_REGION"] == "eu-west-1"


def test_a_queue_s_url_leads_out_of_the_task() -> None:
    path = "/000000000000/dev-exports-queue"
    for host in ("127.0.0.1", "localhost"):
        assert completed(URL=f"http://{host}:4566{path}")["URL"] == ENDPOINT + path
    for other in (
        f"http://127.0.0.1:8080{path}",
        "http://127.0.0.1:4566/",
        "http://127.0.0.1:4566/_alb/web/",
        f"see http://127.0.0.1:4566{path}",
        f"https://sqs.us-east-1.amazonaws.com{path}",
    ):
        assert completed(URL=other)["URL"] == other


def test_sdks_put_a_bucket_into_the_path_of_such_an_endpoint(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name, value in completed().items():
        monkeypatch.setenv(name, value)
    url = boto3.client("s3").generate_presigned_url(
        "get_object", Params={"Bucket": "dev-statements", "Key": "a/b"}
    )
    assert url.startswith(f"{ENDPOINT}/dev-statements/a/b?")
