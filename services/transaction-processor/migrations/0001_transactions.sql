CREATE TABLE transactions (
  id uuid PRIMARY KEY,
  -- Milliseconds, as in the answers: a cursor made of an answer's time must find its row again.
  created_at timestamptz(3) NOT NULL DEFAULT clock_timestamp(),

  account_id uuid NOT NULL,
  amount bigint NOT NULL CHECK (amount BETWEEN 1 AND 1000000000000),
  currency text NOT NULL CHECK (currency ~ '^[A-Z]{3}$'),
  country text NOT NULL CHECK (country ~ '^[A-Z]{2}$'),
  merchant_category text NOT NULL CHECK (merchant_category ~ '^[0-9]{4}$'),
  card text NOT NULL CHECK (length(card) BETWEEN 1 AND 64),
  occurred_at timestamptz(3) NOT NULL,

  status text NOT NULL DEFAULT 'pending'
    CHECK (status IN ('pending', 'approved', 'review', 'declined')),
  score smallint CHECK (score BETWEEN 0 AND 100),
  reasons jsonb NOT NULL DEFAULT '[]',
  rules_version text,
  decided_at timestamptz(3),
  CHECK ((status = 'pending') = (decided_at IS NULL)),
  CHECK ((status = 'pending') = (score IS NULL)),

  -- The key is kept for as long as its transaction: a repeated request never makes a second one.
  idempotency_key text NOT NULL UNIQUE,
  request_hash bytea NOT NULL,
  -- The status code that the first request was answered with; null until then.
  answered smallint CHECK (answered IN (201, 202)),

  attempts integer NOT NULL DEFAULT 0,
  -- Until then the row is in somebody's hands, or waits for another attempt.
  next_attempt_at timestamptz NOT NULL
);

CREATE INDEX transactions_of_account ON transactions (account_id, created_at DESC, id DESC);
CREATE INDEX pending_transactions ON transactions (next_attempt_at) WHERE status = 'pending';
