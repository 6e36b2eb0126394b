"""A caller's accounts, which transaction-processor knows too.

An account is in two databases. It is written here first, told to transaction-processor, and then
marked as registered: a process that dies in between leaves one that nobody has got, and that the
next request for it completes. All of it can be repeated."""

from werkzeug.exceptions import NotFound

from flask_api.account import Account
from flask_api.account_store import AccountStore, StoredAccount
from flask_api.bearer_token import Caller
from flask_api.database import DatabaseUnavailable, current_database
from flask_api.transaction_processor import current_transaction_processor

NO_ACCOUNT = "there is no account with this id"


def account_store(caller: Caller) -> AccountStore:
    database = current_database()
    if database is None:
        raise DatabaseUnavailable("no database is configured")
    return AccountStore(database, caller)


def own_account(caller: Caller, account_id: str) -> Account:
    """Another caller's is not there."""
    store = account_store(caller)
    stored = store.find(account_id)
    if stored is None:
        raise NotFound(NO_ACCOUNT)
    register(store, stored)
    return stored.account


def register(store: AccountStore, stored: StoredAccount) -> bool:
    """Tells transaction-processor of an account that it does not know; whether that was so."""
    if stored.registered:
        return False
    account = stored.account
    processor = current_transaction_processor()
    processor.put_account(account.id, account.currency)
    # One from before accounts had callers may be closed already.
    if account.status == "closed":
        processor.close_account(account.id)
    return store.register(account)
