"""What callers may know of a failure of the database."""

NO_ANSWER = "the database does not answer in time"
# By what libpq says of a failure. Its own words name hosts and users: they go to the log only.
REASONS = (
    ("timeout", NO_ANSWER),
    ("Connection refused", "the database refuses connections"),
    ("authentication failed", "the database rejects the login"),
    ("resolve host", "the database's host name does not resolve"),
    ("certificate", "the database's certificate cannot be verified"),
    ("SSL", "the database and the service do not agree on encryption"),
    ("does not exist", "the database does not know the database name or the user"),
    ("read-only", "the database accepts no writes"),
    ("not accepting connections", "the database is starting or stopping"),
    ("starting up", "the database is starting or stopping"),
    ("shutting down", "the database is starting or stopping"),
)
UNKNOWN = "the database cannot be connected to"


def reason_of(failure: str | None) -> str:
    """`failure` is what libpq says, or None if it had no time to."""
    if failure is None:
        return NO_ANSWER
    return next((reason for words, reason in REASONS if words in failure), UNKNOWN)
