"""The services of AWS that are on: those that the stacks and the commands use.

MiniStack has about a hundred. Several start containers of any image, run code, or read files, and
each is a way in. To turn one on, add it to `services.json` with what it is for, under the name that
requests are signed for. A unit test compares the list with what the project calls.
"""

import json
import re
from pathlib import Path

from ministack import app

PURPOSES: dict[str, str] = json.loads((Path(__file__).parent / "services.json").read_text("utf-8"))

# Parts of MiniStack that answer on paths of their own, whatever service a request is signed for.
_OFF_PATHS = re.compile(
    r"/_(aws|localstack|ministack)(/.*)?"
    r"|/(BatchExecute|BeginTransaction|CommitTransaction|Execute|RollbackTransaction)"
    r"|/WriteGetObjectResponse|/iceberg.*|/v2/email.*"
)


_known: set[str] = set()


def is_on(service: str) -> bool:
    return service in PURPOSES


def reason(service: str) -> str:
    """Why a service does not answer."""
    if service not in _known:
        return f"The local AWS has no {service}."
    return (
        f"{service} is off in the local AWS, because no stack and no command uses it. To turn it "
        "on, add it to local/emulator/extensions/access/services.json."
    )


def has_path(path: str) -> bool:
    """Whether a path belongs to something that is off."""
    return _OFF_PATHS.fullmatch(path) is not None


def install() -> None:
    _known.update(app.SERVICE_HANDLERS)
    for name in [name for name in app.SERVICE_HANDLERS if not is_on(name)]:
        del app.SERVICE_HANDLERS[name]
