import pytest

from extensions.metrics import minutes


@pytest.fixture(autouse=True)
def _apart(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(minutes.VARIABLE, raising=False)
    monkeypatch.setattr(minutes, "publishers", [])
    monkeypatch.setattr(minutes, "followers", [])


@pytest.mark.parametrize(("given", "length"), [("", 60), ("1", 1), ("5", 5), ("60", 60)])
def test_a_minute_is_as_long_as_the_variable_says(given: str, length: float) -> None:
    assert minutes.seconds(given) == length


@pytest.mark.parametrize("given", ["0", "61", "1.5", "-5", "5s", " 5"])
def test_fails_on_another_length_with_what_is_allowed(given: str) -> None:
    with pytest.raises(minutes.MinuteError) as error:
        minutes.seconds(given)
    assert str(error.value) == (
        f'LOCAL_AWS_MINUTE is "{given}"; it must be a whole number of seconds from 1 to 60, '
        "or unset for 60"
    )


def test_minutes_and_what_lasts_minutes_follow_it(monkeypatch: pytest.MonkeyPatch) -> None:
    assert [minutes.number_of(moment) for moment in (0, 59.9, 60, 150)] == [0, 0, 1, 2]
    assert minutes.lasting(300) == 300
    monkeypatch.setenv(minutes.VARIABLE, "5")
    assert [minutes.number_of(moment) for moment in (0, 4.9, 5, 14)] == [0, 0, 1, 2]
    assert minutes.lasting(300) == 25


def test_metrics_are_published_before_anything_follows_them() -> None:
    told: list[tuple[str, float]] = []
    minutes.followers.append(lambda now: told.append(("followed", now)))
    minutes.publishers.append(lambda now: told.append(("published", now)))
    minutes.pass_minute(90)
    assert told == [("published", 90), ("followed", 90)]


def test_one_that_fails_does_not_keep_the_others_from_it(caplog: pytest.LogCaptureFixture) -> None:
    told: list[float] = []

    def fail(now: float) -> None:
        raise ValueError(now)

    minutes.publishers += [fail, told.append]
    minutes.pass_minute(90)
    assert told == [90]
    assert "a minute's metrics" in caplog.text


def test_fails_at_the_start_of_the_local_aws(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(minutes.VARIABLE, "0")
    with pytest.raises(minutes.MinuteError):
        minutes.install()
