#!/usr/bin/env bash
# Gives one service its database, the role that owns it, and the login of the task's period, on the
# shared cluster; run as the master user before the service's own containers. It is safe to repeat and to
# run in several tasks at once.
#
# All logins of a service act as the owner, so what one creates belongs to the others. A login is retired
# once three later ones exist and nobody is connected with it. With the next one already, it would fail the
# tasks that a rollback has kept: they have the login before the one that was rolled back. A task that
# starts with a retired login gets it back.
#
# A database that is not ready (paused, starting, failing over, without a name in DNS) is retried
# for SETUP_SECONDS. A refused password is retried for ROTATION_SECONDS: the task got it when it
# started, and only a new task gets a rotated password. Any other error ends the setup at once: so does
# a server whose certificate is not from the authorities in DATABASE_CA, or is for another host.
set -euo pipefail

: "${SETUP_SECONDS:?}" "${ROTATION_SECONDS:?}" "${DATABASE_CA:?}"
# psql takes the authorities from a file, and this is the only folder that can be written to.
umask 077
authorities=$(mktemp /dev/shm/authorities.XXXXXX)
trap 'rm -f "$authorities"' EXIT
printf '%s\n' "$DATABASE_CA" >"$authorities"
# Whatever DATABASE_SSLMODE is: with any other mode, a server without TLS gets the master's password.
export PGSSLMODE=verify-full PGSSLROOTCERT=$authorities PGGSSENCMODE=disable
export PGHOST=$DATABASE_HOST PGPORT=$DATABASE_PORT
export PGUSER=$MASTER_USER PGPASSWORD=$MASTER_PASSWORD PGDATABASE=postgres
export PSQL_HISTORY=/dev/null

# A paused Aurora holds a connection for 15 seconds, and after a day's pause for 30 or more.
readonly RESUME_SECONDS=40 PAUSE_SECONDS=1
readonly REFUSED='password authentication failed'
# The messages of a server that is not ready, and the SQLSTATEs of a conflict with a session, of a
# lost connection, and of a writer that has become a reader.
readonly WORDS='the database system is |too many |remaining connection slots|terminating connection'
readonly STATES='(ERROR|FATAL):  (08...|25006|40001|40P01|53300|55006|55P03|57P0.|XX000): '
readonly HOPELESS='does not support SSL|certificate|invalid '

# For `timeout`, 0 would mean no limit.
remaining() { echo $((SETUP_SECONDS > SECONDS ? SETUP_SECONDS - SECONDS : 1)); }

# Runs psql for the remaining time, with its errors in its output.
query() {
  local left
  left=$(remaining)
  PGCONNECT_TIMEOUT=$((left < RESUME_SECONDS ? left : RESUME_SECONDS)) \
    timeout "$left" setsid psql --no-psqlrc --quiet --tuples-only --set ON_ERROR_STOP=1 \
    --set VERBOSITY=verbose "$@" 2>&1
}

# The session holds the lock. The wait for it is a little shorter than psql's, so that the server
# reports the conflict. `\gexec` runs a query's result, since CREATE DATABASE has no IF NOT EXISTS.
# The owner is named like the database. It was the only login before there were periods, so it comes
# before all of them.
make_database() {
  local left
  left=$(remaining)
  query --set login="$DATABASE_USER" --set owner="$DATABASE_NAME" \
    --set lock="$((left > 2 ? left - 2 : 1))s" <<'SQL'
SET lock_timeout = :'lock';
SELECT pg_advisory_lock(7350001) \g /dev/null
SELECT format('CREATE ROLE %I', :'owner')
  WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = :'owner') \gexec
SELECT format('GRANT %I TO CURRENT_USER', :'owner')
  WHERE NOT pg_has_role(current_user, :'owner', 'SET') \gexec
SELECT format('CREATE ROLE %I', :'login')
  WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = :'login') \gexec
SELECT format('GRANT %I TO %I', :'owner', :'login')
  WHERE NOT pg_has_role(:'login', :'owner', 'SET') \gexec
SELECT format('ALTER ROLE %I SET role TO %I', :'login', :'owner') \gexec
SELECT format('ALTER ROLE %I LOGIN', :'login') \gexec
SELECT format('CREATE DATABASE %I OWNER %I', :'owner', :'owner')
  WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = :'owner') \gexec
SELECT format('REVOKE ALL ON DATABASE %I FROM PUBLIC', :'owner') \gexec
SELECT format('ALTER ROLE %I NOLOGIN PASSWORD NULL', earlier)
  FROM (
    SELECT rolname AS earlier
    FROM pg_roles, coalesce(substring(rolname FROM '[.](\d{1,9})$')::int, 0) AS period
    WHERE rolcanlogin AND rolname ~ ('^' || :'owner' || '([.]\d{1,9})?$')
      AND period < substring(:'login' FROM '[.](\d{1,9})$')::int
    ORDER BY period DESC OFFSET 2
  ) AS logins
  WHERE NOT EXISTS (SELECT FROM pg_stat_activity WHERE usename = earlier) \gexec
SQL
}

# `\password` hashes on the client, so that the password is in no log of the server.
set_password() {
  printf '%s\n%s\n' "$DATABASE_PASSWORD" "$DATABASE_PASSWORD" |
    query --command "\\password \"$DATABASE_USER\""
}

# Proves that the service can log in, and acts as the owner: a setting of the login for this database, say,
# would come before the one above. The answer's last line is the role; the server may warn before.
prove_login() {
  local answer
  if ! answer=$(PGUSER=$DATABASE_USER PGPASSWORD=$DATABASE_PASSWORD PGDATABASE=$DATABASE_NAME \
    query --no-align --command 'SELECT current_user'); then
    echo "$answer"
    return 1
  fi
  [ "${answer##*$'\n'}" = "$DATABASE_NAME" ] && return
  echo "ERROR: $DATABASE_USER acts as ${answer##*$'\n'}, not as the owner $DATABASE_NAME"
  return 1
}

# psql's output on one line, without its prompts and locations in the server's source.
said() {
  sed -E -e 's/^(Enter (new )?password[^:]*: ?|Enter it again: ?)+//' -e '/^ *(LOCATION:.*)?$/d' <<<"$1" |
    paste -s -d ' ' -
}

passes() {
  case $1 in
  '') true ;;
  *FATAL:* | *ERROR:*) [[ $1 =~ $WORDS|$STATES ]] ;;
  *) ! [[ $1 =~ $HOPELESS ]] ;;
  esac
}

fail() {
  echo "database $DATABASE_NAME: $1" >&2
  exit 1
}

refused_since='' reason='no answer'
while true; do
  if output=$(make_database && set_password && prove_login); then break; fi
  words=$(said "$output")
  if [[ $words == *"$REFUSED"* ]]; then
    : "${refused_since:=$SECONDS}"
    ((SECONDS - refused_since < ROTATION_SECONDS)) || fail "refused for $ROTATION_SECONDS s. \
If RDS has rotated the password meanwhile, the next task gets the new one: $words"
  else
    passes "$words" || fail "$words"
    refused_since=''
  fi
  [ "${words:-no answer}" = "$reason" ] || echo "waiting for $PGHOST: ${words:-no answer}"
  reason=${words:-no answer}
  (($(remaining) > PAUSE_SECONDS)) || fail "gave up after $SECONDS s: $reason"
  sleep "$PAUSE_SECONDS"
done
echo "database $DATABASE_NAME and login $DATABASE_USER are ready"
