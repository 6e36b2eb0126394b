"""The process: gunicorn's workers import `asgi` from here."""

import atexit
import os

from flask_api.app import create_app
from flask_api.asgi import WholeRequests
from flask_api.settings import load_settings

app = create_app(load_settings(os.environ))
asgi = WholeRequests(app)

for name in ("database", "transaction_processor"):
    if part := app.extensions[name]:
        atexit.register(part.close)
