import pytest

from flask_api.settings import (
    DatabaseSettings,
    IdentitySettings,
    Settings,
    SettingsError,
    load_settings,
)

CA = """-----BEGIN CERTIFICATE-----
MIIBcDCCARegAwIBAgIUM9Zc5GIRIwa1ocwmAlIm8qaP+TYwCgYIKoZIzj0EAwIw
DTELMAkGA1UEAwwCY2EwIBcNMjYxMTI5MTIyMDMxWhgPMjEyNjExMDUxMjIwMzFa
MA0xCzAJBgNVBAMMAmNhMFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEbfhhBTVC
0vRKGGU3pzXvRbtX7HqNHl/gJOffbBew092Y6t2bm6o62bGLYyPR1v6/VwzcoU4i
kjX81MNxrrq21qNTMFEwHQYDVR0OBBYEFCVdS08nnpKRhSn+au7EonzZ1Tz3MB8G
A1UdIwQYMBaAFCVdS08nnpKRhSn+au7EonzZ1Tz3MA8GA1UdEwEB/wQFMAMBAf8w
CgYIKoZIzj0EAwIDRwAwRAIgcmQGswxyT1Xni/7zkNJN6Hznjf8pZCkFrya28atL
JFkCIF4fpcBfXhcT4i7G01ou8A0DUEYrRpptj3TicO8lCr46
-----END CERTIFICATE-----
"""

DATABASE = {
    "DATABASE_HOST": "aurora.internal",
    "DATABASE_NAME": "accounts",
    "DATABASE_USER": "flask_api",
    "DATABASE_PASSWORD": "hunter2",
    "DATABASE_CA": CA,
}


def problem(environment: dict[str, str]) -> str:
    with pytest.raises(SettingsError) as caught:
        load_settings(environment)
    return str(caught.value)


def test_an_empty_environment_is_enough_to_start() -> None:
    assert load_settings({}) == Settings(port=5000, log_level="info", database=None)


def test_the_port_and_the_log_level_come_from_the_environment() -> None:
    assert load_settings({"PORT": "8080", "LOG_LEVEL": "debug"}) == Settings(
        8080, log_level="debug"
    )


def test_the_drain_comes_from_the_platform_and_is_none_elsewhere() -> None:
    assert load_settings({"DRAIN_SECONDS": "75"}).drain_seconds == 75
    assert load_settings({}).drain_seconds == 0


def test_a_database_is_on_port_5432_unless_said_otherwise_and_always_verified() -> None:
    assert load_settings(DATABASE).database == DatabaseSettings(
        "aurora.internal", "accounts", "flask_api", "hunter2", CA, 5432, "verify-full"
    )


def test_a_database_may_have_another_port() -> None:
    database = load_settings(DATABASE | {"DATABASE_PORT": "15432"}).database
    assert database is not None
    assert database.port == 15432


@pytest.mark.parametrize("mode", ["disable", "allow", "prefer", "require", "verify-ca"])
def test_a_mode_that_would_not_know_the_server_is_refused(mode: str) -> None:
    assert problem(DATABASE | {"DATABASE_SSLMODE": mode}) == (
        f"flask-api cannot start: DATABASE_SSLMODE must be one of verify-full, got {mode!r}."
    )


@pytest.mark.parametrize(
    "text",
    ["/etc/ssl/ca.pem", CA[:-60], CA.replace("MII", "MI"), CA + CA[:-60], CA + "\u00e9"],
    ids=["a path", "half", "damaged", "one and a half", "not ASCII"],
)
def test_what_is_no_authority_is_refused(text: str) -> None:
    assert problem(DATABASE | {"DATABASE_CA": text}) == (
        "flask-api cannot start: DATABASE_CA must be the PEM text of one certificate or more."
    )


@pytest.mark.parametrize("name", DATABASE)
def test_each_missing_database_setting_is_named(name: str) -> None:
    partial = {key: value for key, value in DATABASE.items() if key != name}
    assert problem(partial) == (
        f"flask-api cannot start: other DATABASE_ settings are given, but not {name}."
    )


def test_an_empty_variable_counts_as_missing() -> None:
    assert "DATABASE_PASSWORD" in problem(DATABASE | {"DATABASE_PASSWORD": ""})
    assert load_settings({"DATABASE_HOST": "", "DATABASE_PASSWORD": ""}).database is None


