import asyncio
import base64
import time
from typing import Any

import pytest
from ministack import app
from ministack.services import cognito, ecs_metadata

from extensions.access import open_operations, registry_login

from ..front_door import HOST, ask, query, signed


@pytest.mark.usefixtures("balancer")
@pytest.mark.parametrize(
    "path", ["/_alb/shop/", "/_alb/other/", "/_alb/", "/v4/" + "x" * 43, "/v2/"]
)
def test_no_open_path_leads_to_an_operation(path: str) -> None:
    target = "AmazonEC2ContainerServiceV20141113.ListClusters"
    for method in ("GET", "POST"):
        answer = ask(method, path, {"Host": HOST, "X-Amz-Target": target}, "{}")
        assert answer.status in (400, 401, 403)
        assert "clusterArns" not in answer.text
    scope = "AWS4-HMAC-SHA256 Credential=x/20260101/us-east-1/ecs/aws4_request"
    form = f"{path}?Action=DescribeVpcs&Version=2016-11-15"
    answer = ask("GET", form, {"Host": HOST, "Authorization": scope})
    assert "vpcSet" not in answer.text


def test_a_load_balancer_that_is_not_there_is_nothing_else() -> None:
    asked = asyncio.run(
        app._handle_alb_request(HOST, "/_alb/gone/", "GET", {}, b"", {}, "", "/_alb/gone/")
    )
    assert asked[0] == 404
    # Nor does it need less than what it would be without the name.
    assert ask("GET", "/_alb/gone/").status == 403


def test_a_layer_of_an_image_is_not_read_as_a_form(monkeypatch: pytest.MonkeyPatch) -> None:
    def unread(form: str) -> Any:
        raise AssertionError(f"{len(form)} characters were read as a form")

    monkeypatch.setattr(open_operations, "parse_qs", unread)
    monkeypatch.setattr(app, "AUTH", True)
    login = base64.b64encode(f"AWS:{registry_login.password(time.time())}".encode()).decode()
    headers = {"Host": HOST, "Authorization": f"Basic {login}"}
    assert ask("PATCH", "/v2/shop/app/blobs/uploads/1", headers, b"layer").status == 404


@pytest.mark.parametrize(
    "path",
    [
        "/_ministack/health",
        "/_ministack/reset",
        "/_ministack/config",
        "/_ministack/ready",
        "/_ministack/rds/iam-auth",
        "/_localstack/health",
        "/_aws/execute-api/abcdef12/prod/",
        "/_aws/sqs/messages",
        "/iceberg/v1/config",
        "/Execute",
        "/v2/email/identities",
    ],
)
def test_ministacks_own_routes_are_off(path: str) -> None:
    for method in ("GET", "POST"):
        assert ask(method, path).status == 404
        assert ask(method, path, signed("s3", method, path)).status == 404


@pytest.mark.parametrize(
    "path", ["/_local-aws/", "/_local-aws/other", "/health", "/latest/api/token"]
)
def test_no_other_path_is_open(path: str) -> None:
    for method in ("GET", "POST", "PUT"):
        assert ask(method, path).status in (400, 403)


def test_a_service_that_is_off_says_how_to_turn_it_on() -> None:
    headers = signed("lambda", "GET", "/2015-03-31/functions/")
    answer = ask("GET", "/2015-03-31/functions/", headers)
    assert (answer.status, "SubscriptionRequiredException" in answer.text) == (403, True)
    assert "services.json" in answer.text
    quotas = {"X-Amz-Target": "ServiceQuotasV20190624.ListServices"}
    asked = ask("POST", "/", signed("servicequotas", body="{}", headers=quotas), "{}")
    assert "The local AWS has no servicequotas." in asked.text
    # Signed for one service and addressed to another.
    mixed = signed(
        "s3", "POST", headers={"X-Amz-Target": "DynamoDB_20120810.ListTables"}, body="{}"
    )
    assert "SubscriptionRequiredException" in ask("POST", "/", mixed, "{}").text


def test_a_task_reads_its_metadata_without_a_signature() -> None:
    token = "t" * 43
    ecs_metadata.register_container(token, "task", {"TaskARN": "task"}, {"Name": "app"})
    assert ask("GET", f"/v4/{token}/task").status == 200
    assert ask("POST", f"/v4/{token}/task").status == 403
    assert ask("GET", f"/v4/{'u' * 43}/task").status == 404
    ecs_metadata.reset()


FEDERATION = "Action=AssumeRoleWithWebIdentity&RoleArn=arn:aws:iam::000000000000:role/deploy"


def test_a_foreign_token_gets_a_role_only_where_iam_is_enforced(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert "MissingAuthenticationToken" in query("sts", FEDERATION, {}).text
    monkeypatch.setattr(app, "AUTH", True)
    assert "MissingAuthenticationToken" not in query("sts", FEDERATION, {}).text
    for other in ("Action=AssumeRole", "Action=GetSessionToken"):
        for form in (f"{FEDERATION}&{other}", f"{other}&{FEDERATION}"):
            assert "MissingAuthenticationToken" in query("sts", form, {}).text
        kind = {"Host": HOST, "Content-Type": "application/x-www-form-urlencoded"}
        asked = ask("POST", f"/?{FEDERATION}", kind, other)
        assert "MissingAuthenticationToken" in asked.text


@pytest.fixture
def pool() -> str:
    cognito._user_pools["us-east-1_Pool"] = {"Id": "us-east-1_Pool"}
    yield "us-east-1_Pool"
    cognito._user_pools.pop("us-east-1_Pool")


def test_cognito_serves_what_its_users_ask(pool: str) -> None:
    assert ask("GET", f"/{pool}/.well-known/jwks.json").status == 200
    assert ask("GET", "/other/.well-known/jwks.json").status == 403

    def call(operation: str) -> str:
        target = f"AWSCognitoIdentityProviderService.{operation}"
        kind = {"Content-Type": "application/x-amz-json-1.1", "X-Amz-Target": target}
        return ask("POST", "/", {"Host": HOST, **kind}, "{}").text

    assert "MissingAuthenticationToken" not in call("InitiateAuth")
    assert "MissingAuthenticationToken" in call("AdminInitiateAuth")
    assert "MissingAuthenticationToken" in call("CreateUserPool")


def test_no_web_socket_is_opened() -> None:
    sent: list[dict[str, Any]] = []

    async def receive() -> dict[str, Any]:
        return {"type": "websocket.connect"}

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    scope = {"type": "websocket", "path": "/", "headers": [(b"host", HOST.encode())]}
    asyncio.run(app.app(scope, receive, send))
    assert sent == [{"type": "websocket.close", "code": 1008}]
