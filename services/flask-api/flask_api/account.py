"""Accounts as callers give and get them."""

from datetime import UTC, datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    PlainSerializer,
    WithJsonSchema,
)
from pydantic.alias_generators import to_camel

from flask_api.currencies import CURRENCIES
from flask_api.integer_text import FROM_TEXT

# Controls, line and paragraph separators, and what turns the direction of the text around it or
# is not seen at all: a name is to be read as it is written.
_UNPRINTABLE = r"\x00-\x1f\x7f-\x9f\u200b\u2028-\u202e\u2066-\u2069\ufeff"

# As a pattern, so that it also stands in the description: at least one character is no space.
PRINTABLE = rf"^[^{_UNPRINTABLE}]*[^\s{_UNPRINTABLE}][^{_UNPRINTABLE}]*$"

VISIBLE_ASCII = "^[!-~]{1,255}$"
UUID_PATTERN = "^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$"

Owner = Annotated[
    str,
    Field(
        min_length=1,
        max_length=200,
        pattern=PRINTABLE,
        description="Printable characters; spaces around them are dropped",
    ),
    AfterValidator(str.strip),
]


def _known(code: str) -> str:
    if code not in CURRENCIES:
        raise ValueError("is none of the known codes")
    return code


Currency = Annotated[
    str,
    Field(json_schema_extra={"enum": sorted(CURRENCIES)}, description="ISO 4217"),
    AfterValidator(_known),
]

# RFC 3339 with milliseconds, as JavaScript writes it.
Timestamp = Annotated[
    datetime,
    PlainSerializer(
        lambda time: f"{time.astimezone(UTC).replace(tzinfo=None).isoformat('T', 'milliseconds')}Z"
    ),
    WithJsonSchema({"type": "string", "format": "date-time"}),
]


class CamelCase(BaseModel):
    """snake_case here, camelCase in JSON."""

    model_config = ConfigDict(alias_generator=to_camel, populate_by_name=True)


class NewAccount(BaseModel):
    """What a caller gives."""

    model_config = ConfigDict(extra="forbid", strict=True)

    owner: Owner
    currency: Currency


class Account(CamelCase):
    """What a caller gets."""

    id: UUID
    owner: str
    currency: str
    status: Literal["open", "closed"]
    created_at: Timestamp
    closed_at: Timestamp | None


class AccountPage(CamelCase):
    items: list[Account]
    next_cursor: Annotated[
        str | None, Field(description="For the query of the next page; null on the last")
    ]


class AccountPageQuery(CamelCase):
    model_config = ConfigDict(extra="forbid")

    limit: Annotated[int, Field(ge=1, le=100), FROM_TEXT] = 20
    cursor: Annotated[
        str | None, Field(pattern=UUID_PATTERN, description="nextCursor of the page before")
    ] = None


class AccountPath(BaseModel):
    id: Annotated[str, Field(pattern=UUID_PATTERN, description="The account's id, a UUID")]


class IdempotencyHeaders(BaseModel):
    idempotency_key: Annotated[
        str | None,
        Field(
            alias="Idempotency-Key",
            pattern=VISIBLE_ASCII,
            description="Visible ASCII, such as a UUID that the caller keeps for its repetitions",
        ),
    ] = None
