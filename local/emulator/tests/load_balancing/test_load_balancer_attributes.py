import re

from ministack.services import alb, s3

ARN = "LoadBalancerArn"


def load_balancer() -> str:
    _, _, body = alb._create_lb({"Name": ["guarded"]})
    return re.findall(r"<LoadBalancerArn>(.*?)</LoadBalancerArn>", body.decode())[0]


def set_attributes(arn: str, **attributes: str) -> tuple[int, str]:
    request = {ARN: [arn]}
    for number, (name, value) in enumerate(attributes.items(), 1):
        request[f"Attributes.member.{number}.Key"] = [name.replace("__", ".")]
        request[f"Attributes.member.{number}.Value"] = [value]
    status, _, body = alb._modify_lb_attrs(request)
    return status, body.decode()


def test_a_protected_load_balancer_is_not_deleted_until_its_protection_is_off() -> None:
    arn = load_balancer()
    set_attributes(arn, deletion_protection__enabled="true")
    status, _, body = alb._delete_lb({ARN: [arn]})
    assert status == 400
    assert b"OperationNotPermitted" in body
    assert arn in alb._lbs
    set_attributes(arn, deletion_protection__enabled="false")
    alb._delete_lb({ARN: [arn]})
    assert arn not in alb._lbs


def test_access_logs_need_a_bucket_whose_policy_lets_elastic_load_balancing_write() -> None:
    arn = load_balancer()
    wanted = {"access_logs__s3__enabled": "true", "access_logs__s3__bucket": "logs"}
    status, answer = set_attributes(arn, **wanted)
    assert status == 400
    assert "Access Denied for bucket: logs. Please check S3bucket permission" in answer
    s3._bucket_policies["logs"] = "logdelivery.elasticloadbalancing.amazonaws.com"
    assert set_attributes(arn, **wanted)[0] == 200
    del s3._bucket_policies["logs"]
