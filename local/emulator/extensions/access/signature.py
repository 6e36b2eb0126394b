"""The signature of a request, which every operation needs except those in `open_operations`.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv.html. MiniStack verifies signatures
only with AUTH=true, and those of the root's key never.
"""

import hashlib
import os
import re

from ministack.core.iam_evaluator import (
    AmbiguousAccessKeyError,
    AuthError,
    CredentialResolutionError,
    find_iam_access_key_account,
    resolve_credential,
)
from ministack.core.responses import _account_from_sts_session
from ministack.core.sigv4 import (
    HeaderSignature,
    header_signature_failure,
    parse_header_signature,
    parse_query_signature,
    presigned_request_is_expired,
    request_time_failure,
)

from . import services_in_use
from .request import Request

_ALGORITHM = "AWS4-HMAC-SHA256"
_UNKNOWN = AuthError(
    "UnrecognizedClientException", "The security token included in the request is invalid."
)
_END = "/aws4_request"
# MiniStack reads neither the end of a scope nor a part that is there again.
_SCOPE = re.compile(rf"(?!(.*Credential=){{2}})[^ ]+ .*Credential=[^,]+{_END}(,.*)?")
_TERMINATOR = AuthError(
    "SignatureDoesNotMatch", "Credential should be scoped with a valid terminator: 'aws4_request'."
)
_MISMATCH = "The request signature we calculated does not match the signature you provided."


def failure(request: Request) -> AuthError | None:
    """Return why AWS would not accept the request's credentials; None if it would."""
    headers = request.headers(",")
    if headers.get("authorization", "").startswith(f"{_ALGORITHM} "):
        return _of_header(request, headers)
    if "authorization" in headers or request.query.get("AWSAccessKeyId"):
        return AuthError("UnsupportedSignature", f"The request must be signed with {_ALGORITHM}.")
    if request.query.get("X-Amz-Algorithm") == [_ALGORITHM]:
        return _of_query(request, headers)
    return AuthError("MissingAuthenticationToken", "Missing Authentication Token")


def _of_header(request: Request, headers: dict[str, str]) -> AuthError | None:
    signature = parse_header_signature(headers)
    if isinstance(signature, tuple):
        return AuthError(*signature)
    if not _SCOPE.fullmatch(headers["authorization"]):
        return _TERMINATOR
    if problem := request_time_failure(signature):
        return AuthError(*problem)
    return _of_key(request, headers, signature, headers.get("x-amz-security-token", ""))


def _of_query(request: Request, headers: dict[str, str]) -> AuthError | None:
    """Check a presigned URL, which is valid for the time that it names."""
    signature = parse_query_signature(request.query)
    if isinstance(signature, tuple):
        return AuthError(*signature)
    if not request.query["X-Amz-Credential"][0].endswith(_END):
        return _TERMINATOR
    [expires] = request.query.get("X-Amz-Expires", ["900"])[:1]
    try:
        expired = presigned_request_is_expired(signature.amz_date, expires)
    except ValueError:
        expired = True
    if expired:
        return AuthError("RequestExpired", "Request has expired")
    [token] = request.query.get("X-Amz-Security-Token", [""])[:1]
    return _of_key(request, headers, signature, token, presigned=True)


def _of_key(
    request: Request,
    headers: dict[str, str],
    signature: HeaderSignature,
    token: str,
    *,
    presigned: bool = False,
) -> AuthError | None:
    if "host" not in signature.signed_headers.split(";"):
        return AuthError("SignatureDoesNotMatch", "'Host' must be a 'SignedHeader'.")
    # MiniStack asks a target or an action first, which a signature for another service may lack.
    if signature.service != request.service and services_in_use.is_on(request.service):
        wanted = f"Credential should be scoped to correct service: '{request.service}'."
        return AuthError("SignatureDoesNotMatch", wanted)
    payload = headers.get("x-amz-content-sha256", "")
    is_hash = re.fullmatch(r"[0-9a-f]{64}", payload)
    if is_hash and payload != hashlib.sha256(request.body).hexdigest():
        return AuthError("SignatureDoesNotMatch", _MISMATCH)
    key = signature.access_key_id
    try:
        account = _account_from_sts_session(key) or find_iam_access_key_account(key)
    except AmbiguousAccessKeyError:
        return _UNKNOWN
    account = account or os.environ.get("MINISTACK_ACCOUNT_ID", "000000000000")
    credential = resolve_credential(key, account, token) if key else _UNKNOWN
    if isinstance(credential, CredentialResolutionError | AuthError):
        return AuthError(credential.code, credential.message)
    problem = header_signature_failure(
        signature,
        credential.secret_access_key,
        request.method,
        request.raw_path,
        request.query,
        headers,
        request.body,
        presigned=presigned,
    )
    return AuthError(*problem) if problem else None
