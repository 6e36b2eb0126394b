from collections.abc import Iterator

import pytest
from ministack.services import ssm


@pytest.fixture(autouse=True)
def _empty() -> Iterator[None]:
    yield
    ssm.reset()
