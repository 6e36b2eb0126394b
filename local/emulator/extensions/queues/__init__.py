"""SQS queues: their attributes, their dead letters, and the receipts of their messages.

Where two extend the same function, each refuses a request, or adds to one that was accepted.
"""

from . import (
    dead_letters,
    deleted_names,
    long_queues,
    message_limits,
    message_moves,
    queue_attributes,
    receipts,
)

EXTENSIONS = (
    queue_attributes,
    dead_letters,
    deleted_names,
    message_limits,
    long_queues,
    message_moves,
    receipts,
)
