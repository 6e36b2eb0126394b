"""Opening, reading and closing accounts."""

from flask import Blueprint, Response
from pydantic import BaseModel
from werkzeug.exceptions import Conflict, NotFound

from flask_api.account import Account, AccountPath, IdempotencyHeaders, NewAccount
from flask_api.account_store import AccountStore, KeyUsed
from flask_api.database import DatabaseUnavailable, current_database
from flask_api.operation import Answer, operation

accounts = Blueprint("accounts", __name__)

INVALID = "The request is not valid: `errors` names each wrong field"
UNKNOWN = "There is no account with this id"
UNAVAILABLE = "The database is not there; Retry-After says when to come again"
NO_ACCOUNT = "there is no account with this id"
PROBLEMS = {400: INVALID, 404: UNKNOWN, 503: UNAVAILABLE}


@accounts.post("/accounts")
@operation(
    "Open an account",
    description="A repetition with the same Idempotency-Key and the same body opens no second "
    "account: it answers the first, as it is now. Keys are kept as long as the account.",
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
def open_account(headers: IdempotencyHeaders, body: NewAccount) -> Response:
    try:
        account, replayed = account_store().open(body, headers.idempotency_key)
    except KeyUsed:
        raise Conflict("this Idempotency-Key was used with another body") from None
    response = answer(account, 201)
    response.headers["Location"] = f"/accounts/{account.id}"
    if replayed:
        response.headers["Idempotency-Replayed"] = "true"
    return response


@accounts.get("/accounts/<id>")
@operation("One account", answers={200: Answer("The account", Account)}, problems=PROBLEMS)
def read_account(path: AccountPath) -> Response:
    return answer(existing_account(path))


@accounts.post("/accounts/<id>/close")
@operation(
    "Close an account",
    description="Closing it again changes nothing: closedAt is the time of the first closing.",
    answers={200: Answer("The closed account", Account)},
    problems=PROBLEMS,
)
def close_account(path: AccountPath) -> Response:
    account = account_store().close(path.id)
    if account is None:
        raise NotFound(NO_ACCOUNT)
    return answer(account)


def existing_account(path: AccountPath) -> Account:
    account = account_store().find(path.id)
    if account is None:
        raise NotFound(NO_ACCOUNT)
    return account


def account_store() -> AccountStore:
    database = current_database()
    if database is None:
        raise DatabaseUnavailable("no database is configured")
    return AccountStore(database)


def answer(model: BaseModel, status: int = 200) -> Response:
    body = model.model_dump_json(by_alias=True)
    return Response(body, status, mimetype="application/json")
