"""What the environment tells the process. Nothing else reads the environment."""

import re
import ssl
from collections.abc import Mapping, Sequence
from dataclasses import field, fields
from typing import Annotated, Any
from urllib.parse import urlsplit

from pydantic import AfterValidator, BeforeValidator, TypeAdapter, ValidationError
from pydantic.dataclasses import dataclass

# Each other mode of libpq hands the password to any server that answers.
SSL_MODES = ("verify-full",)
# As the platform's other services name them; `warning` is Python's own word for `warn`.
LOG_LEVELS = {
    "info": "info",
    "debug": "debug",
    "warn": "warning",
    "error": "error",
    "warning": "warning",
}

# Printable ASCII without user, query and fragment.
URL = re.compile(r"https?://[A-Za-z0-9.-]+(:[0-9]{1,5})?(/[A-Za-z0-9._~/-]*)?")


class SettingsError(Exception):
    """Everything that is wrong with the environment, in one sentence."""

    def __init__(self, problems: Sequence[str]) -> None:
        super().__init__(f"flask-api cannot start: {'; '.join(problems)}.")


def _number(least: int, most: int) -> BeforeValidator:
    def parse(given: object) -> int:
        text = str(given)
        if text.isascii() and text.isdigit() and least <= int(text) <= most:
            return int(text)
        raise ValueError(f"must be a number from {least} to {most}, got {text!r}")

    return BeforeValidator(parse)


def _one_of(choices: Sequence[str]) -> AfterValidator:
    def check(text: str) -> str:
        if text not in choices:
            raise ValueError(f"must be one of {', '.join(choices)}, got {text!r}")
        return text

    return AfterValidator(check)


def is_address(text: str) -> bool:
    try:
        return URL.fullmatch(text) is not None and urlsplit(text).port != 0
    except ValueError:  # The port is above 65535.
        return False


def _address(example: str) -> AfterValidator:
    """It is not repeated in a problem: it may hold a secret."""

    def check(text: str) -> str:
        if is_address(text):
            return text
        raise ValueError(f"must be an http or https address, such as {example}")

    return AfterValidator(check)


def _certificates(text: str) -> str:
    """PEM text. It is not repeated in a problem: it is long."""
    begun, ended = (text.count(f"-----{word} CERTIFICATE-----") for word in ("BEGIN", "END"))
    try:
        ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT).load_verify_locations(cadata=text)
    except (ssl.SSLError, TypeError, ValueError):
        ended = -1
    if begun == ended:
        return text
    raise ValueError("must be the PEM text of one certificate or more")


Port = Annotated[int, _number(1, 65535)]


@dataclass(frozen=True)
class DatabaseSettings:
    host: str
    name: str
    user: str
    password: str = field(repr=False)
    # The authorities that may have signed the server's certificate.
    ca: Annotated[str, AfterValidator(_certificates)] = field(repr=False)
    port: Port = 5432
    sslmode: Annotated[str, _one_of(SSL_MODES)] = SSL_MODES[0]


@dataclass(frozen=True)
class IdentitySettings:
    """Whose bearer tokens are taken, and for whom they must be. Without `keys_url` the issuer is
    asked where its keys are."""

    # As in the token's `iss`, to the last character: some end with a slash.
    issuer: Annotated[
        str, _address("https://cognito-idp.us-east-1.amazonaws.com/us-east-1_Example")
    ]
    audience: str
    keys_url: Annotated[str, _address("https://issuer.example/.well-known/jwks.json")] | None = None


@dataclass(frozen=True)
class Settings:
    """Without `database` the service runs and is healthy, but is never ready. Without
    `transaction_processor_url` it reads accounts, but opens and closes none. Without `identity` it
    knows no caller, and answers nobody who asks for an account."""

    port: Port = 5000
    # Seconds for which the service still accepts after a SIGTERM: callers keep its address so long.
    # Fargate kills a task after 120 s, of which what is in flight needs some.
    drain_seconds: Annotated[int, _number(0, 105)] = 0
    log_level: Annotated[
        str, _one_of(tuple(LOG_LEVELS)), AfterValidator(LOG_LEVELS.__getitem__)
    ] = "info"
    database: DatabaseSettings | None = None
    transaction_processor_url: (
        Annotated[
            str,
            _address("http://transaction-processor:8081"),
            AfterValidator(lambda url: url.rstrip("/")),
        ]
        | None
    ) = None
    identity: IdentitySettings | None = None
    # Of one caller, in one task.
    requests_per_minute: Annotated[int, _number(1, 1_000_000)] = 1200


def load_settings(environment: Mapping[str, str]) -> Settings:
    """Reads and checks everything before it gives up, so that one correction is enough."""
    given = _given(Settings, environment)
    given["database"] = _given(DatabaseSettings, environment, "database_") or None
    given["identity"] = _given(IdentitySettings, environment, "identity_") or None
    try:
        return TypeAdapter(Settings).validate_python(given)
    except ValidationError as error:
        raise SettingsError(_problems(error)) from None


def _given(settings: type, environment: Mapping[str, str], prefix: str = "") -> dict[str, Any]:
    """An empty variable is one that is not set: deployment tools make that of nothing."""
    names = [one.name for one in fields(settings)]
    texts = {name: environment.get(f"{prefix}{name}".upper()) for name in names}
    return {name: text for name, text in texts.items() if text}


def _problems(error: ValidationError) -> list[str]:
    """A sentence for each, and one for all that is missing of a group."""
    missing: dict[str, list[str]] = {}
    found = [("_".join(map(str, one["loc"])).upper(), one) for one in error.errors()]
    for name, one in found:
        if one["type"] == "missing":
            missing.setdefault(str(one["loc"][0]).upper(), []).append(name)
    sentences = (
        _missing(group := str(one["loc"][0]).upper(), missing[group])
        if one["type"] == "missing"
        else f"{name} {one['ctx']['error']}"
        for name, one in found
    )
    return list(dict.fromkeys(sentences))


def _missing(group: str, names: Sequence[str]) -> str:
    return f"other {group}_ settings are given, but not {', '.join(names)}"
