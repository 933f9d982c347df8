-- The keys that several contacts of the file have, numbered, with everybody who has them; and what those
-- contacts say, read from the table of all contacts once.
CREATE TEMP TABLE shared_keys ON COMMIT DROP AS
SELECT row_number, contact_number, kind, position, value, weak,
       dense_rank() OVER (ORDER BY key_hash, key_check) AS key
FROM contact_keys WHERE holders > 1;
CREATE TEMP TABLE sharers ON COMMIT DROP AS
SELECT n.original_lead_id AS row_number, n.contact_number,
       least(n.event_at, {modified_at}) AS received_at, n.contact_name, n.contact_last_name,
       n.emails, n.email_keys, n.phones
FROM {normalized} AS n
JOIN (SELECT DISTINCT row_number, contact_number FROM shared_keys) AS s
  ON s.row_number = n.original_lead_id AND s.contact_number = n.contact_number;
ANALYZE sharers
