"""What happens on an account, which transaction-processor knows."""

from flask import Blueprint, Response

from flask_api.account import AccountPath
from flask_api.accounts import PROBLEMS, answer
from flask_api.bearer_token import Caller
from flask_api.operation import Answer, operation
from flask_api.own_account import own_account
from flask_api.problems import FieldError, InvalidRequest
from flask_api.transaction import AccountSummary, PageQuery, Summary, TransactionPage
from flask_api.transaction_processor import (
    QuestionRefused,
    TransactionProcessorUnavailable,
    current_transaction_processor,
)

account_transactions = Blueprint("account_transactions", __name__)


@account_transactions.get("/accounts/<id>/transactions")
@operation(
    "The transactions of an account, newest first",
    answers={200: Answer("A page of them", TransactionPage)},
    problems=PROBLEMS,
)
def list_transactions(caller: Caller, path: AccountPath, query: PageQuery) -> Response:
    account = own_account(caller, path.id)
    question: dict[str, str | int] = {"accountId": str(account.id), "limit": query.limit}
    if query.cursor is not None:
        question["cursor"] = query.cursor
    try:
        page = current_transaction_processor().get("/v1/transactions", question, TransactionPage)
    except QuestionRefused:
        # All else that it is asked with has been checked here.
        if query.cursor is None:
            raise _not_understood() from None
        wrong = FieldError(parameter="cursor", detail="is none that this service gave")
        raise InvalidRequest([wrong]) from None
    return answer(page)


@account_transactions.get("/accounts/<id>/summary")
@operation(
    "How many transactions of which sum an account has, by currency and status",
    answers={200: Answer("The account and its sums", AccountSummary)},
    problems=PROBLEMS,
)
def summarize(caller: Caller, path: AccountPath) -> Response:
    account = own_account(caller, path.id)
    try:
        summary = current_transaction_processor().get(
            "/v1/transactions/summary", {"accountId": str(account.id)}, Summary
        )
    except QuestionRefused:
        raise _not_understood() from None
    return answer(AccountSummary(account=account, currencies=summary.currencies))


def _not_understood() -> TransactionProcessorUnavailable:
    return TransactionProcessorUnavailable("transaction-processor refuses what it is asked")
