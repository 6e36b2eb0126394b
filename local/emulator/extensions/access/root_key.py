"""One access key of the account's root, which `local/aws/root-key.ts` makes for each local AWS.

MiniStack takes every access key for the root's: the key `test`, any account id, and, without AUTH,
anything else.
"""

import os

from ministack.core import iam_evaluator
from ministack.services import sts

from .. import seam

KEY_VARIABLE, SECRET_VARIABLE = "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"


def secret() -> str:
    """The root's secret access key."""
    return os.environ[SECRET_VARIABLE]


def is_root(access_key_id: str) -> bool:
    # MiniStack asks with "" for operations that AWS serves without credentials.
    return access_key_id in ("", os.environ[KEY_VARIABLE])


def install() -> None:
    missing = [name for name in (KEY_VARIABLE, SECRET_VARIABLE) if not os.environ.get(name)]
    if missing:
        raise RuntimeError(f"the local AWS needs a key for its root: set {' and '.join(missing)}")
    for owner in (iam_evaluator, sts):
        seam.check(owner, "is_root_access_key", "access_key_id")
        owner.is_root_access_key = is_root
