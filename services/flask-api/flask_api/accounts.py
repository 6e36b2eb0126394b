"""Opening, reading and closing accounts."""

from flask import Blueprint, Response
from pydantic import BaseModel
from werkzeug.exceptions import Conflict, NotFound

from flask_api.account import (
    Account,
    AccountPage,
    AccountPageQuery,
    AccountPath,
    IdempotencyHeaders,
    NewAccount,
)
from flask_api.account_store import KeyUsed
from flask_api.bearer_token import Caller
from flask_api.operation import Answer, operation
from flask_api.own_account import (
    NO_ACCOUNT,
    account_store,
    own_account,
    register,
    register_or_withdraw,
)
from flask_api.transaction_processor import current_transaction_processor

accounts = Blueprint("accounts", __name__)

INVALID = "The request is not valid: `errors` names each wrong field"
UNKNOWN = "The caller has no account with this id"
UNAVAILABLE = (
    "The database, transaction-processor or the issuer of tokens is not there; "
    "Retry-After says when to come again"
)
PROBLEMS = {400: INVALID, 404: UNKNOWN, 503: UNAVAILABLE}


@accounts.post("/accounts")
@operation(
    "Open an account",
    description="A repetition with the same Idempotency-Key and the same body opens no second "
    "account: it answers the first, as it is now. Keys are kept as long as the account. Without a "
    "key each request opens another account; what one that fails has begun is taken back.",
    answers={
        201: Answer(
            "The account, new or opened by an earlier request with the same key",
            Account,
            {
                "Location": "The account's path",
                "Idempotency-Replayed": "true, if an earlier request had opened it",
            },
        )
    },
    problems={
        400: INVALID,
        409: "The key was used with another body",
        413: "The body is too large",
        415: "The body is not application/json",
        503: UNAVAILABLE,
    },
)
def open_account(caller: Caller, headers: IdempotencyHeaders, body: NewAccount) -> Response:
    store = account_store(caller)
    try:
        stored = store.begin(body, headers.idempotency_key)
    except KeyUsed:
        raise Conflict("this Idempotency-Key was used with another body") from None
    complete = register if headers.idempotency_key else register_or_withdraw
    is_new = complete(store, stored)
    response = answer(stored.account, 201)
    response.headers["Location"] = f"/accounts/{stored.account.id}"
    if not is_new:
        response.headers["Idempotency-Replayed"] = "true"
    return response


@accounts.get("/accounts")
@operation(
    "The caller's accounts, newest first",
    answers={200: Answer("A page of them", AccountPage)},
    problems={400: INVALID, 503: UNAVAILABLE},
)
def list_accounts(caller: Caller, query: AccountPageQuery) -> Response:
    found = account_store(caller).page(query.limit + 1, query.cursor)
    items = found[: query.limit]
    return answer(
        AccountPage(
            items=items, next_cursor=str(items[-1].id) if len(found) > query.limit else None
        )
    )


@accounts.get("/accounts/<id>")
@operation("One account", answers={200: Answer("The account", Account)}, problems=PROBLEMS)
def read_account(caller: Caller, path: AccountPath) -> Response:
    return answer(own_account(caller, path.id))


@accounts.post("/accounts/<id>/close")
@operation(
    "Close an account",
    description="Closing it again changes nothing: closedAt is the time of the first closing.",
    answers={200: Answer("The closed account", Account)},
    problems=PROBLEMS,
)
def close_account(caller: Caller, path: AccountPath) -> Response:
    account = own_account(caller, path.id)
    if account.status == "closed":
        return answer(account)
    # There first: whoever reads that it is closed finds that it takes no transaction.
    current_transaction_processor().close_account(account.id)
    closed = account_store(caller).close(account)
    if closed is None:
        raise NotFound(NO_ACCOUNT)
    return answer(closed)


def answer(model: BaseModel, status: int = 200) -> Response:
    body = model.model_dump_json(by_alias=True)
    return Response(body, status, mimetype="application/json")
