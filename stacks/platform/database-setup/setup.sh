#!/usr/bin/env bash
# Gives one service its database and its login role on the shared cluster; run as the master user
# before the service's own containers, and safe to repeat or to run in several tasks at once.
set -euo pipefail

export PGHOST=$DATABASE_HOST PGPORT=$DATABASE_PORT PGSSLMODE=$DATABASE_SSLMODE
export PGUSER=$MASTER_USER PGPASSWORD=$MASTER_PASSWORD PGDATABASE=postgres PGCONNECT_TIMEOUT=5
export PSQL_HISTORY=/dev/null

# The lock is the session's: `\gexec` runs what a query returns, since CREATE DATABASE takes no IF.
psql --no-psqlrc --quiet --tuples-only --set ON_ERROR_STOP=1 --set role="$DATABASE_USER" \
  --set database="$DATABASE_NAME" <<'SQL'
SET lock_timeout = '30s';
SELECT pg_advisory_lock(7350001) \g /dev/null
SELECT format('CREATE ROLE %I LOGIN', :'role')
  WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = :'role') \gexec
SELECT format('GRANT %I TO CURRENT_USER', :'role')
  WHERE NOT pg_has_role(current_user, :'role', 'SET') \gexec
SELECT format('CREATE DATABASE %I OWNER %I', :'database', :'role')
  WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = :'database') \gexec
SELECT format('REVOKE ALL ON DATABASE %I FROM PUBLIC', :'database') \gexec
SQL

# `\password` hashes on this side, so that the password can stand in no log of the server.
printf '%s\n%s\n' "$DATABASE_PASSWORD" "$DATABASE_PASSWORD" |
  setsid psql --no-psqlrc --quiet --command "\\password $DATABASE_USER" 2>&1 |
  grep --invert-match --extended-regexp '^(Enter (new )?password|Enter it again)' || true

# Proves that the service will get in.
PGUSER=$DATABASE_USER PGPASSWORD=$DATABASE_PASSWORD PGDATABASE=$DATABASE_NAME \
  psql --no-psqlrc --quiet --tuples-only --command 'SELECT 1' >/dev/null
echo "database $DATABASE_NAME and role $DATABASE_USER are ready"
