-- What an import said of the leads that it updated.
INSERT INTO told
SELECT d.lead_id, d.received_at, d.import_id, d.row_number, d.contact_number, {attributes}
FROM duplicate_leads AS d JOIN ({contacts}) AS c USING (row_number, contact_number)
WHERE d.import_id = {import_id} AND d.outcome = 'updated'
