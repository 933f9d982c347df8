-- Whose a contact is: the lead of its first key that is known. Who has only weak keys is left out.
CREATE TEMP TABLE matches ON COMMIT DROP AS
SELECT DISTINCT ON (row_number, contact_number)
       row_number, contact_number, kind AS matched_by, lead_id
FROM hits WHERE owned AND NOT weak
ORDER BY row_number, contact_number, kind, position;
CREATE INDEX ON matches (row_number, contact_number);
CREATE INDEX ON matches (lead_id);
ANALYZE matches;
ANALYZE hits
