import pytest
from ministack import app
from ministack.services import ssm

from extensions.iam import further_checks, parameter_names

from .parameter import NAME, call, put

PLACE = "us-east-1:000000000000"


def test_the_list_of_parameters_has_no_values() -> None:
    put()
    filters = [{"Key": "Path", "Option": "Recursive", "Values": ["/platform-dev"]}]
    _, listed = call("DescribeParameters", ParameterFilters=filters)
    (parameter,) = listed["Parameters"]
    assert (parameter["Name"], parameter["Type"]) == (NAME, "SecureString")
    assert "Value" not in parameter
    assert "sesame" not in str(listed)


@pytest.mark.parametrize(
    ("request_", "words"),
    [
        ({"value": ""}, "at least 1 character"),
        ({"value": "é" * 2049}, "Standard tier parameters support a maximum parameter value of"),
        ({"value": "{{ssm:other}}"}, "can't nest another parameter"),
        ({"Name": "/dev/a b"}, "fully qualified name"),
        ({"Name": "/dev//key"}, "fully qualified name"),
        ({"Name": "/" + "/".join("a" * 16)}, "at most 15 levels"),
        ({"Name": "/" + "a" * 1000}, "at most 1011 characters"),
        ({"Name": "/aws-dev/web/KEY"}, "reserved"),
        ({"Name": "/ssm-dev/web/KEY"}, "can't be prefixed"),
    ],
)
def test_what_aws_refuses_is_refused(request_: dict[str, str], words: str) -> None:
    value = request_.get("value", "sesame")
    status, answer = put(**request_)
    assert status == 400
    assert words in answer["message"]
    assert not value or value not in answer["message"]
    assert not ssm._parameters


def test_the_largest_value_is_accepted() -> None:
    assert put("x" * 4096)[0] == 200
    assert put("x" * 8192, Tier="Advanced")[0] == 200


def test_a_parameter_keeps_its_type() -> None:
    put(Type="String")
    status, answer = put()
    assert (status, answer["__type"]) == (400, "HierarchyTypeMismatchException")


def test_the_last_hundred_versions_are_kept() -> None:
    for at in range(105):
        put(f"value {at}")
    assert [each["Version"] for each in ssm._parameter_history[NAME]] == list(range(6, 106))


@pytest.mark.parametrize(
    "operation", ["SendCommand", "GetCommandInvocation", "UpdateServiceSetting"]
)
def test_nothing_but_the_parameter_store_is_on(operation: str) -> None:
    status, answer = call(operation, DocumentName="AWS-RunShellScript", InstanceIds=["i-1"])
    assert (status, answer["__type"]) == (400, "SubscriptionRequiredException")
    assert not ssm._commands


def test_iam_checks_every_parameter_of_a_request() -> None:
    names = {"Names.0": NAME, "Names.1": "/platform-prod/web/STRIPE_KEY"}

    def given(field: str) -> str:
        return names.get(field, "")

    found = list(further_checks.checks_of("ssm:GetParameters", "", PLACE, given))
    assert [each.resource for each in found] == [
        f"arn:aws:ssm:{PLACE}:parameter/platform-prod/web/STRIPE_KEY"
    ]
    assert parameter_names.arns("ssm:DescribeParameters", PLACE, given) == []


def test_parameters_survive_a_restart() -> None:
    put()
    # What `checkpoint` writes.
    state = app._build_persistence_save_dict()["ssm"]()
    ssm.reset()
    ssm.load_persisted_state(state)
    assert call("GetParameter", Name=NAME, WithDecryption=True)[1]["Parameter"]["Value"] == "sesame"
