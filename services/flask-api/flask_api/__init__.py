"""A small HTTP API over Aurora PostgreSQL: `app.py` is the application, `wsgi.py` the process."""
