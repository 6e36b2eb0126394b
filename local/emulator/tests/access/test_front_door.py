import asyncio
import base64
import hashlib
import re
import time
from typing import Any

import pytest
from botocore.auth import S3SigV4QueryAuth, SigV4QueryAuth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from ministack import app
from ministack.services import alb, cognito, ecs_metadata, iam, sts

from extensions.access import open_operations, registry_login

from ..conftest import ROOT_KEY, ROOT_SECRET
from ..front_door import HOST, ask, ecs, query, signed

CALLER = "Action=GetCallerIdentity&Version=2011-06-15"
FOREIGN = [
    {"Host": "evil.example:4566"},
    {"Host": "127.0.0.1"},
    {"Host": "127.0.0.1:80"},
    {"Host": f"{HOST}.evil.example"},
    {"Host": f"evil.example@{HOST}"},
    {},
    {"Host": HOST, "Origin": "https://evil.example"},
    {"Host": HOST, "Origin": "null"},
    {"Host": HOST, "Origin": "http://127.0.0.1:3000"},
    {"Host": HOST, "Origin": "http://localhost:4566"},
    {"Host": HOST, "Origin": f"https://{HOST}"},
    {"Host": HOST, "Sec-Fetch-Site": "cross-site"},
    {"Host": HOST, "Sec-Fetch-Site": "same-site"},
    {"Host": HOST, "Origin": f"http://{HOST}", "Sec-Fetch-Site": "cross-site"},
]


@pytest.fixture
def balancer() -> None:
    arn = "arn:aws:elasticloadbalancing:us-east-1:000000000000:loadbalancer/app/shop/1"
    alb._lbs[arn] = {
        "LoadBalancerName": "shop",
        "LoadBalancerArn": arn,
        "SecurityGroups": [],
        "DNSName": "shop.elb.amazonaws.com",
    }
    fixed = {"StatusCode": "200", "ContentType": "text/plain", "MessageBody": "hello"}
    alb._listeners["listener"] = {
        "ListenerArn": "listener",
        "LoadBalancerArn": arn,
        "Port": 80,
    }
    alb._rules["rule"] = {
        "ListenerArn": "listener",
        "Priority": "default",
        "IsDefault": True,
        "Conditions": [],
        "Actions": [{"Type": "fixed-response", "FixedResponseConfig": fixed}],
    }


@pytest.mark.parametrize("headers", FOREIGN, ids=str)
@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/_local-aws/health"),
        ("GET", "/_alb/shop/"),
        ("OPTIONS", "/_alb/shop/"),
        ("OPTIONS", "/"),
        ("POST", "/"),
        ("GET", "/v2/"),
        ("GET", "/bucket/key"),
        ("POST", "/oauth2/token"),
        ("POST", "/_ministack/reset"),
    ],
)
@pytest.mark.usefixtures("balancer")
def test_no_page_of_another_site_gets_an_answer(
    method: str, path: str, headers: dict[str, str]
) -> None:
    answer = ask(method, path, headers)
    assert answer.status in (403, 421)
    assert not [name for name in answer.headers if name.startswith("access-control-")]


def test_a_signature_does_not_help_a_page_of_another_site() -> None:
    headers = signed("sts", body=CALLER, headers={"Origin": "https://evil.example"})
    assert query("sts", CALLER, headers).status == 403


def test_two_hosts_are_refused_as_they_come_with_http_2() -> None:
    assert ask(headers=[("Host", HOST), ("Host", "evil.example")]).status == 421
    assert ask(headers=[("Host", HOST), ("Host", HOST)]).status == 421


@pytest.mark.parametrize(
    "host", ["127.0.0.1:4566", "localhost:4566", "[::1]:4566", "LOCALHOST:4566"]
)
def test_this_machine_has_three_names(host: str) -> None:
    assert ask("GET", "/_local-aws/health", {"Host": host}).status == 200


@pytest.mark.usefixtures("balancer")
@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Sec-Fetch-Site": "none", "Sec-Fetch-Mode": "navigate"},
        {"Sec-Fetch-Site": "same-origin", "Origin": f"http://{HOST}"},
    ],
    ids=str,
)
def test_a_person_opens_the_page_of_a_service(headers: dict[str, str]) -> None:
    answer = ask("GET", "/_alb/shop/", {"Host": HOST, **headers})
    assert (answer.status, answer.text) == (200, "hello")


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


