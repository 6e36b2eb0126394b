-- Which accounts take transactions. flask-api keeps the accounts themselves, and tells.
CREATE TABLE accounts (
  id uuid PRIMARY KEY,
  -- The caller that it belongs to. Null for accounts from before callers were known: they take no
  -- transaction and are read by nobody until flask-api says whose they are.
  owner text CHECK (length(owner) BETWEEN 1 AND 255),
  currency text NOT NULL CHECK (currency ~ '^[A-Z]{3}$'),
  created_at timestamptz(3) NOT NULL DEFAULT clock_timestamp(),
  closed_at timestamptz(3),
  -- Given to the account's latest transaction: the order in which they were taken, and are decided.
  last_sequence bigint NOT NULL DEFAULT 0,
  -- Who decides the account's pending transactions, and until when nobody else does.
  held_by uuid,
  held_until timestamptz NOT NULL DEFAULT '-infinity'
);

-- None of this reads a row of the table, which takes no transaction meanwhile.
ALTER TABLE transactions
  -- Null before callers were known.
  ADD COLUMN caller text,
  ADD CONSTRAINT transactions_caller_check CHECK (length(caller) BETWEEN 1 AND 255) NOT VALID,
  -- 0 for all from before there were numbers: among themselves they are in the order of their times,
  -- and before the numbered ones of their account.
  ADD COLUMN sequence bigint NOT NULL DEFAULT 0,
  ADD COLUMN refusals integer NOT NULL DEFAULT 0,
  -- Of rows from now on. An account from before has a row once there is something to do with it.
  ADD FOREIGN KEY (account_id) REFERENCES accounts (id) NOT VALID;

-- The tasks of the former image serve until those of this one are healthy, and again after a
-- rollback. They number nothing and know no caller: what they take is the account's caller's, if it
-- has one, so that a request which is repeated at the other image makes no second transaction.
CREATE FUNCTION number_transaction() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO accounts AS account (id, currency, last_sequence)
    VALUES (NEW.account_id, NEW.currency, 1)
    ON CONFLICT (id) DO UPDATE SET last_sequence = account.last_sequence + 1
    RETURNING last_sequence, owner INTO NEW.sequence, NEW.caller;
  RETURN NEW;
END $$;
CREATE TRIGGER number_transaction BEFORE INSERT ON transactions
  FOR EACH ROW WHEN (NEW.sequence = 0) EXECUTE FUNCTION number_transaction();
