"""What the environment tells the process. Nothing else reads the environment."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from urllib.parse import urlsplit

# `require` encrypts or fails, and is right for Aurora. `prefer` is for a PostgreSQL without TLS.
SSL_MODES = ("require", "prefer")
# As the platform's other services name them; `warning` is Python's own word for `warn`.
LOG_LEVELS = {
    "info": "info",
    "debug": "debug",
    "warn": "warning",
    "error": "error",
    "warning": "warning",
}

REQUIRED = ("DATABASE_HOST", "DATABASE_NAME", "DATABASE_USER", "DATABASE_PASSWORD")
OPTIONAL = ("DATABASE_PORT", "DATABASE_SSLMODE")


@dataclass(frozen=True)
class DatabaseSettings:
    host: str
    port: int
    name: str
    user: str
    password: str = field(repr=False)
    sslmode: str


@dataclass(frozen=True)
class Settings:
    """Without `database` the service runs and is healthy, but is never ready. Without
    `transaction_processor_url` it knows accounts, but not what happens on them."""

    port: int = 5000
    log_level: str = "info"
    # Seconds for which the service still accepts after a SIGTERM: callers keep its address so long.
    drain_seconds: int = 0
    database: DatabaseSettings | None = None
    transaction_processor_url: str | None = None


class SettingsError(Exception):
    """Everything that is wrong with the environment, in one sentence."""

    def __init__(self, problems: Sequence[str]) -> None:
        super().__init__(f"flask-api cannot start: {'; '.join(problems)}.")


def load_settings(environment: Mapping[str, str]) -> Settings:
    """Reads and checks everything before it gives up, so that one correction is enough."""
    reader = _Reader(environment)
    settings = Settings(
        port=reader.integer("PORT", 5000, 1, 65535),
        # Fargate kills a task after 120 s, of which what is in flight needs some.
        drain_seconds=reader.integer("DRAIN_SECONDS", 0, 0, 105),
        log_level=LOG_LEVELS[reader.choice("LOG_LEVEL", tuple(LOG_LEVELS))],
        database=_database(reader),
        transaction_processor_url=reader.url("TRANSACTION_PROCESSOR_URL"),
    )
    if reader.problems:
        raise SettingsError(reader.problems)
    return settings


def _database(reader: "_Reader") -> DatabaseSettings | None:
    if not any(reader.text(name) for name in REQUIRED + OPTIONAL):
        return None
    missing = [name for name in REQUIRED if not reader.text(name)]
    if missing:
        reader.problems.append(
            f"other DATABASE_ settings are given, but not {', '.join(missing)}",
        )
    return DatabaseSettings(
        host=reader.text("DATABASE_HOST"),
        port=reader.integer("DATABASE_PORT", 5432, 1, 65535),
        name=reader.text("DATABASE_NAME"),
        user=reader.text("DATABASE_USER"),
        password=reader.text("DATABASE_PASSWORD"),
        sslmode=reader.choice("DATABASE_SSLMODE", SSL_MODES),
    )


class _Reader:
    """Reads typed values and collects what is wrong with them."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self._environment = environment
        self.problems: list[str] = []

    def text(self, name: str) -> str:
        """An empty variable is one that is not set: deployment tools make that of nothing."""
        return self._environment.get(name, "")

    def integer(self, name: str, default: int, least: int, most: int) -> int:
        text = self.text(name) or str(default)
        if text.isascii() and text.isdigit() and least <= int(text) <= most:
            return int(text)
        self.problems.append(f"{name} must be a number from {least} to {most}, got {text!r}")
        return default

    def choice(self, name: str, choices: Sequence[str]) -> str:
        """One of `choices`; the first is the default."""
        text = self.text(name) or choices[0]
        if text not in choices:
            self.problems.append(f"{name} must be one of {', '.join(choices)}, got {text!r}")
            return choices[0]
        return text

    def url(self, name: str) -> str | None:
        """The address without a slash at its end. It is not repeated in a problem: it may hold a
        secret."""
        text = self.text(name)
        if not text:
            return None
        if not _URL.fullmatch(text) or not _has_port(text):
            self.problems.append(
                f"{name} must be an http or https address, such as http://transaction-processor:8081"
            )
        return text.rstrip("/")


# Printable ASCII without user, query and fragment.
_URL = re.compile(r"https?://[A-Za-z0-9.-]+(:[0-9]{1,5})?(/[A-Za-z0-9._~/-]*)?")


def _has_port(url: str) -> bool:
    """Of 1 to 65535, or the scheme's own."""
    try:
        return urlsplit(url).port != 0
    except ValueError:
        return False
