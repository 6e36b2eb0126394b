#!/usr/bin/env bash
# Gives one service its database and its login role on the shared cluster; run as the master user
# before the service's own containers, and safe to repeat or to run in several tasks at once.
#
# A database that is not there yet (paused, starting, failing over, without a name in DNS) is tried
# again for SETUP_SECONDS. A refused password is tried for ROTATION_SECONDS: the task has got it when
# it began, and only a new task gets the one that RDS has made meanwhile. All else ends at once.
set -euo pipefail

: "${SETUP_SECONDS:?}" "${ROTATION_SECONDS:?}"
export PGHOST=$DATABASE_HOST PGPORT=$DATABASE_PORT PGSSLMODE=$DATABASE_SSLMODE
export PGUSER=$MASTER_USER PGPASSWORD=$MASTER_PASSWORD PGDATABASE=postgres
export PSQL_HISTORY=/dev/null

# A paused Aurora holds a connection for 15 seconds, after a day's pause for 30 and more.
readonly RESUME_SECONDS=40 PAUSE_SECONDS=1
readonly REFUSED='password authentication failed'
# What a server says that is not ready, and the SQLSTATEs of what another session is in the way of, of a
# connection that was lost, and of a writer that has become a reader.
readonly WORDS='the database system is |too many |remaining connection slots|terminating connection'
readonly STATES='(ERROR|FATAL):  (08...|25006|40001|40P01|53300|55006|55P03|57P0.|XX000): '
readonly HOPELESS='does not support SSL|certificate|invalid '

# For timeout, 0 would be no limit.
remaining() { echo $((SETUP_SECONDS > SECONDS ? SETUP_SECONDS - SECONDS : 1)); }

# Runs psql for as long as there is time, with its errors among what it prints.
query() {
  local left
  left=$(remaining)
  PGCONNECT_TIMEOUT=$((left < RESUME_SECONDS ? left : RESUME_SECONDS)) \
    timeout "$left" setsid psql --no-psqlrc --quiet --tuples-only --set ON_ERROR_STOP=1 \
    --set VERBOSITY=verbose "$@" 2>&1
}

# The lock is the session's, and is waited for a little less than psql itself, so that the server says
# what was in the way. `\gexec` runs what a query returns, since CREATE DATABASE takes no IF.
make_database() {
  local left
  left=$(remaining)
  query --set role="$DATABASE_USER" --set database="$DATABASE_NAME" \
    --set lock="$((left > 2 ? left - 2 : 1))s" <<'SQL'
SET lock_timeout = :'lock';
SELECT pg_advisory_lock(7350001) \g /dev/null
SELECT format('CREATE ROLE %I LOGIN', :'role')
  WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = :'role') \gexec
SELECT format('GRANT %I TO CURRENT_USER', :'role')
  WHERE NOT pg_has_role(current_user, :'role', 'SET') \gexec
SELECT format('CREATE DATABASE %I OWNER %I', :'database', :'role')
  WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = :'database') \gexec
SELECT format('REVOKE ALL ON DATABASE %I FROM PUBLIC', :'database') \gexec
SQL
}

# `\password` hashes on this side, so that the password can stand in no log of the server.
set_password() {
  printf '%s\n%s\n' "$DATABASE_PASSWORD" "$DATABASE_PASSWORD" |
    query --command "\\password $DATABASE_USER"
}

# That the service will get in.
prove_login() {
  PGUSER=$DATABASE_USER PGPASSWORD=$DATABASE_PASSWORD PGDATABASE=$DATABASE_NAME \
    query --command 'SELECT 1'
}

# What psql said, on one line, without its prompts and places in the server's source.
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
echo "database $DATABASE_NAME and role $DATABASE_USER are ready"
