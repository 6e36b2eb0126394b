#!/usr/bin/env bash
# Makes the database on the first start, then becomes the server. Understands POSTGRES_USER, POSTGRES_PASSWORD,
# POSTGRES_DB, POSTGRES_HOST_AUTH_METHOD and POSTGRES_INITDB_ARGS; runs *.sql and *.sh of /docker-entrypoint-initdb.d.
set -euo pipefail

superuser=${POSTGRES_USER:-postgres}
database=${POSTGRES_DB:-$superuser}
method=${POSTGRES_HOST_AUTH_METHOD:-scram-sha-256}

# Exported: the scripts of /docker-entrypoint-initdb.d and `docker exec … psql` read them.
export POSTGRES_USER=$superuser POSTGRES_DB=$database

refuse() {
  echo "postgres: $1" >&2
  exit 1
}

make_cluster() {
  if [[ -z ${POSTGRES_PASSWORD:-} && $method != trust ]]; then
    refuse "POSTGRES_PASSWORD is empty: set it, or POSTGRES_HOST_AUTH_METHOD=trust to let everyone in"
  fi
  local arguments=(--username="$superuser" --encoding=UTF8 --locale=C.UTF-8 --auth-local=trust --auth-host="$method")
  local extra=()
  read -r -a extra <<<"${POSTGRES_INITDB_ARGS:-}"
  # An empty password file is no password; initdb would refuse it.
  if [[ -n ${POSTGRES_PASSWORD:-} ]]; then
    initdb "${arguments[@]}" "${extra[@]}" --pwfile=<(printf '%s\n' "$POSTGRES_PASSWORD") >/dev/null
  else
    initdb "${arguments[@]}" "${extra[@]}" >/dev/null
  fi
  printf '\nhost all all all %s\n' "$method" >>"$PGDATA/pg_hba.conf"
}

# What must happen before anybody else may connect: only the socket is open meanwhile.
fill_cluster() {
  local run=(psql --set ON_ERROR_STOP=1 --no-psqlrc --quiet --username "$superuser")
  pg_ctl --pgdata="$PGDATA" --options="-c listen_addresses=''" --wait --silent start
  if [[ $database != postgres ]]; then
    "${run[@]}" --dbname postgres --set name="$database" <<<'CREATE DATABASE :"name"'
  fi
  local file
  for file in /docker-entrypoint-initdb.d/*; do
    case $file in
      *.sh) bash "$file" ;;
      *.sql) "${run[@]}" --dbname "$database" --file "$file" ;;
    esac
  done
  pg_ctl --pgdata="$PGDATA" --mode=fast --wait --silent stop
}

# A bare option is one for the server: `docker run postgres -c max_connections=50`.
if [[ ${1:-} == -* ]]; then
  set -- postgres "$@"
fi

if [[ ${1:-} != postgres ]]; then
  exec "$@"
fi

if [[ $(id -u) == 0 ]]; then
  mkdir -p "$PGDATA"
  chown -R postgres:postgres "$PGDATA"
  chmod 700 "$PGDATA"
  exec gosu postgres "${BASH_SOURCE[0]}" "$@"
fi

if [[ ! -s $PGDATA/PG_VERSION ]]; then
  make_cluster
  fill_cluster
fi
unset POSTGRES_PASSWORD
exec "$@"
