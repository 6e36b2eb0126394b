"""Scaling by the clock: the scheduled actions of Application Auto Scaling at work."""

from . import due_actions

EXTENSIONS = (due_actions,)
