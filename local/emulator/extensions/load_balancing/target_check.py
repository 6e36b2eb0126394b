"""One health check of one target, and the target's state after a series of checks.

MiniStack runs none. The rules are those of an Application Load Balancer; `target_health` uses them.
"""

import http.client
from dataclasses import dataclass, field
from typing import Any

INITIAL, HEALTHY, UNHEALTHY = "initial", "healthy", "unhealthy"
_REGISTERING = ("Elb.RegistrationInProgress", "Target registration is in progress")
_NEW_TARGET_PAUSE = 0.5


@dataclass
class TargetHealth:
    """The state of one target from its check results; times are seconds of one clock."""

    since: float
    state: str = INITIAL
    reason: tuple[str, str] = _REGISTERING
    due: float = 0.0
    busy: bool = field(default=False, repr=False)
    _counted: float = 0.0
    _good: int = 0
    _bad: int = 0

    def record(self, group: dict[str, Any], problem: tuple[str, str] | None, at: float) -> None:
        interval = group["HealthCheckIntervalSeconds"]
        counts = at - max(self._counted, self.since) >= interval
        if counts:
            self._counted = at
        if problem is None:
            self._good, self._bad = self._good + 1, 0
            if self.state == INITIAL or self._good >= group["HealthyThresholdCount"]:
                self.state = HEALTHY
        else:
            self.reason = problem
            self._good, self._bad = 0, self._bad + int(counts or self.state == HEALTHY)
            if self._bad >= group["UnhealthyThresholdCount"]:
                self.state = UNHEALTHY
        self.due = at + (min(interval, _NEW_TARGET_PAUSE) if self.state == INITIAL else interval)


def matches(code: int, matcher: str) -> bool:
    """Whether a status code fits a matcher such as `200`, `200,302` or `200-299`."""
    for part in matcher.split(","):
        low, _, high = part.strip().partition("-")
        if int(low) <= code <= int(high or low):
            return True
    return False


def ask(group: dict[str, Any], address: str, port: int) -> tuple[str, str] | None:
    """Run one health check: None if it passes, else AWS's reason code and description."""
    wanted = str(group.get("HealthCheckPort") or "traffic-port")
    check_port = port if wanted == "traffic-port" else int(wanted)
    timeout = group["HealthCheckTimeoutSeconds"]
    connection = http.client.HTTPConnection(address, check_port, timeout=timeout)
    try:
        headers = {"User-Agent": "ELB-HealthChecker/2.0", "Connection": "close"}
        connection.request("GET", group["HealthCheckPath"], headers=headers)
        code = connection.getresponse().status
    except TimeoutError:
        return ("Target.Timeout", "Request timed out")
    except (OSError, http.client.HTTPException):
        return ("Target.FailedHealthChecks", "Health checks failed")
    finally:
        connection.close()
    if matches(code, group["Matcher"]["HttpCode"]):
        return None
    message = f"Health checks failed with these codes: [{code}]"
    return ("Target.ResponseCodeMismatch", message)
