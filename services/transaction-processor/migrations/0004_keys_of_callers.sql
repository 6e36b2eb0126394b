-- Two callers may use the same key: the index over both is there.
ALTER TABLE transactions DROP CONSTRAINT transactions_idempotency_key_key;
