from collections.abc import Iterator

import pytest
from ministack.services import cloudwatch, eventbridge, sns, sqs


@pytest.fixture(autouse=True)
def _clean(metrics: None) -> Iterator[None]:
    """Begin and end without topics, queues and rules."""
    del metrics
    yield
    for service in (cloudwatch, eventbridge, sns):
        service.reset()
    for store in (sqs._queues, sqs._queue_name_to_url):
        store.clear()