def test_the_root_calls_an_operation() -> None:
    answer = query("sts", CALLER)
    assert answer.status == 200
    assert "arn:aws:iam::000000000000:root" in answer.text
    assert not [name for name in answer.headers if name.startswith("access-control-")]


@pytest.mark.parametrize(
    ("keys", "query_code", "json_code"),
    [
        (("test", "test", None), "InvalidClientTokenId", "UnrecognizedClientException"),
        (
            ("000000000000", ROOT_SECRET, None),
            "InvalidClientTokenId",
            "UnrecognizedClientException",
        ),
        (("AKIAOTHER", ROOT_SECRET, None), "InvalidClientTokenId", "UnrecognizedClientException"),
        ((ROOT_KEY, "another", None), "SignatureDoesNotMatch", "InvalidSignatureException"),
        ((ROOT_KEY, ROOT_SECRET, "token"), "InvalidClientTokenId", "UnrecognizedClientException"),
    ],
)
def test_another_key_is_refused_in_the_words_of_aws(
    keys: tuple[str, str, str | None], query_code: str, json_code: str
) -> None:
    kind = {"Content-Type": "application/x-www-form-urlencoded"}
    headers = signed("sts", body=CALLER, headers=kind, keys=keys)
    answer = query("sts", CALLER, headers)
    assert (answer.status, f"<Code>{query_code}</Code>" in answer.text) == (403, True)
    listed = ecs("ListClusters", {}, keys=keys)
    assert (listed.status, json_code in listed.text) == (400, True)


@pytest.mark.parametrize(
    ("secret", "code"), [("another", "SignatureDoesNotMatch"), (ROOT_SECRET, "")]
)
def test_s3_refuses_with_its_own_codes(secret: str, code: str) -> None:
    headers = signed("s3", "GET", "/", keys=(ROOT_KEY, secret, None))
    headers["X-Amz-Content-SHA256"] = "UNSIGNED-PAYLOAD"
    unknown = signed("s3", "GET", "/", keys=("AKIAOTHER", secret, None))
    assert "InvalidAccessKeyId" in ask("GET", "/", unknown).text
    assert "AccessDenied" in ask("GET", "/bucket/key").text
    if code:
        assert code in ask("GET", "/", headers).text


def presigned(secret: str, seconds: int) -> str:
    request = AWSRequest("GET", f"http://{HOST}/states/key")
    S3SigV4QueryAuth(Credentials(ROOT_KEY, secret), "s3", "us-east-1", seconds).add_auth(request)
    return str(request.url).removeprefix(f"http://{HOST}")


def test_a_presigned_url_needs_no_header_and_ends() -> None:
    assert "NoSuchBucket" in ask("GET", presigned(ROOT_SECRET, 60)).text
    assert "SignatureDoesNotMatch" in ask("GET", presigned("another", 60)).text
    assert "Request has expired" in ask("GET", presigned(ROOT_SECRET, -1)).text


def test_other_services_take_presigned_urls_until_they_end() -> None:
    # MiniStack itself looks at the time of those of S3 only.
    def asked(seconds: int) -> str:
        request = AWSRequest("GET", f"http://{HOST}/?{CALLER}")
        SigV4QueryAuth(Credentials(ROOT_KEY, ROOT_SECRET), "sts", "us-east-1", seconds).add_auth(
            request
        )
        return ask("GET", str(request.url).removeprefix(f"http://{HOST}")).text

    assert ":root" in asked(60)
    assert "SignatureDoesNotMatch" in asked(-1)


def query_signed(service: str, url: str) -> str:
    request = AWSRequest("GET", f"http://{HOST}{url}")
    SigV4QueryAuth(Credentials(ROOT_KEY, ROOT_SECRET), service, "us-east-1", 60).add_auth(request)
    return str(request.url).removeprefix(f"http://{HOST}")


