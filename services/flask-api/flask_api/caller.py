"""The caller of the request that is being served."""

from typing import cast

from flask import current_app, g, request

from flask_api.bearer_token import BearerTokens, Caller
from flask_api.issuer_keys import KeysUnavailable
from flask_api.rate_limit import RateLimit


def admitted_caller() -> Caller:
    """Whose token is good, and who has not asked too often."""
    tokens = cast("BearerTokens | None", current_app.extensions["bearer_tokens"])
    if tokens is None:
        raise KeysUnavailable("no issuer of tokens is configured")
    caller: Caller = tokens.caller(request.headers.get("Authorization"))
    # For the log.
    g.caller = caller
    cast("RateLimit", current_app.extensions["rate_limit"]).count(caller)
    return caller
