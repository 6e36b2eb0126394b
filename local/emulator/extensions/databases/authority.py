"""The authority that signs the databases' certificates, where the machine has given one.

MiniStack makes an authority of its own whenever it starts, so a task that trusts it could no longer
log in after a restart, and nobody can know it before the first start. On AWS a region's authorities
are known and last for decades.
https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/UsingWithRDS.SSL.html
"""

import os
from collections.abc import Callable
from pathlib import Path

from ministack.services import rds

from .. import seam

# The folder with `certificate.pem` and `key.pem`.
VARIABLE = "DATABASE_AUTHORITY"


def _given(original: Callable[[], tuple[str, str]]) -> Callable[[], tuple[str, str]]:
    def authority() -> tuple[str, str]:
        folder = os.environ.get(VARIABLE)
        if not folder:
            return original()
        files = (Path(folder, name) for name in ("certificate.pem", "key.pem"))
        certificate, key = (file.read_text("utf-8") for file in files)
        return certificate, key

    return authority


def install() -> None:
    seam.wrap(rds, "_ensure_pg_ca", "", _given)
