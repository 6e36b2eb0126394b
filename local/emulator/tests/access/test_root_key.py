import pytest
from ministack.core import iam_evaluator
from ministack.services import sts

from extensions.access import root_key

from ..conftest import ROOT_KEY


@pytest.mark.parametrize("owner", [iam_evaluator, sts])
def test_only_the_own_key_is_the_roots(owner: object) -> None:
    assert owner.is_root_access_key(ROOT_KEY)
    for other in ("test", "000000000000", "local", ROOT_KEY.lower()):
        assert not owner.is_root_access_key(other)


@pytest.mark.parametrize("name", ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"])
def test_it_does_not_start_without_a_key(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setenv(name, "")
    with pytest.raises(RuntimeError, match=f"set {name}"):
        root_key.install()
