"""A new bucket blocks public access, as every one on AWS does since April 2023.

MiniStack blocks it only where it enforces policies.

https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html
"""

from collections.abc import Callable
from typing import Any

from ministack.services import s3

from .. import seam


def _always(original: Callable[[], dict[str, Any]]) -> Callable[[], dict[str, Any]]:
    del original

    def settings() -> dict[str, Any]:
        return {"_public_access_block": s3._NEW_BUCKET_PUBLIC_ACCESS_BLOCK}

    return settings


def install() -> None:
    if not hasattr(s3, "_NEW_BUCKET_PUBLIC_ACCESS_BLOCK"):
        raise seam.SeamError("s3._NEW_BUCKET_PUBLIC_ACCESS_BLOCK has gone: adapt the extension")
    seam.wrap(s3, "_new_bucket_public_access_block", "", _always)
