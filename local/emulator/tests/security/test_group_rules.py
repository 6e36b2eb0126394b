import re

import pytest
from ministack.services import ec2


@pytest.mark.parametrize("direction", ["egress", "ingress"])
def test_a_rule_that_is_there_already_gets_the_tags_of_the_request(direction: str) -> None:
    _, _, body = ec2._create_security_group(
        {"GroupName": [f"app-{direction}"], "GroupDescription": ["app"], "VpcId": ["vpc-1"]}
    )
    (group,) = set(re.findall(r"<groupId>(sg-[^<]+)", body.decode()))
    request = {
        "GroupId": [group],
        "IpPermissions.1.IpProtocol": ["-1"],
        "IpPermissions.1.IpRanges.1.CidrIp": ["0.0.0.0/0"],
        "TagSpecification.1.ResourceType": ["security-group-rule"],
        "TagSpecification.1.Tag.1.Key": ["Project"],
        "TagSpecification.1.Tag.1.Value": ["platform"],
    }
    authorize = getattr(ec2, f"_authorize_sg_{direction}")
    for _ in range(2):
        status, _, answer = authorize(request)
        assert status == 200
    (rule,) = re.findall(r"<securityGroupRuleId>([^<]+)", answer.decode())
    assert ec2._tags[rule] == [{"Key": "Project", "Value": "platform"}]
