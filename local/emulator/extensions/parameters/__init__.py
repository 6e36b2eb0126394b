"""Systems Manager: its Parameter Store as on AWS, and nothing else of it.

Of the function that they share, one refuses requests and the other encrypts what was accepted, so
their order does not matter.
"""

from . import parameter_store, secure_strings

EXTENSIONS = (parameter_store, secure_strings)
