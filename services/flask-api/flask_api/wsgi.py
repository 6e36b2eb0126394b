"""The process: gunicorn's workers import `app` from here."""

import atexit
import os

from flask_api.app import create_app
from flask_api.settings import load_settings

app = create_app(load_settings(os.environ))

for name in ("database", "transaction_processor"):
    if part := app.extensions[name]:
        atexit.register(part.close)
