"""Transactions as transaction-processor answers them, and as they are handed on.

Amounts are in minor units of their currency: cents, pence, yen. Fields that are not named here are
left out, so that the other service may add some.
"""

from typing import Annotated, Literal

from pydantic import ConfigDict, Field, StrictInt

from flask_api.account import Account, CamelCase
from flask_api.integer_text import FROM_TEXT

Timestamp = Annotated[str, Field(json_schema_extra={"format": "date-time"})]
Digits = Annotated[
    str,
    Field(
        pattern="^[0-9]+$",
        description="Minor units in decimal digits: a sum may be more than a JSON number keeps",
    ),
]


class Exact(CamelCase):
    """Nothing is made of something else: a number is no text, 1.0 is no whole number."""

    # What does not fit goes into the log without its values, which are the customers'.
    model_config = ConfigDict(strict=True, allow_inf_nan=False, hide_input_in_errors=True)


class Reason(Exact):
    rule: str
    points: StrictInt | float
    detail: str


class Transaction(Exact):
    id: str
    account_id: str
    amount: Annotated[int, Field(description="In minor units of the currency")]
    currency: str
    country: str
    merchant_category: str
    card: Annotated[str, Field(description="A fingerprint of the card, never its number")]
    occurred_at: Timestamp
    status: Literal["approved", "review", "declined", "pending"]
    score: int | None
    reasons: list[Reason]
    created_at: Timestamp
    decided_at: Timestamp | None


class TransactionPage(Exact):
    items: list[Transaction]
    next_cursor: Annotated[
        str | None, Field(description="For the query of the next page; null on the last")
    ]


class Total(Exact):
    count: Annotated[int, Field(ge=0)]
    amount: Digits


class CurrencyTotals(Exact):
    currency: str
    approved: Total
    review: Total
    declined: Total
    pending: Total


class Summary(Exact):
    """As transaction-processor answers it."""

    currencies: list[CurrencyTotals]


class AccountSummary(CamelCase):
    """As a caller gets it."""

    account: Account
    currencies: list[CurrencyTotals]


class PageQuery(CamelCase):
    model_config = ConfigDict(extra="forbid")

    limit: Annotated[int, Field(ge=1, le=100), FROM_TEXT] = 20
    cursor: Annotated[
        str | None, Field(max_length=200, description="nextCursor of the page before")
    ] = None
