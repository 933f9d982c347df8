-- What a list took when it looked back and does not have any more is its no longer; the leads that
-- these sightings are of wait in `released` to be built again. Safe to run again.
CREATE TEMP TABLE released ON COMMIT DROP AS
WITH dropped AS (
    DELETE FROM dnc_suppressions AS d
    WHERE d.list_id = {list_id} AND d.looked_back
      AND CASE d.channel WHEN 'phone'
          THEN NOT EXISTS (SELECT FROM {entries} AS e WHERE e.number = substr(d.value, 2)::bigint)
          ELSE NOT EXISTS (SELECT FROM dnc_emails AS e
                           WHERE e.list_id = {list_id} AND e.email_key = d.value) END
    RETURNING d.import_id, d.row_number, d.contact_number)
SELECT lead_id FROM leads_master JOIN dropped USING (import_id, row_number, contact_number)
UNION
SELECT lead_id FROM duplicate_leads JOIN dropped USING (import_id, row_number, contact_number)
WHERE lead_id IS NOT NULL
