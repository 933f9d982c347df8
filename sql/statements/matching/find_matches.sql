-- Whose a contact is: the lead of its first key that is known.
CREATE TEMP TABLE matches ON COMMIT DROP AS
SELECT DISTINCT ON (row_number, contact_number)
       row_number, contact_number, kind AS matched_by, lead_id
FROM hits WHERE own
ORDER BY row_number, contact_number, kind, position;
CREATE INDEX ON matches (row_number, contact_number);
CREATE INDEX ON matches (lead_id);
ANALYZE matches;
ANALYZE hits
