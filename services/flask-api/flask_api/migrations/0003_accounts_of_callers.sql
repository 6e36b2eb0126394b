-- no-transaction
ALTER TABLE accounts VALIDATE CONSTRAINT accounts_caller_check;

CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS accounts_caller_key ON accounts (caller, caller_key);
CREATE INDEX CONCURRENTLY IF NOT EXISTS accounts_of_caller ON accounts (caller, created_at, id);
