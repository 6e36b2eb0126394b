"""Accounts in the database: one statement for each deed, so that none is ever half done."""

from typing import Any, LiteralString

from flask_api.account import Account, NewAccount
from flask_api.database import Database


class KeyUsed(Exception):
    """The idempotency key belongs to an account that is not the one asked for."""


class AccountStore:
    def __init__(self, database: Database) -> None:
        self._database = database

    def open(self, new: NewAccount, key: str | None) -> tuple[Account, bool]:
        """The account, and whether an earlier request with the same key had opened it."""
        values = {"owner": new.owner, "currency": new.currency, "key": key}
        # Of two at once, the second waits here until the first is stored.
        account = self._one(
            """INSERT INTO accounts (owner, currency, idempotency_key)
               VALUES (%(owner)s, %(currency)s, %(key)s)
               ON CONFLICT (idempotency_key) DO NOTHING RETURNING *""",
            values,
        )
        if account:
            return account, False
        account = self._one(
            """SELECT * FROM accounts WHERE idempotency_key = %(key)s
               AND owner = %(owner)s AND currency = %(currency)s""",
            values,
        )
        if account is None:
            raise KeyUsed
        return account, True

    def find(self, account_id: str) -> Account | None:
        return self._one("SELECT * FROM accounts WHERE id = %(id)s", {"id": account_id})

    def close(self, account_id: str) -> Account | None:
        """Keeps the time of the first closing; of several at once, the others wait for its row. A
        clock that goes back with a failover closes no account before it was opened."""
        return self._one(
            """UPDATE accounts
               SET closed_at = coalesce(closed_at, greatest(clock_timestamp(), created_at))
               WHERE id = %(id)s RETURNING *""",
            {"id": account_id},
        )

    def _one(self, statement: LiteralString, values: dict[str, Any]) -> Account | None:
        rows = self._database.query(statement, values)
        return Account.model_validate(rows[0]) if rows else None