def test_everything_that_is_wrong_is_said_at_once() -> None:
    assert problem(
        {
            "PORT": "http",
            "DRAIN_SECONDS": "106",
            "LOG_LEVEL": "loud",
            "DATABASE_HOST": "aurora.internal",
            "DATABASE_PORT": "0",
            "DATABASE_SSLMODE": "disable",
        }
    ) == (
        "flask-api cannot start: PORT must be a number from 1 to 65535, got 'http'; "
        "DRAIN_SECONDS must be a number from 0 to 105, got '106'; "
        "LOG_LEVEL must be one of info, debug, warn, error, warning, got 'loud'; "
        "other DATABASE_ settings are given, but not "
        "DATABASE_NAME, DATABASE_USER, DATABASE_PASSWORD, DATABASE_CA; "
        "DATABASE_PORT must be a number from 1 to 65535, got '0'; "
        "DATABASE_SSLMODE must be one of verify-full, got 'disable'."
    )


@pytest.mark.parametrize("port", ["0", "65536", "-1", "5e3", "5000 ", "\u0665"])
def test_what_is_no_port_is_refused(port: str) -> None:
    assert f"got {port!r}" in problem({"PORT": port})


def test_the_password_is_not_in_the_settings_representation() -> None:
    settings = load_settings(DATABASE)
    assert settings.database is not None
    assert settings.database.password == "hunter2"
    assert "hunter2" not in repr(settings)


def test_the_password_is_not_in_a_refusal() -> None:
    assert "hunter2" not in problem(DATABASE | {"DATABASE_HOST": "", "DATABASE_PORT": "x"})


@pytest.mark.parametrize("level", ["warn", "warning"])
def test_a_warning_is_named_as_in_python_or_as_in_the_other_services(level: str) -> None:
    assert load_settings({"LOG_LEVEL": level}).log_level == "warning"


def test_without_its_address_there_is_no_transaction_processor() -> None:
    assert load_settings({}).transaction_processor_url is None


@pytest.mark.parametrize(
    ("given", "taken"),
    [
        ("http://transaction-processor:8081", "http://transaction-processor:8081"),
        ("https://tp.example/base/", "https://tp.example/base"),
    ],
)
def test_the_address_of_transaction_processor_is_taken_without_a_slash_at_its_end(
    given: str, taken: str
) -> None:
    url = load_settings({"TRANSACTION_PROCESSOR_URL": given}).transaction_processor_url
    assert url == taken


@pytest.mark.parametrize(
    "address",
    [
        "transaction-processor:8081",
        "ftp://tp",
        "http://user:hunter2@tp",
        "http://tp?x=hunter2",
        "http://tp#hunter2",
        "http://tp:99999",
        "http://tp:0",
        "http://",
        "http://tp\n",
    ],
)
def test_what_is_no_plain_address_is_refused_and_not_repeated(address: str) -> None:
    said = problem({"TRANSACTION_PROCESSOR_URL": address})
    assert "TRANSACTION_PROCESSOR_URL must be an http or https address" in said
    assert "hunter2" not in said


IDENTITY = {"IDENTITY_ISSUER": "https://issuer.example/a/", "IDENTITY_AUDIENCE": "platform"}


def test_an_issuer_is_taken_to_the_last_character() -> None:
    assert load_settings({}).identity is None
    assert load_settings(IDENTITY).identity == IdentitySettings(
        "https://issuer.example/a/", "platform", None
    )
    keys = {"IDENTITY_KEYS_URL": "http://issuer.internal:8080/keys"}
    identity = load_settings(IDENTITY | keys).identity
    assert identity is not None
    assert identity.keys_url == "http://issuer.internal:8080/keys"


def test_an_issuer_and_its_audience_go_together() -> None:
    for missing in IDENTITY:
        partial = {name: value for name, value in IDENTITY.items() if name != missing}
        assert problem(partial | {missing: ""}) == (
            f"flask-api cannot start: other IDENTITY_ settings are given, but not {missing}."
        )


def test_what_is_missing_is_said_of_each_group() -> None:
    said = problem({"DATABASE_HOST": "aurora.internal", "IDENTITY_AUDIENCE": "platform"})
    assert "DATABASE_ settings are given, but not DATABASE_NAME, DATABASE_USER" in said
    assert "IDENTITY_ settings are given, but not IDENTITY_ISSUER" in said


@pytest.mark.parametrize("name", ["IDENTITY_ISSUER", "IDENTITY_KEYS_URL"])
def test_an_address_of_the_issuer_is_a_plain_one(name: str) -> None:
    said = problem(IDENTITY | {name: "https://user:hunter2@issuer.example"})
    assert f"{name} must be an http or https address" in said
    assert "hunter2" not in said


def test_a_caller_has_1200_requests_a_minute_unless_said_otherwise() -> None:
    assert load_settings({}).requests_per_minute == 1200
    assert load_settings({"REQUESTS_PER_MINUTE": "5"}).requests_per_minute == 5
    assert "REQUESTS_PER_MINUTE must be a number from 1" in problem({"REQUESTS_PER_MINUTE": "0"})
