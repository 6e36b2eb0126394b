import hashlib

from botocore.auth import S3SigV4QueryAuth, SigV4QueryAuth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from ..conftest import ROOT_KEY, ROOT_SECRET
from ..front_door import CALLER, HOST, ask


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
