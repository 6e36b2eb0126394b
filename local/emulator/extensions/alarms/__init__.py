"""CloudWatch's alarms: what they are created with, when they change state, and whom they tell."""

from . import alarm_actions, alarm_requests, evaluation

EXTENSIONS = (alarm_requests, alarm_actions, evaluation)
