from ministack import app

from extensions.access import services_in_use


def test_no_other_service_has_a_handler() -> None:
    assert set(app.SERVICE_HANDLERS) == set(services_in_use.PURPOSES)


def test_a_bucket_may_have_a_name_like_a_part_that_is_off() -> None:
    for path in ("/health-states/key", "/execute/key", "/aws/", "/bucket/_ministack/key"):
        assert not services_in_use.has_path(path)
    for path in ("/_ministack", "/_ministack/x", "/_aws/sqs/messages", "/iceberg/v1", "/Execute"):
        assert services_in_use.has_path(path)
