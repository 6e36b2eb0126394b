"""Requests of every service, validated against AWS's models before MiniStack reads them."""

from . import validation

EXTENSIONS = (validation,)
