import json
from collections.abc import Iterator

import pytest
from botocore.exceptions import ClientError
from ministack.services import cloudwatch

from ..sdk import client

BODY = json.dumps({"widgets": [{"type": "text", "properties": {"markdown": "a < b & c"}}]})


@pytest.fixture(autouse=True)
def _clean(metrics: None) -> Iterator[None]:
    del metrics
    yield
    cloudwatch.reset()


def names() -> list[str]:
    entries = client("cloudwatch").list_dashboards(DashboardNamePrefix="dev")["DashboardEntries"]
    return [each["DashboardName"] for each in entries]


def test_a_dashboard_is_written_read_listed_and_deleted() -> None:
    sdk = client("cloudwatch")
    assert (
        sdk.put_dashboard(DashboardName="dev", DashboardBody=BODY)["DashboardValidationMessages"]
        == []
    )
    found = sdk.get_dashboard(DashboardName="dev")
    assert found["DashboardBody"] == BODY
    assert found["DashboardArn"] == "arn:aws:cloudwatch::000000000000:dashboard/dev"
    assert names() == ["dev"]
    sdk.delete_dashboards(DashboardNames=["dev"])
    assert names() == []


def test_an_invalid_body_is_refused_with_every_problem() -> None:
    sdk = client("cloudwatch")
    body = json.dumps({"widgets": [{"type": "text"}, {"properties": {}}]})
    with pytest.raises(ClientError) as error:
        sdk.put_dashboard(DashboardName="dev", DashboardBody=body)
    assert isinstance(error.value, sdk.exceptions.DashboardInvalidInputError)
    message = error.value.response["Error"]["Message"]
    assert message.startswith("The dashboard body is invalid, there are 2 validation errors: ")
    assert json.loads(message.partition("errors: ")[2]) == [
        {"dataPath": "/widgets/0", "message": "Should have required property 'properties'"},
        {"dataPath": "/widgets/1", "message": "Should have required property 'type'"},
    ]
    assert names() == []


def test_a_name_has_no_spaces() -> None:
    with pytest.raises(ClientError, match=r"InvalidParameterInput.*letters, digits"):
        client("cloudwatch").put_dashboard(DashboardName="dev 1", DashboardBody=BODY)


def test_a_missing_dashboard_cannot_be_read_or_deleted() -> None:
    sdk = client("cloudwatch")
    for call in (
        lambda: sdk.get_dashboard(DashboardName="dev"),
        lambda: sdk.delete_dashboards(DashboardNames=["dev"]),
    ):
        with pytest.raises(ClientError) as error:
            call()
        assert error.value.response["Error"]["Code"] == "ResourceNotFound"
