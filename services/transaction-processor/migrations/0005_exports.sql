-- Decided transactions that bookkeeping has not been sent yet. The row is made with the decision, and
-- goes when the queue has taken its message: neither can happen without the other, whatever dies.
CREATE TABLE exports (
  -- In about the order of the decisions. A message is made from its transaction, which never changes again.
  position bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  transaction_id uuid NOT NULL UNIQUE REFERENCES transactions (id),
  -- Until then a task sends it.
  held_until timestamptz NOT NULL DEFAULT '-infinity'
);

-- A trigger, because the tasks of the former image decide until those of this one are healthy, and
-- again after a rollback: what they decide is exported too. What was decided before is not.
CREATE FUNCTION export_transaction() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO exports (transaction_id) VALUES (NEW.id) ON CONFLICT DO NOTHING;
  RETURN NULL;
END $$;
CREATE TRIGGER export_transaction AFTER UPDATE OF status ON transactions
  FOR EACH ROW WHEN (OLD.status = 'pending' AND NEW.status <> 'pending')
  EXECUTE FUNCTION export_transaction();
