-- Two callers may use the same key; its index of both is there.
ALTER TABLE transactions DROP CONSTRAINT transactions_idempotency_key_key;
