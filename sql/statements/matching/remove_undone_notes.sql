-- What else the import noted goes, but for the contacts that a kept lead still comes from. They are
-- collected first, because the import's leads that just went still stand in the index.
CREATE TEMP TABLE kept_contacts ON COMMIT DROP AS
WITH founders AS (
    SELECT row_number, contact_number FROM leads_master WHERE import_id = {import_id})
SELECT * FROM founders
UNION
SELECT d.row_number, d.contact_number
FROM duplicate_leads AS d JOIN founders AS f
  ON f.row_number = d.first_row_number AND f.contact_number = d.first_contact_number
WHERE d.import_id = {import_id};
DELETE FROM duplicate_leads AS d
WHERE d.import_id = {import_id} AND NOT EXISTS (
    SELECT FROM kept_contacts AS k
    WHERE k.row_number = d.row_number AND k.contact_number = d.contact_number);
DELETE FROM dnc_suppressions AS d
WHERE d.import_id = {import_id} AND NOT EXISTS (
    SELECT FROM kept_contacts AS k
    WHERE k.row_number = d.row_number AND k.contact_number = d.contact_number);
UPDATE rejected_leads SET retried_by = NULL WHERE retried_by = {import_id}
