"""Aurora PostgreSQL refuses connections without TLS as `rds.force_ssl` says.

MiniStack's PostgreSQL speaks TLS and also accepts every connection without it. AWS rewrites the
server's `pg_hba.conf`; the parameter is on by default from version 17. It is read whenever the
server's container is made, as AWS reads a `pending-reboot` parameter.
https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/AuroraPostgreSQL.Security.html
"""

import io
import tarfile
from collections.abc import Callable
from typing import Any

from ministack.services import rds

from .. import seam

Record = dict[str, Any]

ENGINE = "aurora-postgresql"
PARAMETER = "rds.force_ssl"
FIRST_FORCED_MAJOR = 17

# The socket is reached from within the container only: by its entrypoint and by MiniStack.
_RULES = (
    "local all all trust\n"
    "{kind} all all all scram-sha-256\n"
    f"{{kind}} replication {rds._PG_REPLICATION_USER} all scram-sha-256\n"
)
FILES = {
    "hostssl": _RULES.format(kind="hostssl"),
    "host": _RULES.format(kind="host"),
}


def is_forced(cluster: Record) -> bool:
    """Whether the cluster's parameters let it refuse connections without TLS."""
    group = rds._db_cluster_param_groups.get(cluster.get("DBClusterParameterGroup", "")) or {}
    value = group.get("Parameters", {}).get(PARAMETER, {}).get("ParameterValue")
    if value is not None:
        return bool(value == "1")
    major = str(cluster.get("EngineVersion", "0")).partition(".")[0]
    return int(major) >= FIRST_FORCED_MAJOR


def _path(kind: str) -> str:
    return f"{rds._PG_TLS_DIR}/{kind}.conf"


def _with_rules(original: Callable[..., Any]) -> Callable[..., Any]:
    def run(
        docker_client: Any,
        engine: str,
        container_kwargs: Record,
        tls_names: Any = (),
        tls_ips: Any = (),
    ) -> Any:
        cluster = rds._clusters.get(container_kwargs.get("labels", {}).get("cluster_id", ""))
        if engine == ENGINE and cluster:
            flag = f"hba_file={_path('hostssl' if is_forced(cluster) else 'host')}"
            command = list(container_kwargs.get("command") or ["postgres"])
            # A reader's script ends with the command that starts the server. MiniStack passes its
            # own flags to the script, which does not pass them on.
            if command[:2] == ["sh", "-c"]:
                command[2] = f'{command[2].rstrip()} "$@" -c {flag}\n'
            else:
                command += ["-c", flag]
            container_kwargs = {**container_kwargs, "command": command}
        return original(docker_client, engine, container_kwargs, tls_names, tls_ips)

    return run


def _with_files(original: Callable[[str, str], bytes]) -> Callable[[str, str], bytes]:
    """Add both files of rules to the archive with the server's key, which only the server reads."""

    def archive(cert_pem: str, key_pem: str) -> bytes:
        content = io.BytesIO(original(cert_pem, key_pem))
        with tarfile.open(fileobj=content, mode="a") as bundle:
            for kind, rules in FILES.items():
                entry = tarfile.TarInfo(_path(kind).lstrip("/"))
                entry.mode = 0o600
                entry.size = len(rules)
                bundle.addfile(entry, io.BytesIO(rules.encode()))
        return content.getvalue()

    return archive


def install() -> None:
    seam.wrap(
        rds,
        "_run_rds_container",
        "docker_client engine container_kwargs tls_names tls_ips",
        _with_rules,
    )
    seam.wrap(rds, "_pg_tls_archive", "cert_pem key_pem", _with_files)
