"""The credentials of a task's role, from the task's credentials endpoint.

MiniStack gives each task the address of the endpoint, with a token, but hands out keys of nobody to
anybody who asks, and SDKs accept no such address. Here they are a session of the task's role. As on
Fargate, a task finds them at 169.254.170.2, under a path that no other task knows: a rule in its
network namespace leads there. Where no such rule is possible, it has the address and the token. A
task without a role gets neither.

https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-iam-roles.html
https://docs.aws.amazon.com/sdkref/latest/guide/feature-container-credentials.html
"""

import hmac
import json
import logging
import os
import re
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from ministack import app
from ministack.services import ecs, iam, sts

from .. import seam
from ..security import packet_filter

Answer = tuple[int, dict[str, str], bytes]

HOST = "169.254.170.2"
_RELATIVE = "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI"
_ADDRESS, _TOKEN = "AWS_CONTAINER_CREDENTIALS_FULL_URI", "AWS_CONTAINER_AUTHORIZATION_TOKEN"
_PATH = re.compile(r"/v2/credentials/([0-9a-f-]{36})")
_LIFETIME_SECONDS = 6 * 3600
# SDKs ask again some minutes before the end.
_RENEWED_SECONDS = 15 * 60


@dataclass
class TaskRole:
    """The role of a task, and the session that was made of it."""

    arn: str
    task_id: str
    token: str
    document: dict[str, str] = field(default_factory=dict)
    ends: float = 0.0


logger = logging.getLogger("credentials")

_roles: dict[str, TaskRole] = {}
_lock = threading.Lock()


def answer(path: str, token: str, now: float, host: str = "") -> Answer | None:
    """Return the answer of the endpoint; None for other paths."""
    found = _PATH.fullmatch(path)
    if found is None:
        return None
    role = _roles.get(found[1])
    proven = host == HOST or hmac.compare_digest(
        (role.token if role else "").encode(), token.encode()
    )
    if role is None or not proven:
        return _answer(401, {"message": "The token is not that of a task with these credentials."})
    with _lock:
        if role.ends - now < _RENEWED_SECONDS:
            role.document, role.ends = _session(role, now), now + _LIFETIME_SECONDS
    return _answer(200, role.document)


def lead(pid: int, address: str, server: str) -> None:
    """Lead the requests of a network namespace for the endpoint to the local AWS's address."""
    port = os.environ.get("GATEWAY_PORT", "4566")
    rule = (
        f"-A OUTPUT -d {HOST}/32 -p tcp -m tcp --dport 80 -j DNAT --to-destination {server}:{port}"
    )
    try:
        packet_filter.add(pid, address, f"*nat\n{rule}\nCOMMIT\n")
    except packet_filter.FilterError as error:
        logger.warning("%s has no credentials: %s", address, error)


def _session(role: TaskRole, now: float) -> dict[str, str]:
    account, name = role.arn.split(":")[4], role.arn.rpartition("/")[2]
    stored = iam._roles.get_scoped(account, None, name) or {}
    key, secret, token = iam._gen_session_access_key(), iam._gen_secret(), iam._gen_session_token()
    ends = now + _LIFETIME_SECONDS
    session = {
        "Arn": f"arn:aws:sts::{account}:assumed-role/{name}/{role.task_id}",
        "UserId": f"{stored.get('RoleId', name)}:{role.task_id}",
        "AccountId": account,
        "SecretAccessKey": secret,
        "SessionToken": token,
        "Expiration": ends,
        "PrincipalType": "AssumedRole",
    }
    sts.register_session(key, session)
    return {
        "AccessKeyId": key,
        "SecretAccessKey": secret,
        "Token": token,
        "Expiration": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(ends)),
        "RoleArn": role.arn,
    }


def _answer(status: int, document: dict[str, str]) -> Answer:
    return status, {"Content-Type": "application/json"}, json.dumps(document).encode()


def _of_role(original: Callable[..., str]) -> Callable[..., str]:
    def register(
        task_arn: str, cluster_arn: str, td: dict[str, Any], cdef: Any, launch_type: Any,
        env: dict[str, str], host_mode: bool, ministack_net_ip: Any,
    ) -> str:  # fmt: skip
        metadata_token = original(
            task_arn, cluster_arn, td, cdef, launch_type, env, host_mode, ministack_net_ip
        )
        address, token = env.pop(_ADDRESS), env.pop(_TOKEN)
        if td.get("taskRoleArn"):
            task_id, name = task_arn.rpartition("/")[2], address.rpartition("/")[2]
            _roles[name] = TaskRole(td["taskRoleArn"], task_id, token)
            if td.get("networkMode") == "awsvpc" and packet_filter.program():
                env[_RELATIVE] = f"/v2/credentials/{name}"
            else:
                env.update({_ADDRESS: address, _TOKEN: token})
        return metadata_token

    return register


def _with_credentials(original: Callable[..., Any]) -> Callable[..., Any]:
    async def handle(
        method: str,
        path: str,
        headers: dict[str, str],
        query_params: dict[str, list[str]],
        request_id: str,
    ) -> Any:
        token, host = headers.get("authorization", ""), headers.get("host", "")
        given = answer(path, token, time.time(), host)
        return given or await original(method, path, headers, query_params, request_id)

    return handle


def install() -> None:
    parameters = "task_arn cluster_arn td cdef launch_type env host_mode ministack_net_ip"
    seam.wrap(ecs, "_register_metadata", parameters, _of_role)
    seam.check(sts, "register_session", "access_key session")
    request = "method path headers query_params request_id"
    seam.wrap(app, "_handle_pre_body_request", request, _with_credentials)
