"""The application of this process, with what it needs; `asgi.py` serves it."""

import atexit
import os

from flask_api.app import create_app
from flask_api.settings import load_settings

app = create_app(load_settings(os.environ))

for name in ("database", "transaction_processor"):
    if part := app.extensions[name]:
        atexit.register(part.close)
