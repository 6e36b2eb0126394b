"""The application, apart from the process that serves it."""

from flask import Flask

from flask_api.about import about
from flask_api.database import Database
from flask_api.health import health
from flask_api.problems import answer_errors_as_problems
from flask_api.request_log import log_requests
from flask_api.settings import Settings


def create_app(settings: Settings) -> Flask:
    app = Flask("flask_api", static_folder=None)
    app.extensions["database"] = Database(settings.database) if settings.database else None
    log_requests(app)
    answer_errors_as_problems(app)
    app.register_blueprint(about)
    app.register_blueprint(health)
    return app
