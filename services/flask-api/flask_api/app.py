"""The application, apart from the process that serves it."""

from flask import Flask

from flask_api import json_body
from flask_api.about import about
from flask_api.account_transactions import account_transactions
from flask_api.accounts import accounts
from flask_api.bearer_token import BearerTokens
from flask_api.database import Database
from flask_api.health import health
from flask_api.openapi import openapi
from flask_api.problems import answer_errors_as_problems
from flask_api.rate_limit import RateLimit
from flask_api.request_log import log_requests
from flask_api.settings import Settings
from flask_api.transaction_processor import TransactionProcessor


def create_app(settings: Settings) -> Flask:
    app = Flask("flask_api", static_folder=None)
    app.extensions["database"] = Database(settings.database) if settings.database else None
    url = settings.transaction_processor_url
    app.extensions["transaction_processor"] = TransactionProcessor(url) if url else None
    app.extensions["bearer_tokens"] = BearerTokens(settings.identity) if settings.identity else None
    app.extensions["rate_limit"] = RateLimit(settings.requests_per_minute)
    # A redirect would name the load balancer's scheme: a token would follow in plain HTTP.
    app.url_map.merge_slashes = False
    app.config["MAX_CONTENT_LENGTH"] = json_body.LIMIT
    log_requests(app)
    answer_errors_as_problems(app)
    for part in (about, health, accounts, account_transactions, openapi):
        app.register_blueprint(part)
    return app
