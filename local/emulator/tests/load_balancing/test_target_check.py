import pytest
from ministack.services import alb

from extensions.load_balancing import target_check
from extensions.load_balancing.target_check import HEALTHY, INITIAL, UNHEALTHY, TargetHealth

from ..conftest import target_group

GROUP = {"HealthCheckIntervalSeconds": 10, "HealthyThresholdCount": 2, "UnhealthyThresholdCount": 2}
FAILED = ("Target.FailedHealthChecks", "Health checks failed")


def states(*checks: tuple[float, bool]) -> list[str]:
    health, seen = TargetHealth(since=100.0), []
    for at, passed in checks:
        health.record(GROUP, None if passed else FAILED, 100.0 + at)
        seen.append(health.state)
    return seen


def test_a_new_target_is_healthy_with_its_first_good_answer() -> None:
    assert states((0.0, False), (0.5, True)) == [INITIAL, HEALTHY]


def test_a_new_target_fails_by_interval_not_by_try() -> None:
    assert states((0.5, False), (1, False), (10, False), (20, False)) == [INITIAL] * 3 + [UNHEALTHY]


def test_thresholds_keep_a_target_from_flapping() -> None:
    history = states((0, True), (10, False), (20, False), (30, True), (40, True))
    assert history == [HEALTHY, HEALTHY, UNHEALTHY, UNHEALTHY, HEALTHY]


@pytest.mark.parametrize(
    ("code", "matcher", "expected"),
    [(200, "200", True), (204, "200", False), (302, "200,302", True), (250, "200-299", True)],
)
def test_a_matcher(code: int, matcher: str, expected: bool) -> None:
    assert target_check.matches(code, matcher) is expected


def test_asks_for_the_path_of_the_group(web: tuple[int, dict[str, int]]) -> None:
    port, codes = web
    group = alb._tgs[target_group(port)]
    assert target_check.ask(group, "127.0.0.1", port) is None
    codes["/health"] = 503
    reason, description = target_check.ask(group, "127.0.0.1", port) or ("", "")
    assert reason == "Target.ResponseCodeMismatch"
    assert description == "Health checks failed with these codes: [503]"
    assert target_check.ask(group, "127.0.0.1", 1) == FAILED
