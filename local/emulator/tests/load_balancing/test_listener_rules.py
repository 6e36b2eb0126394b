import pytest
from ministack.services import alb

from ..load_balancer import create, group, listen, set_priorities, text_of


def test_a_priority_is_taken_once_in_a_listener(listener: str) -> None:
    arn = group("one")
    assert create(listener, 7, arn)[0] == 200
    assert create(listener, 7, arn) == (400, "PriorityInUse")
    assert create(listen(81), 7, arn)[0] == 200


def test_a_deleted_rule_gives_its_priority_free(listener: str) -> None:
    arn = group("one")
    _, rule = create(listener, 7, arn)
    alb._delete_rule({"RuleArn": [rule]})
    assert create(listener, 7, arn)[0] == 200


@pytest.mark.parametrize("priority", [0, 50_001])
def test_a_priority_is_from_1_to_50000(listener: str, priority: int) -> None:
    assert create(listener, priority, group("one")) == (400, "ValidationError")


def test_rules_change_places_in_one_request_and_not_one_by_one(listener: str) -> None:
    arn = group("one")
    (_, one), (_, two) = create(listener, 1, arn), create(listener, 2, arn)
    status, body = set_priorities({one: 2})
    assert (status, text_of(body, "Code")) == (400, "PriorityInUse")
    assert set_priorities({one: 3, two: 3})[0] == 400
    assert set_priorities({one: 2, two: 1})[0] == 200
    assert [alb._rules[each]["Priority"] for each in (one, two)] == ["2", "1"]
