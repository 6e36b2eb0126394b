import pytest
from ministack.services import alb

from extensions.load_balancing import rule_quotas

from ..load_balancer import create, group, listen, rule_of, text_of


def test_a_rule_has_five_values_and_five_wildcards_at_most(listener: str) -> None:
    arn = group("one")
    assert create(listener, 1, arn, *(f"/{at}" for at in range(5)))[0] == 200
    assert create(listener, 2, arn, *(f"/{at}" for at in range(6))) == (400, "ValidationError")
    assert create(listener, 2, arn, "/*/*/*", "/*/*/?") == (400, "ValidationError")
    assert create(listener, 2, arn, "/" + "a" * 128) == (400, "ValidationError")


def test_a_rule_keeps_to_them_when_it_is_modified(listener: str) -> None:
    arn = group("one")
    _, rule = create(listener, 1, arn)
    status, _, body = alb._modify_rule(rule_of(arn, *"abcdef", RuleArn=rule))
    assert (status, text_of(body, "Code")) == (400, "ValidationError")
    assert alb._modify_rule(rule_of(group("two"), "/b", RuleArn=rule))[0] == 200


def test_a_load_balancer_has_a_hundred_rules_over_all_its_listeners(listener: str) -> None:
    arn, other = group("one"), listen(81)
    for priority in range(1, rule_quotas.RULES_PER_LOAD_BALANCER + 1):
        assert create(listener if priority % 2 else other, priority, arn)[0] == 200
    assert create(other, 200, arn) == (400, "TooManyRules")


def test_a_load_balancer_has_a_hundred_target_groups(
    listener: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rule_quotas, "TARGET_GROUPS_PER_LOAD_BALANCER", 2)
    one, two, three = (group(name) for name in ("one", "two", "three"))
    assert create(listener, 1, one)[0] == create(listen(81), 1, two)[0] == 200
    assert create(listener, 2, three) == (400, "TooManyUniqueTargetGroupsPerLoadBalancer")
    assert create(listener, 2, one)[0] == 200


def test_a_rule_forwards_to_what_exists(listener: str) -> None:
    assert create(listener, 1, "arn:gone") == (400, "TargetGroupNotFound")
