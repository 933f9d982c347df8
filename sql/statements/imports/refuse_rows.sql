-- Part of the one deciding transaction: rows that turned out to be of no lead are rejected after all, with
-- their cells, and their contacts are invalid.
CREATE TEMP TABLE refused ON COMMIT DROP AS
SELECT * FROM jsonb_to_recordset({rows}::jsonb) AS r (row_number bigint, code text, reason text);
INSERT INTO {rejected} (row_number, code, reason, raw, staged)
SELECT r.row_number, r.code, r.reason, to_jsonb(ARRAY[{cells}]::text[]), true
FROM refused AS r LEFT JOIN {leads} AS s USING (row_number);
INSERT INTO {invalid} (
    row_number, contact_number, contact_role, code, reason, contact_name, email, phone)
SELECT r.row_number, n.contact_number, n.contact_role, r.code, r.reason, n.contact_name, n.contact_email,
       n.phone_e164
FROM refused AS r JOIN {normalized} AS n ON n.original_lead_id = r.row_number;
DELETE FROM {normalized} WHERE original_lead_id IN (SELECT row_number FROM refused);
UPDATE lead_sources
SET rows_contacts = rows_contacts - many, rows_rejected = rows_rejected + many,
    contacts_callable = contacts_callable - many, contacts_invalid = contacts_invalid + many
FROM (SELECT count(*) AS many FROM refused) AS r WHERE import_id = {import_id}
