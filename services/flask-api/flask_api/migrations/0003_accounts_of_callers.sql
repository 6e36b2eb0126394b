-- no-transaction
-- The image before prepares its statements, which fail now that the table has more columns. It looks
-- whether a connection is well before it uses it, and takes another. A login acts as the owner of the
-- database, who may not end its connections: it may itself, and the owner's, whom older tasks log in as.
SET ROLE NONE;
SELECT pg_terminate_backend(pid) FROM pg_stat_activity
  WHERE datname = current_database() AND pg_has_role(usename, 'USAGE')
    AND application_name = 'flask-api' AND state = 'idle';
RESET ROLE;

ALTER TABLE accounts VALIDATE CONSTRAINT accounts_caller_check;

CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS accounts_caller_key ON accounts (caller, caller_key);
CREATE INDEX CONCURRENTLY IF NOT EXISTS accounts_of_caller ON accounts (caller, created_at, id);

-- Those that were busy: an index is complete once all statements from before it have ended.
SET ROLE NONE;
SELECT pg_terminate_backend(pid) FROM pg_stat_activity
  WHERE datname = current_database() AND pg_has_role(usename, 'USAGE')
    AND application_name = 'flask-api' AND state = 'idle';
RESET ROLE;
