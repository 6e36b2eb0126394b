"""Accounts in the database: one statement for each deed, so that none is ever half done."""

from typing import Any, LiteralString, NamedTuple

from flask_api.account import Account, NewAccount
from flask_api.bearer_token import Caller
from flask_api.database import Database


class KeyUsed(Exception):
    """The idempotency key belongs to an account that is not the one asked for."""


class StoredAccount(NamedTuple):
    account: Account
    # Whether transaction-processor knows it.
    registered: bool


class AccountStore:
    """Each caller has its own accounts and its own idempotency keys: another's are not there."""

    def __init__(self, database: Database, caller: Caller) -> None:
        self._database = database
        self._caller = caller

    def begin(self, new: NewAccount, key: str | None) -> StoredAccount:
        """The account, which an earlier request with the same key may have begun."""
        values = {"owner": new.owner, "currency": new.currency, "key": key}
        # Of two at once, the second waits here until the first is stored.
        begun = self._one(
            """INSERT INTO accounts (owner, currency, caller, caller_key)
               VALUES (%(owner)s, %(currency)s, %(caller)s, %(key)s)
               ON CONFLICT (caller, caller_key) DO NOTHING RETURNING *""",
            values,
        ) or self._one(
            """SELECT * FROM accounts WHERE caller = %(caller)s AND caller_key = %(key)s
               AND owner = %(owner)s AND currency = %(currency)s""",
            values,
        )
        if begun is None:
            raise KeyUsed
        return begun

    def register(self, account: Account) -> bool:
        """Keeps that transaction-processor knows it; false if another request has done so."""
        registered = self._one(
            """UPDATE accounts SET registered_at = clock_timestamp()
               WHERE id = %(id)s AND caller = %(caller)s AND registered_at IS NULL RETURNING *""",
            {"id": account.id},
        )
        return registered is not None

    def withdraw(self, account: Account) -> None:
        """Removes what `begin` has stored, unless transaction-processor is known to know it."""
        self._one(
            """DELETE FROM accounts
               WHERE id = %(id)s AND caller = %(caller)s AND registered_at IS NULL RETURNING *""",
            {"id": account.id},
        )

    def find(self, account_id: str) -> StoredAccount | None:
        return self._one(
            "SELECT * FROM accounts WHERE id = %(id)s AND caller = %(caller)s", {"id": account_id}
        )

    def page(self, limit: int, after: str | None) -> list[Account]:
        """The newest first, `after` the one with this id."""
        rows = self._rows(
            """SELECT * FROM accounts WHERE caller = %(caller)s AND registered_at IS NOT NULL
               AND (%(after)s::uuid IS NULL OR (created_at, id) <
                 (SELECT created_at, id FROM accounts
                  WHERE id = %(after)s AND caller = %(caller)s))
               ORDER BY created_at DESC, id DESC LIMIT %(limit)s""",
            {"limit": limit, "after": after},
        )
        return [stored.account for stored in rows]

    def close(self, account: Account) -> Account | None:
        """Keeps the time of the first closing; of several at once, the others wait for its row. A
        clock that goes back with a failover closes no account before it was opened."""
        closed = self._one(
            """UPDATE accounts
               SET closed_at = coalesce(closed_at, greatest(clock_timestamp(), created_at))
               WHERE id = %(id)s AND caller = %(caller)s RETURNING *""",
            {"id": account.id},
        )
        return closed.account if closed else None

    def _one(self, statement: LiteralString, values: dict[str, Any]) -> StoredAccount | None:
        rows = self._rows(statement, values)
        return rows[0] if rows else None

    def _rows(self, statement: LiteralString, values: dict[str, Any]) -> list[StoredAccount]:
        rows = self._database.query(statement, values | {"caller": self._caller})
        return [
            StoredAccount(Account.model_validate(row), row["registered_at"] is not None)
            for row in rows
        ]
