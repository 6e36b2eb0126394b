from ministack.services import alb

from extensions.load_balancing import target_health
from extensions.load_balancing.target_check import HEALTHY, INITIAL

from ..conftest import target_group, wait_for


def test_describe_target_health_tells_the_truth(web: tuple[int, dict[str, int]]) -> None:
    port, codes = web
    arn = target_group(port)
    alb._targets[arn] = [{"Id": "127.0.0.1", "Port": port}]

    def described() -> str:
        _, _, body = alb._describe_target_health({"TargetGroupArn": [arn]})
        return body.decode()

    wait_for(lambda: "<State>healthy</State>" in described())
    codes["/health"] = 500
    wait_for(lambda: "<State>unhealthy</State><Reason>Target.ResponseCodeMismatch" in described())


def test_a_target_that_left_is_forgotten(web: tuple[int, dict[str, int]]) -> None:
    port, _ = web
    arn = target_group(port)
    alb._targets[arn] = [{"Id": "127.0.0.1", "Port": port}]
    wait_for(lambda: target_health.state(arn, "127.0.0.1", port) == HEALTHY)
    alb._targets[arn] = []
    wait_for(lambda: target_health.state(arn, "127.0.0.1", port) == INITIAL)


def test_an_unknown_group_is_an_error() -> None:
    status, *_ = alb._describe_target_health({"TargetGroupArn": ["arn:unknown"]})
    assert status == 400
