-- An account is open until it has a time of closing. Milliseconds are what is answered.
CREATE TABLE accounts (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  owner text NOT NULL CHECK (length(owner) BETWEEN 1 AND 200),
  currency char(3) NOT NULL CHECK (currency ~ '^[A-Z]{3}$'),
  created_at timestamptz(3) NOT NULL DEFAULT clock_timestamp(),
  closed_at timestamptz(3) CHECK (closed_at >= created_at),
  status text NOT NULL GENERATED ALWAYS AS
    (CASE WHEN closed_at IS NULL THEN 'open' ELSE 'closed' END) STORED,
  idempotency_key text UNIQUE
);
