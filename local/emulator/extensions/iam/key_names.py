"""The keys of KMS, as IAM names them.

A request names a key by its ID, its ARN or an alias, and its policies are evaluated against the key
and the alias in the request. MiniStack takes an alias for the resource, and sees none in a request
about an alias itself, which needs a permission on that and one on its key.

https://docs.aws.amazon.com/kms/latest/developerguide/alias-authorization.html
https://docs.aws.amazon.com/kms/latest/developerguide/alias-access.html
"""

from collections.abc import Callable

from ministack.services import kms

Fields = Callable[[str], str]

_ALIAS_ACTIONS = ("kms:CreateAlias", "kms:DeleteAlias", "kms:UpdateAlias")


def resource(action: str, place: str, given: Fields) -> str | None:
    """The ARN of the key or the alias; None for what names no existing one."""
    if action in _ALIAS_ACTIONS:
        return f"arn:aws:kms:{place}:{given('AliasName')}"
    if not action.startswith("kms:"):
        return None
    return _key_arn(given("KeyId"))


def keys_of_alias(action: str, given: Fields) -> list[str]:
    """The keys that a request about an alias needs a permission on, too."""
    if action not in _ALIAS_ACTIONS:
        return []
    named = [given("TargetKeyId"), "" if action == "kms:CreateAlias" else given("AliasName")]
    return [arn for arn in map(_key_arn, named) if arn]


def request_alias(given: Fields) -> dict[str, str]:
    """The condition key of a request that names its key by an alias."""
    start, found, name = given("KeyId").rpartition("alias/")
    if not found or not (start == "" or start.startswith("arn:")):
        return {}
    return {"kms:RequestAlias": f"alias/{name}"}


def kind_of_key(action: str, given: Fields) -> dict[str, str]:
    """The condition keys of what a key is for: of the one that is named, or that is to be created.

    https://docs.aws.amazon.com/kms/latest/developerguide/conditions-kms.html
    """
    if action == "kms:CreateKey":
        spec = given("KeySpec") or given("CustomerMasterKeySpec") or "SYMMETRIC_DEFAULT"
        usage = given("KeyUsage") or "ENCRYPT_DECRYPT"
        return {"kms:KeySpec": spec, "kms:KeyUsage": usage}
    record = kms._resolve_key(given("KeyId") or given("TargetKeyId") or given("AliasName"))
    if not record:
        return {}
    return {"kms:KeySpec": str(record["KeySpec"]), "kms:KeyUsage": str(record["KeyUsage"])}


def _key_arn(name: str) -> str | None:
    record = kms._resolve_key(name)
    return str(record["Arn"]) if record else None
