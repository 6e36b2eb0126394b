-- no-transaction
-- The image before prepares its statements, which fail now that the table has more columns. It looks
-- whether a connection is well before it uses it, and takes another.
SELECT pg_terminate_backend(pid) FROM pg_stat_activity
  WHERE datname = current_database() AND usename = current_user AND application_name = 'flask-api'
    AND state = 'idle';

ALTER TABLE accounts VALIDATE CONSTRAINT accounts_caller_check;

CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS accounts_caller_key ON accounts (caller, caller_key);
CREATE INDEX CONCURRENTLY IF NOT EXISTS accounts_of_caller ON accounts (caller, created_at, id);
