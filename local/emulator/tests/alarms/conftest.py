from collections.abc import Iterator

import pytest
from ministack.services import cloudwatch, sns, sqs

from extensions.metrics import minutes


@pytest.fixture(autouse=True)
def _clean(metrics: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Begin and end without alarms, topics and queues."""
    del metrics
    monkeypatch.delenv(minutes.VARIABLE, raising=False)
    # It would forget the minutes of the tests, which are long ago.
    monkeypatch.setattr(cloudwatch, "_evict_old_metrics", lambda: None)
    yield
    cloudwatch.reset()
    sns.reset()
    for store in (sqs._queues, sqs._queue_name_to_url):
        store.clear()
