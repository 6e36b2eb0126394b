"""A caller's accounts, which transaction-processor knows too.

An account is in two databases. It is written here first, told to transaction-processor, and then
marked as registered: a process that dies in between leaves one that nobody has got, and that the
next request for it completes. All of it can be repeated. One that no request can name, because it
has no key, is taken back when it fails."""

import logging

from werkzeug.exceptions import NotFound

from flask_api.account import Account
from flask_api.account_store import AccountStore, StoredAccount
from flask_api.bearer_token import Caller
from flask_api.database import DatabaseUnavailable, current_database
from flask_api.transaction_processor import current_transaction_processor

_log = logging.getLogger(__name__)

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
    # One from before accounts had callers may be closed already.
    current_transaction_processor().put_account(
        account.id, account.currency, closed=account.status == "closed"
    )
    return store.register(account)


def register_or_withdraw(store: AccountStore, stored: StoredAccount) -> bool:
    """For an account that no later request can name. transaction-processor may have heard of it
    before it failed: it then keeps an id that is told to nobody."""
    try:
        return register(store, stored)
    except Exception:
        try:
            store.withdraw(stored.account)
        except DatabaseUnavailable as error:
            _log.warning("an account without a key is left unregistered", exc_info=error)
        raise