def test_a_presigned_url_leads_to_nothing_else_of_the_root() -> None:
    kind = {"Host": HOST, "Content-Type": "application/x-www-form-urlencoded"}
    target = {"Host": HOST, "X-Amz-Target": "AmazonEC2ContainerServiceV20141113.ListClusters"}
    for url in (presigned(ROOT_SECRET, 60), query_signed("sts", f"/?{CALLER}")):
        answer = ask("GET", url, target, "{}")
        assert "scoped to correct service: 'ecs'" in answer.text
    vpcs = "Action=DescribeVpcs&Version=2016-11-15"
    assert "vpcSet" not in ask("GET", presigned(ROOT_SECRET, 60), kind, vpcs).text
    # It holds for the body that was signed: none.
    empty = {"X-Amz-Content-SHA256": hashlib.sha256(b"").hexdigest()}
    url = query_signed("sts", "/?Version=2011-06-15")
    answer = ask("GET", url, {**kind, **empty}, "Action=GetCallerIdentity")
    assert "SignatureDoesNotMatch" in answer.text


def test_a_layer_of_an_image_is_not_read_as_a_form(monkeypatch: pytest.MonkeyPatch) -> None:
    def unread(form: str) -> Any:
        raise AssertionError(f"{len(form)} characters were read as a form")

    monkeypatch.setattr(open_operations, "parse_qs", unread)
    monkeypatch.setattr(app, "AUTH", True)
    login = base64.b64encode(f"AWS:{registry_login.password(time.time())}".encode()).decode()
    headers = {"Host": HOST, "Authorization": f"Basic {login}"}
    assert ask("PATCH", "/v2/shop/app/blobs/uploads/1", headers, b"layer").status == 404


def test_a_body_that_was_changed_on_the_way_is_refused() -> None:
    headers = signed("sts", body=CALLER)
    assert "SignatureDoesNotMatch" in query("sts", CALLER + "&X=1", headers).text
    hashed = signed("sts", body="", headers={"X-Amz-Content-SHA256": "0" * 64})
    assert "SignatureDoesNotMatch" in query("sts", "", hashed).text


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Authorization": "Bearer x"},
        {"Authorization": "AWS4-HMAC-SHA256"},
        {"Authorization": "AWS4-HMAC-SHA256 Credential=/20260101/us-east-1/sts/aws4_request"},
        {"Authorization": f"AWS {ROOT_KEY}:c2ln"},
        {"Authorization": "Basic QVdTOng="},
    ],
    ids=str,
)
def test_a_request_without_a_signature_is_refused(headers: dict[str, str]) -> None:
    answer = query("sts", CALLER, headers)
    assert answer.status in (400, 403)
    assert re.search("MissingAuthenticationToken|IncompleteSignature", answer.text)


def test_a_request_of_an_hour_ago_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    import botocore.auth

    before = "20200101T000000Z"
    monkeypatch.setattr(botocore.auth, "get_current_datetime", lambda **_: _at(before))
    headers = signed("sts", body=CALLER)
    assert "Signature expired" in query("sts", CALLER, headers).text


def _at(stamp: str) -> Any:
    from datetime import UTC, datetime

    return datetime.strptime(stamp, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)


def test_the_session_of_a_role_is_let_in_until_it_ends() -> None:
    session = {
        "Arn": "arn:aws:sts::000000000000:assumed-role/deploy/run",
        "SecretAccessKey": "secret",
        "SessionToken": "token",
        "AccountId": "000000000000",
        "PrincipalType": "AssumedRole",
    }
    sts.register_session("ASIADEPLOY", dict(session))
    assert ecs("ListClusters", {}, keys=("ASIADEPLOY", "secret", "token")).status == 200
    assert "InvalidSignature" in ecs("ListClusters", {}, keys=("ASIADEPLOY", "x", "token")).text
    without = ecs("ListClusters", {}, keys=("ASIADEPLOY", "secret", None))
    assert "UnrecognizedClientException" in without.text
    sts._sessions["ASIADEPLOY"]["Expiration"] = 1.0
    ended = ecs("ListClusters", {}, keys=("ASIADEPLOY", "secret", "token"))
    assert "ExpiredTokenException" in ended.text


def test_the_key_of_a_user_is_let_in() -> None:
    iam._access_keys["AKIAUSER"] = {
        "UserName": "ann",
        "Status": "Active",
        "SecretAccessKey": "secret",
    }
    assert ecs("ListClusters", {}, keys=("AKIAUSER", "secret", None)).status == 200
    assert ecs("ListClusters", {}, keys=("AKIAUSER", "other", None)).status == 400
    iam._access_keys.clear()


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
