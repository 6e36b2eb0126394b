-- no-transaction
ALTER TABLE transactions VALIDATE CONSTRAINT transactions_caller_check;

-- What was left pending is decided account by account.
INSERT INTO accounts (id, currency)
  SELECT DISTINCT ON (account_id) account_id, currency FROM transactions WHERE status = 'pending'
  ON CONFLICT DO NOTHING;

CREATE INDEX CONCURRENTLY IF NOT EXISTS transactions_in_order
  ON transactions (account_id, sequence, created_at, id);
CREATE INDEX CONCURRENTLY IF NOT EXISTS pending_of_account
  ON transactions (account_id, sequence, created_at, id) WHERE status = 'pending';

-- The key first: the former image looks for it without a caller.
CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS transactions_key_of_caller
  ON transactions (idempotency_key, caller) NULLS NOT DISTINCT;
