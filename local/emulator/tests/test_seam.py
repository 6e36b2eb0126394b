from types import ModuleType

import pytest

from extensions import seam


@pytest.fixture
def module() -> ModuleType:
    made = ModuleType("ministack.example")

    def greet(name: str) -> str:
        return f"hello {name}"

    made.greet = greet
    made.ACTIONS = {"Greet": greet}
    return made


def test_wraps_a_function_also_where_it_is_dispatched(module: ModuleType) -> None:
    seam.wrap(module, "greet", "name", lambda original: lambda name: original(name).upper())
    assert module.greet("you") == "HELLO YOU"
    assert module.ACTIONS["Greet"]("you") == "HELLO YOU"


def test_a_wrapped_function_can_be_wrapped_again(module: ModuleType) -> None:
    for _ in range(2):
        seam.wrap(module, "greet", "name", lambda original: lambda *given: original(*given) + "!")
    assert module.greet("you") == "hello you!!"


def test_fails_on_a_function_that_has_gone(module: ModuleType) -> None:
    with pytest.raises(seam.SeamError, match=r"ministack\.example\.wave has gone"):
        seam.check(module, "wave", "")


def test_fails_on_other_parameters(module: ModuleType) -> None:
    with pytest.raises(seam.SeamError, match=r"takes \(name\).* written for \(name loudly\)"):
        seam.check(module, "greet", "name loudly")
