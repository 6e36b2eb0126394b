-- no-transaction
-- What makes an account's usual is found among any number of refused transactions.
CREATE INDEX CONCURRENTLY IF NOT EXISTS approved_of_account
  ON transactions (account_id, sequence, created_at, id) WHERE status = 'approved';
