-- An account belongs to the caller (a token's `sub`) that opened it. Accounts from before belong to
-- nobody until an operator sets their `caller`; the owner's next request then tells
-- transaction-processor of them.
--
-- `caller_key` is new beside `idempotency_key`, which is unique whoever the caller is: images from
-- before this migration still serve while it is rolled out, or again after it was taken back.
--
-- None of this reads a row of the table, which takes no account meanwhile.
ALTER TABLE accounts
  ADD COLUMN caller text,
  ADD CONSTRAINT accounts_caller_check CHECK (length(caller) BETWEEN 1 AND 255) NOT VALID,
  ADD COLUMN caller_key text,
  -- Since when transaction-processor knows it. Until then no caller gets to see it.
  ADD COLUMN registered_at timestamptz(3);
